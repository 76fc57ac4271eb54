"""The words in which a rebuild is asked for and answered: limits, codes, outcome.

Codes are stable ASCII words for logs, tests and lookup; the text shown to people belongs to the app that shows it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from kencho.files.sanitize.kinds import Kind


class Action(StrEnum):
    """What became of the file."""

    REBUILT = "rebuilt"
    RASTERISED = "rasterised"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a file was refused, or ``OK``."""

    OK = "ok"
    EMPTY = "empty"
    UNKNOWN_TYPE = "unknown_type"
    ARCHIVE = "archive"
    LEGACY_OFFICE = "legacy_office"
    BINARY_WORKBOOK = "binary_workbook"
    OPEN_DOCUMENT = "open_document"
    SVG = "svg"
    MARKUP = "markup"
    RICH_TEXT = "rich_text"
    SCRIPT = "script"
    MAIL = "mail"
    HEIF = "heif"
    EXECUTABLE = "executable"
    TEST_VIRUS = "test_virus"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    BOMB = "bomb"
    DOCTYPE = "doctype"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    NO_ISOLATION = "no_isolation"
    NOT_READABLE = "not_readable"


class Removed(StrEnum):
    """What a rebuild left behind, because it is active, outside, hidden or unverifiable."""

    JAVASCRIPT = "javascript"
    OPEN_ACTION = "open_action"
    ADDITIONAL_ACTIONS = "additional_actions"
    LAUNCH = "launch"
    LINK = "link"
    REMOTE_TARGET = "remote_target"
    FORM_ACTION = "form_action"
    FORM = "form"
    XFA = "xfa"
    EMBEDDED_FILE = "embedded_file"
    RICH_MEDIA = "rich_media"
    ANNOTATION = "annotation"
    SIGNATURE = "signature"
    ENCRYPTION = "encryption"
    METADATA = "metadata"
    OUTLINE = "outline"
    STRUCTURE = "structure"
    LAYERS = "layers"
    COLOUR_PROFILE = "colour_profile"
    UNKNOWN_OPERATOR = "unknown_operator"
    UNKNOWN_OBJECT = "unknown_object"
    TRAILING_DATA = "trailing_data"
    ANIMATION = "animation"
    MACRO = "macro"
    ACTIVE_CONTROL = "active_control"
    OLE_OBJECT = "ole_object"
    EXTERNAL_TARGET = "external_target"
    TEMPLATE_LINK = "template_link"
    FOREIGN_CHUNK = "foreign_chunk"
    FIELD = "field"
    FORMULA = "formula"
    DATA_CONNECTION = "data_connection"
    CUSTOM_UI = "custom_ui"
    CUSTOM_DATA = "custom_data"
    MEDIA = "media"
    FONT = "font"
    PICTURE = "picture"
    EXTENSION = "extension"
    UNKNOWN_PART = "unknown_part"
    CONTROL_CHARACTER = "control_character"


class Flag(StrEnum):
    """What stayed in the file and the reader ought to know."""

    FORMULA_CELLS = "formula_cells"
    TEXT_LAYER = "text_layer"
    HIDDEN_SHEETS = "hidden_sheets"
    CONVERTED_ENCODING = "converted_encoding"


class Refusal(Exception):
    """The file cannot be rebuilt; `reason` says why."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.value, detail)
        self.reason = reason
        self.detail = detail


class NeedsPixels(Exception):
    """A structural rebuild cannot vouch for this PDF; its pages must become pictures."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds for one file. Sizes in bytes, times in seconds.

    `require_isolation` refuses every file when the operating system offers no way to keep the worker off the network.
    """

    bytes_in: int = 50 * 1024 * 1024
    bytes_out: int = 100 * 1024 * 1024
    pages: int = 500
    pixels: int = 40_000_000
    total_pixels: int = 1_500_000_000
    entries: int = 4_000
    expanded: int = 256 * 1024 * 1024
    ratio: int = 200
    memory: int = 1024 * 1024 * 1024
    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    dpi: int = 150
    jpeg_quality: int = 75
    require_isolation: bool = True


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What happened to one file.

    `kind` is the type found by content (None if not on the allow-list). When `action` is REFUSED there is no target
    file. `sha256` is that of the target, computed by the parent from the very bytes it moved into place, so an approval
    can be bound to it. `isolation` names the walls that stood around the worker.
    """

    kind: Kind | None
    action: Action
    reason: Reason
    removed: tuple[Removed, ...] = ()
    flags: tuple[Flag, ...] = ()
    bytes_in: int = 0
    bytes_out: int = 0
    pages: int | None = None
    sha256: str = ""
    isolation: tuple[str, ...] = ()
    detail: str = ""

    @property
    def accepted(self) -> bool:
        """Whether a clean target file exists."""
        return self.action is not Action.REFUSED


@dataclass
class Findings:
    """A notebook that the rebuilders write in while they work (inside the worker)."""

    removed: set[Removed] = field(default_factory=set)
    flags: set[Flag] = field(default_factory=set)
    pages: int | None = None
    action: Action = Action.REBUILT
