"""Every sample goes through the real worker process and an independent checker."""

from pathlib import Path

import pytest

from kencho.files.sanitize import Action, sanitize_file
from kencho.files.tests.sanitize import checker
from kencho.files.tests.sanitize.samples import Sample, all_samples

ACCEPTED = [sample for sample in all_samples() if sample.action is not Action.REFUSED]
# Samples whose source is harmless to the checker: they show that ordinary files pass, or trouble it does not look for.
HARMLESS = {
    "png_palette", "png_alpha", "webp", "jpeg_inks", "csv_formulas", "pdf_form_loop", "pdf_calculator", "pdf_font_tables",
    "pdf_inline_jbig2", "pdf_unknown_operator",
}  # fmt: skip


@pytest.mark.parametrize("sample", all_samples(), ids=lambda sample: sample.name)
def test_sample_is_rebuilt_clean_or_refused(sample: Sample, tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(sample.build())
    outcome = sanitize_file(source, target)
    assert (outcome.action, outcome.reason) == (sample.action, sample.reason), outcome
    assert sample.removed <= set(outcome.removed)
    assert target.exists() == (sample.action is not Action.REFUSED)
    assert [path.name for path in tmp_path.iterdir() if path.name not in {"in", "out"}] == []
    if outcome.accepted:
        assert outcome.kind is sample.kind
        assert outcome.bytes_out == target.stat().st_size
        assert checker.findings(target.read_bytes()) == []


@pytest.mark.parametrize(
    "sample", [sample for sample in ACCEPTED if sample.name not in HARMLESS], ids=lambda sample: sample.name
)
def test_checker_sees_what_the_source_holds(sample: Sample) -> None:
    """A checker that is blind to a vector would prove nothing about the result."""
    assert checker.findings(sample.build()) != []
