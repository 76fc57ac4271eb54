"""Form maps as data (what ``FormTemplate.layout`` stores) and back, and what the codes on printed forms say.

A map that somebody drew over an old form comes from a browser: ``from_data`` believes nothing of it. No Django here.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kencho.foundation.typesetting import (
    CODE_BORDER,
    CODE_LEFT,
    CODE_SIDE,
    CODE_TOP,
    MARKER_SIDE,
    marker_places,
)
from kencho.intake.engine.shapes import TICKED, Field, Kind, Markers, Part, Rect, Template

MOST_PAGES: Final = 50
MOST_FIELDS: Final = 1_000
MOST_PARTS: Final = 200
# Millimetres: smaller boxes cannot be written in, larger sheets (A3 lengthwise) do not fit an office scanner.
SMALLEST_BOX: Final = 2.0
LARGEST_SIDE: Final = 440.0
SMALLEST_SIDE: Final = 80.0
# The white that a marker needs around itself to be found.
MARKER_QUIET: Final = 4.0

_CODE = re.compile(r"(KENCHO1:([0-9]{6}):([a-z0-9][a-z0-9-]{0,79}):([0-9a-f]{16})):([0-9]{1,3})/([0-9]{1,3})")
_KEY = re.compile(r"_?[a-z][a-z0-9_]*(?:\.(?:[0-9]{1,3}|[a-z][a-z0-9_]*))*")
_PART = re.compile(r"|[0-9]{1,3}|(?:year|month|day)[0-9]|era:[^\s:]{1,4}")


@dataclass(frozen=True, slots=True)
class PageCode:
    """What the QR code of a printed page says."""

    template_id: str
    body_code: str
    procedure_code: str
    digest: str
    page: int
    pages: int


def read_code(text: str) -> PageCode | None:
    """The code of a printed page, or None when the text is something else (another QR code on the sheet)."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        return None
    template_id, body, procedure, digest, page, pages = found.groups()
    made = PageCode(template_id, body, procedure, digest, int(page), int(pages))
    return made if 1 <= made.page <= made.pages <= MOST_PAGES else None


def markers_of(template: Template) -> dict[int, Rect]:
    """Where the ArUco markers (by their number) stand on each page, in millimetres; nothing on forms without them."""
    if template.markers is not Markers.ARUCO:
        return {}
    places = marker_places(template.width, template.height)
    return {number: Rect(x, y, MARKER_SIDE, MARKER_SIDE) for number, (x, y) in places.items()}


# Dots on a side of the QR codes that page codes can need: versions 4 to 10 (ISO/IEC 18004), the usual ones first.
_CODE_DOTS: Final = (37, 41, 45, 33, 49, 53, 57)


def code_outlines() -> Iterator[tuple[tuple[float, float], ...]]:
    """Where the QR code of a printed page can stand: its four corners in mm, clockwise, for each size it may have.

    With the corners given (``cv2.QRCodeDetector().decode``) every code of the seeds was read at 150, 200 and 300 dpi;
    OpenCV's own search overlooks one or two in a hundred even in clean print.
    """
    for dots in _CODE_DOTS:
        border = CODE_SIDE / (dots + 2 * CODE_BORDER) * CODE_BORDER
        left, top = CODE_LEFT + border, CODE_TOP + border
        end, foot = CODE_LEFT + CODE_SIDE - border, CODE_TOP + CODE_SIDE - border
        yield (left, top), (end, top), (end, foot), (left, foot)


class UnusableTemplate(ValueError):
    """The data is no form map; ``findings`` say why, each a Japanese sentence for the one who drew it."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(self.findings))


def to_data(template: Template) -> dict[str, Any]:
    """The map as JSON. Millimetres are rounded to a hundredth, which is less than a dot at 600 dpi."""
    return {
        "id": template.id,
        "pages": template.pages,
        "markers": template.markers.value,
        "width": template.width,
        "height": template.height,
        "fields": [_field_data(field) for field in template.fields],
    }


def _field_data(field: Field) -> dict[str, Any]:
    made: dict[str, Any] = {
        "key": field.key,
        "label": field.label,
        "kind": field.kind.value,
        "page": field.page,
        "parts": [{"name": part.name, "rect": _rect_data(part.rect)} for part in field.parts],
    }
    more = {
        "is_required": field.is_required,
        "options": [list(option) for option in field.options],
        "group": field.group,
        "lines": field.lines if field.lines != 1 else 0,
        "max_length": field.max_length,
        "groups": list(field.groups),
        "minimum": field.minimum,
        "maximum": field.maximum,
    }
    return {**made, **{name: value for name, value in more.items() if value}}


def _rect_data(rect: Rect) -> list[float]:
    return [round(side, 2) for side in (rect.x, rect.y, rect.width, rect.height)]


def from_data(data: Any) -> Template:
    """The map that the data describes. Raises UnusableTemplate with everything that is wrong with it."""
    reader = _Reader()
    template = reader.template(data)
    findings = reader.findings or list(_misplaced(template))
    if findings:
        raise UnusableTemplate(list(dict.fromkeys(findings)))
    return template


class _Reader:
    """Reads a map and goes on after a mistake, so that all are told at once."""

    def __init__(self) -> None:
        self.findings: list[str] = []

    def template(self, data: Any) -> Template:
        given = self._mapping(data, "様式")
        pages = self._number(given, "pages", "ページ数", 1, MOST_PAGES)
        fields = self._list(given, "fields", "項目", MOST_FIELDS)
        if not fields and not self.findings:
            self.findings.append("項目が一つもありません。")
        try:
            markers = Markers(given.get("markers", "aruco"))
        except ValueError:
            markers = Markers.NONE
            self.findings.append("四隅の印の種類が分かりません。")
        return Template(
            id=self._text(given, "id", "様式の印", 1, 120),
            pages=int(pages),
            fields=tuple(self._field(one, number) for number, one in enumerate(fields, start=1)),
            markers=markers,
            width=self._number(given, "width", "用紙の幅", SMALLEST_SIDE, LARGEST_SIDE, missing=210.0),
            height=self._number(given, "height", "用紙の高さ", SMALLEST_SIDE, LARGEST_SIDE, missing=297.0),
        )

    def _field(self, data: Any, number: int) -> Field:
        given = self._mapping(data, f"{number}番目の項目")
        label = self._text(given, "label", f"{number}番目の項目の名前", 1, 300)
        name = f"「{label}」" if label else f"{number}番目の項目"
        key = self._text(given, "key", f"{name}の回答の場所", 1, 200)
        if key and not _KEY.fullmatch(key):
            self.findings.append(f"{name}の回答の場所「{key}」は、項目の番号として正しくありません。")
        parts = self._list(given, "parts", f"{name}の枠", MOST_PARTS)
        if not parts:
            self.findings.append(f"{name}に枠がありません。")
        return Field(
            key=key,
            label=label,
            kind=self._kind(given, name),
            page=int(self._number(given, "page", f"{name}のページ", 1, MOST_PAGES)),
            parts=tuple(self._part(one, name) for one in parts),
            is_required=given.get("is_required", False) is True,
            options=self._options(given, name),
            group=self._text(given, "group", f"{name}のまとまり", 0, 200),
            lines=int(self._number(given, "lines", f"{name}の行数", 1, 100, missing=1)),
            max_length=int(self._number(given, "max_length", f"{name}の文字数", 0, 10_000, missing=0)),
            groups=self._groups(given, name),
            minimum=self._text(given, "minimum", f"{name}の下限", 0, 30),
            maximum=self._text(given, "maximum", f"{name}の上限", 0, 30),
        )

    def _kind(self, given: Mapping[str, Any], name: str) -> Kind:
        try:
            return Kind(str(given.get("kind")))
        except ValueError:
            self.findings.append(f"{name}の種類「{given.get('kind')}」は知られていません。"[:200])
            return Kind.TEXT

    def _part(self, data: Any, name: str) -> Part:
        given = self._mapping(data, f"{name}の枠")
        part = self._text(given, "name", f"{name}の枠の名前", 0, 10)
        if not _PART.fullmatch(part):
            self.findings.append(f"{name}の枠の名前「{part}」は知られていません。")
        sides = given.get("rect")
        if not isinstance(sides, Sequence) or len(sides) != 4 or not all(map(_is_number, sides)):
            self.findings.append(
                f"{name}の枠の位置は、左・上・幅・高さの四つの数（ミリメートル）で示してください。"
            )
            return Part(part, Rect(0.0, 0.0, SMALLEST_BOX, SMALLEST_BOX))
        x, y, width, height = (float(side) for side in sides)
        return Part(part, Rect(x, y, width, height))

    def _options(self, given: Mapping[str, Any], name: str) -> tuple[tuple[str, str], ...]:
        made = []
        for one in self._list(given, "options", f"{name}の選択肢", MOST_PARTS):
            if (
                isinstance(one, Sequence)
                and not isinstance(one, str)
                and len(one) == 2
                and all(isinstance(each, str) and 0 < len(each) <= 300 for each in one)
            ):
                made.append((str(one[0]), str(one[1])))
            else:
                self.findings.append(f"{name}の選択肢は、値と名前の組で示してください。")
        return tuple(made)

    def _groups(self, given: Mapping[str, Any], name: str) -> tuple[int, ...]:
        found = self._list(given, "groups", f"{name}のますの区切り", 20)
        if all(isinstance(one, int) and not isinstance(one, bool) and 1 <= one <= 40 for one in found):
            return tuple(found)
        self.findings.append(f"{name}のますの区切りは、1以上の整数で示してください。")
        return ()

    def _mapping(self, data: Any, name: str) -> Mapping[str, Any]:
        if isinstance(data, Mapping):
            return data
        self.findings.append(f"{name}の書き方が違います。")
        return {}

    def _list(self, given: Mapping[str, Any], key: str, name: str, most: int) -> list[Any]:
        found = given.get(key, [])
        if not isinstance(found, list | tuple):
            self.findings.append(f"{name}は一覧で示してください。")
            return []
        if len(found) > most:
            self.findings.append(f"{name}は{most}個までです。")
        return list(found[:most])

    def _text(self, given: Mapping[str, Any], key: str, name: str, shortest: int, longest: int) -> str:
        found = given.get(key, "")
        if isinstance(found, str) and shortest <= len(found) <= longest:
            return found
        self.findings.append(f"{name}は{shortest}文字から{longest}文字までで示してください。")
        return ""

    def _number(
        self,
        given: Mapping[str, Any],
        key: str,
        name: str,
        low: float,
        high: float,
        missing: float | None = None,
    ) -> float:
        found = given.get(key, missing)
        if _is_number(found) and low <= found <= high:
            return float(found)
        self.findings.append(f"{name}は{low:g}から{high:g}までの数で示してください。")
        return low


def _is_number(value: Any) -> bool:
    # NaN fails every comparison, so it would pass as being within any bounds further on.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6


def _misplaced(template: Template) -> Iterator[str]:
    """Mistakes between the parts of a map that is well written by itself."""
    for key, count in Counter(field.key for field in template.fields).items():
        if count > 1:
            yield f"回答の場所「{key}」に{count}個の項目があります。一つにしてください。"
    for field in template.fields:
        yield from _misfits(field, template)
    for page in range(1, template.pages + 1):
        yield from _overlaps(template.on(page))


def _misfits(field: Field, template: Template) -> Iterator[str]:
    name = f"「{field.label}」"
    if field.page > template.pages:
        yield f"{name}は{field.page}ページにありますが、様式は{template.pages}ページまでです。"
    if len({part.name for part in field.parts}) != len(field.parts):
        yield f"{name}に同じ名前の枠が二つあります。"
    if field.kind in TICKED and any(not part.name.isdigit() for part in field.parts):
        yield f"{name}は印を付ける項目なので、選択肢ごとに枠を一つずつ置いてください。"
    if field.kind in {Kind.CHOICE, Kind.CHOICES} and len(field.parts) != len(field.options):
        yield f"{name}の枠は{len(field.parts)}個、選択肢は{len(field.options)}個です。数を合わせてください。"
    markers = markers_of(template).values()
    for part in field.parts:
        rect = part.rect
        if rect.width < SMALLEST_BOX or rect.height < SMALLEST_BOX:
            yield f"{name}の枠が小さすぎます（縦横とも{SMALLEST_BOX:g}ミリメートル以上）。"
        if rect.x < 0 or rect.y < 0 or _right(rect) > template.width or _bottom(rect) > template.height:
            yield f"{name}の枠が用紙からはみ出しています。"
        if any(_gap(rect, marker) < MARKER_QUIET for marker in markers):
            yield f"{name}の枠が四隅の印に近すぎます（{MARKER_QUIET:g}ミリメートル以上離してください）。"


def _overlaps(fields: Sequence[Field]) -> Iterator[str]:
    placed = [(part.rect, field) for field in fields for part in field.parts]
    placed.sort(key=lambda one: one[0].y)
    told: set[tuple[str, str]] = set()
    for index, (rect, field) in enumerate(placed):
        for other, neighbour in placed[index + 1 :]:
            if other.y >= _bottom(rect):
                break
            pair = (field.label, neighbour.label)
            if pair not in told and _share(rect, other):
                told.add(pair)
                yield f"{fields[0].page}ページの「{pair[0]}」と「{pair[1]}」の枠が重なっています。"


def _right(rect: Rect) -> float:
    return rect.x + rect.width


def _bottom(rect: Rect) -> float:
    return rect.y + rect.height


# Cells of one frame share their edge; rounding may make them overlap by this much.
_TOUCH: Final = 0.05


def _share(one: Rect, other: Rect) -> bool:
    across = min(_right(one), _right(other)) - max(one.x, other.x)
    down = min(_bottom(one), _bottom(other)) - max(one.y, other.y)
    return across > _TOUCH and down > _TOUCH


def _gap(one: Rect, other: Rect) -> float:
    """Millimetres of white between two rectangles; 0 when they touch."""
    across = max(one.x, other.x) - min(_right(one), _right(other))
    down = max(one.y, other.y) - min(_bottom(one), _bottom(other))
    return max(across, down, 0.0)
