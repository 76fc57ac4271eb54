"""What the parts of the reading engine hand to one another: plain data, no Django, no image libraries.

Lengths on paper are millimetres from the top left corner of the sheet, lengths in images are pixels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What is written into a field; decides which characters can stand there and how the text becomes a value."""

    NAME = "name"
    NAME_KANA = "name_kana"
    ORGANIZATION = "organization"
    DATE = "date"
    BIRTH_DATE = "birth_date"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
    TELEPHONE = "telephone"
    EMAIL = "email"
    MONEY = "money"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DIGITS = "digits"
    LEGAL_ENTITY_NUMBER = "legal_entity_number"
    INDIVIDUAL_NUMBER = "individual_number"
    TEXT = "text"
    TEXTAREA = "textarea"
    CHOICE = "choice"
    CHOICES = "choices"
    CONSENT = "consent"


TICKED = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.CONSENT})


class Markers(StrEnum):
    """How a sheet is recognised and straightened."""

    ARUCO = "aruco"
    NONE = "none"


class Reason(StrEnum):
    """Why a person should look at a field, or what was done to its text."""

    BLANK = "blank"
    READERS_DIFFER = "readers_differ"
    LOW_SCORE = "low_score"
    INVALID = "invalid"
    NOT_IN_DICTIONARY = "not_in_dictionary"
    CORRECTED_BY_DICTIONARY = "corrected_by_dictionary"
    CROSS_CHECK_FAILED = "cross_check_failed"
    CROSS_CHECKED = "cross_checked"
    GREY_TICK = "grey_tick"
    TOO_MANY_TICKS = "too_many_ticks"
    VARIANT_POSSIBLE = "variant_possible"
    OVERFLOW = "overflow"
    NO_TEMPLATE = "no_template"


class Refusal(StrEnum):
    """Why a page cannot be read at all; each has a sentence for clerks in the app's words."""

    EMPTY_FILE = "empty_file"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_COARSE = "too_coarse"
    BLACK = "black"
    UNKNOWN_FORM = "unknown_form"
    WRONG_VERSION = "wrong_version"
    WRONG_PROCEDURE = "wrong_procedure"
    CORNERS_MISSING = "corners_missing"
    BADLY_REGISTERED = "badly_registered"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, in millimetres on paper or pixels in an image."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Part:
    """One box of a field: the whole line (``name`` empty), a digit cell, an era tick (``era:令和``), an option's index.

    Names are those of ``typesetting.FieldBox.part``: "", "0"…, ``year0`` ``month1`` ``day0``, ``era:昭和``.
    """

    name: str
    rect: Rect


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to read. ``key`` is the place of its value in the answers (``applicant.postal_code``, ``items.1.title``)."""

    key: str
    label: str
    kind: Kind
    page: int
    parts: tuple[Part, ...]
    is_required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    group: str = ""
    lines: int = 1
    max_length: int = 0
    groups: tuple[int, ...] = ()
    minimum: str = ""
    maximum: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """The map of a form. ``id`` is what its QR code says (without the page) or the legacy template's own name."""

    id: str
    pages: int
    fields: tuple[Field, ...]
    markers: Markers = Markers.ARUCO
    width: float = 210.0
    height: float = 297.0

    def on(self, page: int) -> tuple[Field, ...]:
        """The fields of one page, which counts from 1."""
        return tuple(each for each in self.fields if each.page == page)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible reading: which reader or dictionary says so, and how sure it is (0–1)."""

    text: str
    by: str
    score: float


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What was read in one field.

    ``raw`` is the first reader's text untouched, ``value`` the normalised value in the shape of the answers (text,
    ISO date, integer, list of option values) or None when nothing or nonsense stands there. ``score`` is the engine's
    own 0–1, comparable within a kind only; ``passes`` is decided above, against the calibration. ``crop`` is in pixels
    of the straightened page image.
    """

    key: str
    kind: Kind
    raw: str
    text: str
    value: Any
    score: float
    reasons: tuple[Reason, ...]
    candidates: tuple[Candidate, ...]
    crop: Rect
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class PageReading:
    """What became of one page of a scan: read, blank, or refused with the reason.

    ``image`` is the straightened grey page as PNG at 200 dpi (with any 個人番号 painted over unless the template has a
    field for it), the only image that is kept for the clerks' screen.
    """

    number: int
    template_id: str = ""
    template_page: int = 0
    fields: tuple[FieldReading, ...] = ()
    refusal: Refusal | None = None
    is_blank: bool = False
    rotation: int = 0
    residual_mm: float = 0.0
    dpi: int = 0
    masked_numbers: int = 0
    cpu_seconds: float = 0.0
    image: bytes = b""
    detail: Mapping[str, Any] = field(default_factory=dict)
