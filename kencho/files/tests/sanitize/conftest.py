"""What the tests of the rebuild share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kencho.files.sanitize import Limits, Outcome, sanitize_file

Rebuild = Callable[..., tuple[Outcome, bytes]]


@pytest.fixture
def rebuild(tmp_path: Path) -> Rebuild:
    """Rebuild bytes in the real worker process; the outcome and the result (empty when refused)."""

    def run(data: bytes, limits: Limits | None = None) -> tuple[Outcome, bytes]:
        source, target = tmp_path / "in", tmp_path / "out"
        source.write_bytes(data)
        target.unlink(missing_ok=True)
        outcome = sanitize_file(source, target, limits=limits)
        return outcome, target.read_bytes() if target.exists() else b""

    return run
