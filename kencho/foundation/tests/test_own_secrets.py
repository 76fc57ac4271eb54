"""Secrets by reference: where they are looked for, and that no reference leaves its body's names."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.foundation import own_secrets
from kencho.foundation.own_secrets import NoSecret

PREFIX = "KENCHO_TRY_SECRET_"
BODIES = st.integers(0, 999_999).map("{:06}".format)


def read(reference: str = "BOX", body: str = "240001", folder: str = "") -> str:
    return own_secrets.read(PREFIX, body=body, reference=reference, folder=folder)


def test_the_variable_comes_before_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoSecret) as missing:
        read(folder=str(tmp_path))
    assert str(missing.value) == f"{PREFIX}240001_BOX"
    (tmp_path / "240001_BOX").write_text("from the folder\n", encoding="utf-8")
    assert read(folder=str(tmp_path)) == "from the folder"
    named = tmp_path / "named"
    monkeypatch.setenv(f"{PREFIX}240001_BOX_FILE", str(named))
    assert read(folder=str(tmp_path)) == "from the folder"
    named.write_bytes(b"\xff\xfe")
    assert read(folder=str(tmp_path)) == "from the folder"
    named.write_text("from the named file", encoding="utf-8")
    assert read(folder=str(tmp_path)) == "from the named file"
    monkeypatch.setenv(f"{PREFIX}240001_BOX", "from the variable")
    assert read(folder=str(tmp_path)) == "from the variable"


@given(
    st.tuples(BODIES, BODIES),
    st.text(st.sampled_from("AZ09_/.-b"), min_size=1, max_size=20),
)
def test_no_reference_names_a_secret_of_another_body(bodies: tuple[str, str], reference: str) -> None:
    mine, theirs = bodies
    name = own_secrets.name_of(PREFIX, mine, reference)
    is_theirs = name.startswith(f"{PREFIX}{theirs}_")
    assert not own_secrets.is_reference(reference) or is_theirs == (mine == theirs)


@pytest.mark.parametrize(
    ("reference", "body"), [("", "240001"), ("../X", "240001"), ("X", "24_0001"), ("X", "")]
)
def test_what_is_no_reference_is_not_looked_for(
    reference: str, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(own_secrets.name_of(PREFIX, body, reference), "x")
    with pytest.raises(NoSecret):
        read(reference, body)
