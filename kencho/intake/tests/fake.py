"""A reading process for tests of what happens around the reading: it says what the test put into its script."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kencho.intake.engine.shapes import FieldReading, Kind, PageReading, Rect, Template

ScriptOf = Callable[[int, Mapping[str, Template]], PageReading]


def png(shade: int = 250, size: tuple[int, int] = (1654, 2339)) -> bytes:
    """A grey page image."""
    from PIL import Image

    room = io.BytesIO()
    Image.new("L", size, shade).save(room, "PNG")
    return room.getvalue()


def scan(pages: int = 1, *, mark: int = 0) -> bytes:
    """A TIFF with so many small pages; ``mark`` makes files differ."""
    from PIL import Image

    made = [Image.new("L", (600, 850), 255 - (n + mark) % 200) for n in range(pages)]
    room = io.BytesIO()
    made[0].save(room, "TIFF", save_all=True, append_images=made[1:], dpi=(72 + mark % 7, 72 + mark % 7))
    return room.getvalue()


def reading_of(
    number: int,
    template: Template,
    page: int,
    values: Mapping[str, Any],
    *,
    score: float = 1.0,
    scores: Mapping[str, float] | None = None,
    masked: int = 0,
) -> PageReading:
    """A page as the engine would tell of it: every field of the template's page, the given ones filled."""
    fields = []
    for place, field in enumerate(template.on(page)):
        value = values.get(field.key)
        is_blank = value is None
        fields.append(
            FieldReading(
                key=field.key,
                kind=field.kind,
                raw="" if is_blank else str(value),
                text="" if is_blank else str(value),
                value=value,
                score=(scores or {}).get(field.key, score),
                reasons=(),
                candidates=(),
                crop=Rect(100, 100 + 20 * place, 400, 20),
                is_blank=is_blank,
            )
        )
    return PageReading(
        number=number,
        template_id=template.id,
        template_page=page,
        fields=tuple(fields),
        residual_mm=0.02,
        dpi=300,
        masked_numbers=masked,
        cpu_seconds=1.0,
        image=png(255 - number % 50),
    )


class FakeProcess:
    """Stands where ``ReadingProcess`` stands. ``reads`` notes each page that was asked for."""

    def __init__(self, script: ScriptOf) -> None:
        self.script = script
        self.opened: list[Path] = []
        self.reads: list[int] = []
        self.closed = 0

    def open(self, path: Path) -> int:
        assert path.stat().st_size
        self.opened.append(path)
        return 1

    def read(self, number: int, job: Any) -> PageReading:
        self.reads.append(number)
        return self.script(number, job.templates)

    def close(self) -> None:
        self.closed += 1


def written(kind: Kind, value: Any) -> Any:
    """A value of an answer as the reader gives it for a field of this kind."""
    if kind is Kind.CHOICE and isinstance(value, bool):
        return "yes" if value else "no"
    return value


def values_on_paper(template: Template, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in each field of a form on which these answers are written."""
    from kencho.intake import address_parts

    found: dict[str, Any] = {}
    for field in template.fields:
        value: Any = answers
        steps = field.key.split(".")
        if steps[-1] == "address":
            parts = _walk(answers, steps[:-1])
            if isinstance(parts, Mapping):
                found[field.key] = address_parts.join(dict(parts))
            continue
        value = _walk(answers, steps)
        if (value is not None and value is not False) or (field.kind is Kind.CHOICE and value is False):
            found[field.key] = written(field.kind, value)
    return found


def _walk(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
