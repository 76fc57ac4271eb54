"""Table Schema in and out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.catalog.tables.schema import TYPES, Column, Schema, SchemaError

columns = st.builds(
    Column,
    name=st.text(min_size=1, max_size=5),
    title=st.text(max_size=5),
    type=st.sampled_from(TYPES),
    unit=st.sampled_from(["", "人"]),
    required=st.booleans(),
    unique=st.booleans(),
    minimum=st.none() | st.integers(-5, 5),
    max_length=st.none() | st.integers(0, 9),
    pattern=st.sampled_from(["", "[0-9]+"]),
    enum=st.sampled_from([(), ("a", "b")]),
)


@given(st.lists(columns, min_size=1, max_size=4, unique_by=lambda column: column.name))
def test_a_schema_survives_the_way_through_json(made: list[Column]) -> None:
    schema = Schema(tuple(made), primary_key=(made[0].name,), missing_values=("", "-"))
    assert Schema.from_data(schema.to_data()) == schema


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, {"fields": []}, {"fields": [1]}, {"fields": [{"name": ""}]}, {"fields": [{"type": "string"}]},
        {"fields": [{"name": "a", "type": "colour"}]}, {"fields": [{"name": "a"}, {"name": "a"}]},
        {"fields": [{"name": "a"}], "primaryKey": "b"}, {"fields": [{"name": "a", "constraints": 1}]},
        {"fields": [{"name": "a", "constraints": {"enum": "x"}}]},
        {"fields": [{"name": "a", "constraints": {"minLength": -1}}]},
        {"fields": [{"name": "a", "type": "integer", "constraints": {"minimum": "x"}}]},
    ],
)  # fmt: skip
def test_nonsense_is_refused(data: Any) -> None:
    with pytest.raises(SchemaError):
        Schema.from_data(data)
