"""What a table should look like: columns with types and constraints, in the vocabulary of Frictionless Table Schema.

Source: Table Schema (specs.frictionlessdata.io/table-schema). `unit` and `trueValues`/`falseValues` are read as they
stand there; properties that we do not know are ignored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kencho.catalog.tables.refusals import Refused

TYPES: Final = ("string", "integer", "number", "boolean", "date", "datetime", "year")
TRUE_VALUES: Final = ("true", "True", "TRUE", "1")
FALSE_VALUES: Final = ("false", "False", "FALSE", "0")
MOST_COLUMNS: Final = 2_000

# Types of the vocabulary that are kept as text here, so that foreign schemas can be read without a loss.
_AS_TEXT: Final = {"any", "object", "array", "duration", "geopoint", "geojson", "yearmonth", "time", "list"}
_CONSTRAINTS: Final = {
    "required": "required",
    "unique": "unique",
    "minimum": "minimum",
    "maximum": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
    "enum": "enum",
}


class SchemaError(Refused):
    """A schema that says nothing sensible; code `bad_schema` or `bad_pattern`."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `minimum` and `maximum` are numbers, or ISO texts for dates; `pattern` must match the whole cell."""

    name: str
    title: str = ""
    type: str = "string"
    format: str = "default"
    description: str = ""
    unit: str = ""
    required: bool = False
    unique: bool = False
    minimum: int | float | str | None = None
    maximum: int | float | str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    enum: tuple[Any, ...] = ()
    true_values: tuple[str, ...] = TRUE_VALUES
    false_values: tuple[str, ...] = FALSE_VALUES

    def to_data(self) -> dict[str, Any]:
        """The field descriptor; what is left at its usual value is left out."""
        data: dict[str, Any] = {"name": self.name, "type": self.type}
        for key in ("title", "description", "unit"):
            if value := getattr(self, key):
                data[key] = value
        if self.format != "default":
            data["format"] = self.format
        if self.true_values != TRUE_VALUES:
            data["trueValues"] = list(self.true_values)
        if self.false_values != FALSE_VALUES:
            data["falseValues"] = list(self.false_values)
        constraints = {theirs: getattr(self, ours) for ours, theirs in _CONSTRAINTS.items()}
        kept = {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in constraints.items()
            if value is not None and value not in (False, "", ())
        }
        # A bound of zero is a bound, though it equals False.
        kept |= {key: 0 for key, value in constraints.items() if value == 0 and not isinstance(value, bool)}
        if kept:
            data["constraints"] = kept
        return data

    @classmethod
    def from_data(cls, data: Any) -> "Column":
        """Read a field descriptor. Raises `SchemaError`."""
        if not isinstance(data, Mapping) or not isinstance(data.get("name"), str) or not data["name"]:
            raise SchemaError("bad_schema", why="name")
        kind = data.get("type") or "string"
        if kind in _AS_TEXT:
            kind = "string"
        if kind not in TYPES:
            raise SchemaError("bad_schema", why=f"type {kind}"[:80])
        rules = data.get("constraints") or {}
        if not isinstance(rules, Mapping):
            raise SchemaError("bad_schema", why="constraints")
        made = cls(
            name=data["name"],
            title=str(data.get("title") or ""),
            type=str(kind),
            format=str(data.get("format") or "default"),
            description=str(data.get("description") or ""),
            unit=str(data.get("unit") or ""),
            required=bool(rules.get("required")),
            unique=bool(rules.get("unique")),
            minimum=_bound(rules.get("minimum")),
            maximum=_bound(rules.get("maximum")),
            min_length=_length(rules.get("minLength")),
            max_length=_length(rules.get("maxLength")),
            pattern=str(rules.get("pattern") or ""),
            enum=_values(rules.get("enum")),
            true_values=tuple(map(str, _values(data.get("trueValues")))) or TRUE_VALUES,
            false_values=tuple(map(str, _values(data.get("falseValues")))) or FALSE_VALUES,
        )
        if made.type in {"integer", "number"} and any(isinstance(each, str) for each in _bounds(made)):
            raise SchemaError("bad_schema", why="minimum")
        return made


def _bounds(column: Column) -> tuple[Any, ...]:
    return (column.minimum, column.maximum)


def _bound(value: Any) -> int | float | str | None:
    if value is None or isinstance(value, int | float | str):
        return value
    raise SchemaError("bad_schema", why="minimum")


def _length(value: Any) -> int | None:
    if value is None or (isinstance(value, int) and value >= 0):
        return value
    raise SchemaError("bad_schema", why="minLength")


def _values(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise SchemaError("bad_schema", why="enum")
    return tuple(value)


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a table in order, the columns of its key, and the cells that mean "no value"."""

    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    missing_values: tuple[str, ...] = field(default=("",))

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name. Raises `Refused("unknown_column")`."""
        for column in self.columns:
            if column.name == name:
                return column
        raise Refused("unknown_column", column=name[:80])

    def to_data(self) -> dict[str, Any]:
        """The Table Schema as JSON has it."""
        data: dict[str, Any] = {"fields": [column.to_data() for column in self.columns]}
        if self.primary_key:
            data["primaryKey"] = list(self.primary_key)
        if self.missing_values != ("",):
            data["missingValues"] = list(self.missing_values)
        return data

    @classmethod
    def from_data(cls, data: Any) -> "Schema":
        """Read a Table Schema. Raises `SchemaError`."""
        if not isinstance(data, Mapping) or not isinstance(data.get("fields"), list) or not data["fields"]:
            raise SchemaError("bad_schema", why="fields")
        if len(data["fields"]) > MOST_COLUMNS:
            raise SchemaError("bad_schema", why="too many fields")
        columns = tuple(Column.from_data(each) for each in data["fields"])
        names = {column.name for column in columns}
        if len(names) != len(columns):
            raise SchemaError("bad_schema", why="names")
        key = data.get("primaryKey") or ()
        key = (key,) if isinstance(key, str) else _values(key)
        if not names.issuperset(map(str, key)):
            raise SchemaError("bad_schema", why="primaryKey")
        missing = data.get("missingValues")
        return cls(
            columns=columns,
            primary_key=tuple(map(str, key)),
            missing_values=("",) if missing is None else tuple(map(str, _values(missing))),
        )
