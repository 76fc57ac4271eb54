"""Runs one named job of `kencho.catalog` in the child."""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kencho.catalog.tables.guarded import Say

Progress = Callable[[str, int, int], None]
Job = Callable[[Mapping[str, Path], Mapping[str, Path], Mapping[str, Any], Progress], Mapping[str, Any]]


def run(message: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Call the job; the parent has checked that its name lies in `kencho.catalog`."""
    module, name = str(message["job"]).split(":")
    job: Job = getattr(importlib.import_module(module), name)

    def progress(stage: str, done: int, total: int) -> None:
        say({"progress": [stage, done, total]})

    answer = job(
        {key: Path(path) for key, path in message["inputs"].items()},
        {key: Path(path) for key, path in message["outputs"].items()},
        message["params"],
        progress,
    )
    return {"answer": answer}
