"""Types are told by content, in the calling process, without harm."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kencho.files.sanitize import Action, Kind, identify
from kencho.files.tests.sanitize.samples import Sample, all_samples
from kencho.files.tests.sanitize.samples._office import package


@pytest.mark.parametrize(
    "sample",
    [sample for sample in all_samples() if sample.action is not Action.REFUSED],
    ids=lambda sample: sample.name,
)
def test_kind_is_told_by_content_whatever_the_name(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "misleading.exe"
    path.write_bytes(sample.build())
    assert identify(path) is sample.kind


def test_unreadable_or_missing_files_have_no_kind(tmp_path: Path) -> None:
    assert identify(tmp_path / "none") is None
    assert identify(tmp_path) is None


def test_every_kind_names_its_extension_and_media_type() -> None:
    assert {kind.extension for kind in Kind} >= {".pdf", ".jpg", ".tif", ".docx", ".csv"}
    assert all("/" in kind.media_type for kind in Kind)


def test_binary_workbook_and_two_faced_package_are_not_accepted(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(
        package("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main", {})
    )
    assert identify(path) is None
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    path.write_bytes(package("word/document.xml", word, {}, {"xl/workbook.xml": sheet}))
    assert identify(path) is None


MAGIC = [
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\x89PNG\r\n\x1a\n",
    b"II*\0",
    b"\xff\xd8\xff\xe0",
    b"PK\x05\x06",
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from(MAGIC), rest=st.binary(max_size=400))
def test_any_bytes_are_answered(start: bytes, rest: bytes, tmp_path: Path) -> None:
    path = tmp_path / "any"
    path.write_bytes(start + rest)
    assert identify(path) in {None, *Kind}
