"""Session data packed in few steps, beside Django's own way."""

from typing import Any

import pytest
from django.conf import settings as configured
from hypothesis import given
from hypothesis import strategies as st

from kencho.foundation.sessions import SessionStore, packed, unpacked

words = st.text(max_size=40)
data = st.dictionaries(
    words, st.one_of(st.none(), st.booleans(), st.integers(), words, st.lists(words, max_size=8)), max_size=6
)


@given(data)
def test_each_way_reads_the_other(session: dict[str, Any]) -> None:
    store = SessionStore()
    assert store.decode(packed(session)) == session
    assert unpacked(store.encode(session)) == session
    assert unpacked(packed(session)) == session


def test_long_data_are_packed_tightly_as_before() -> None:
    session = {"drafts": ["0" * 36] * 50}
    assert packed(session).startswith(".")
    assert unpacked(packed(session)) == session


def test_what_was_signed_by_an_earlier_key_is_read(settings: Any) -> None:
    stored = packed({"a": 1})
    old = configured.SECRET_KEY
    settings.SECRET_KEY = "another key"
    assert unpacked(stored) == {}
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unpacked(stored) == {"a": 1}


@pytest.mark.parametrize("place", range(4))
def test_what_was_changed_holds_nothing(place: int) -> None:
    stored = packed({"user": 1})
    changed = [
        "x" + stored,
        stored[:-1] + ("A" if stored[-1] != "A" else "B"),
        stored.replace(":", "x:", 1),
        "no session at all",
    ][place]
    assert unpacked(changed) == {}
