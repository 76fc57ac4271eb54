"""A few SVG elements as safe text. Looks come from classes: the page's policy forbids styles inside elements."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Value = str | float | int


def element(name: str, content: str | SafeString = "", **attributes: Value) -> SafeString:
    """``<name …>content</name>``; ``css`` becomes ``class`` and underscores become hyphens."""
    pairs = [
        ("class" if key == "css" else key.replace("_", "-"), _number(value))
        for key, value in attributes.items()
    ]
    head = format_html_join("", ' {}="{}"', pairs)
    # The names are constants of this module's callers; content and attribute values are escaped.
    return format_html("<{}{}>{}</{}>", mark_safe(name), head, content, mark_safe(name))  # noqa: S308  # a constant


def _number(value: Value) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def joined(parts: Iterable[SafeString]) -> SafeString:
    """The parts one after another."""
    return format_html_join("", "{}", ((part,) for part in parts))


def label(x: float, y: float, text: str, *, anchor: str = "middle", css: str = "chart__text") -> SafeString:
    """Text whose base line begins, is centred or ends at a point."""
    return element("text", text, x=x, y=y, text_anchor=anchor, css=css)


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> SafeString:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, css=css)


def rect(x: float, y: float, width: float, height: float, css: str, *, fill: str = "") -> SafeString:
    """A rectangle; ``fill`` may name a pattern."""
    more = {"fill": fill} if fill else {}
    return element("rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), css=css, **more)


def path(points: Iterable[tuple[float, float]], css: str) -> SafeString:
    """A line through points."""
    steps = " ".join(
        f"{'M' if place == 0 else 'L'}{_number(float(x))} {_number(float(y))}"
        for place, (x, y) in enumerate(points)
    )
    return element("path", d=steps, css=css)


def diamond(x: float, y: float, size: float, css: str) -> SafeString:
    """A square on its corner, told from a bar and a line by its shape."""
    corners = f"{_number(x)},{_number(y - size)} {_number(x + size)},{_number(y)} {_number(x)},{_number(y + size)} {_number(x - size)},{_number(y)}"
    return element("polygon", points=corners, css=css)


def hatch(identity: str) -> SafeString:
    """A pattern of slanting lines, told from a full bar without its colour."""
    return element(
        "defs",
        element(
            "pattern",
            joined(
                [
                    rect(0, 0, 6, 6, "chart__hatch-ground"),
                    line(0, 0, 0, 6, "chart__hatch-line"),
                ]
            ),
            id=identity,
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        ),
    )


def drawing(
    identity: str, title: str, description: str, width: float, height: float, parts: Iterable[SafeString]
) -> SafeString:
    """The whole picture with its name and description for those who do not see it."""
    return element(
        "svg",
        joined(
            [
                element("title", title, id=f"{identity}-title"),
                element("desc", description, id=f"{identity}-desc"),
                *parts,
            ]
        ),
        css="chart__svg",
        viewBox=f"0 0 {_number(float(width))} {_number(float(height))}",
        role="img",
        aria_labelledby=f"{identity}-title",
        aria_describedby=f"{identity}-desc",
        xmlns="http://www.w3.org/2000/svg",
    )
