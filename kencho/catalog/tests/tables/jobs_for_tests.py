"""Jobs that try what a job must not be able to do, run in the child by its tests."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Given = Mapping[str, Any]


def escape(inputs: Given, outputs: Given, params: Given, progress: Any) -> dict[str, Any]:
    """What of the world can be reached: every answer should be no, but for threads."""

    def tried(work: Any) -> bool:
        try:
            work()
        except (OSError, RuntimeError):
            return False
        return True

    return {
        "network": tried(lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)),
        "socket": tried(socket.socket),
        "other_file": tried(lambda: Path(params["secret"]).read_bytes()),
        "passwd": tried(lambda: Path("/etc/passwd").read_bytes()),
        "beside_input": tried(lambda: inputs["file"].with_name("x").write_text("x")),
        "change_input": tried(lambda: inputs["file"].write_text("x")),
        "fork": tried(os.fork),
        "program": tried(lambda: subprocess.run([sys.executable, "-c", ""], check=False)),
        "signal": tried(lambda: os.kill(os.getppid(), 0)),
        "thread": tried(lambda: threading.Thread(target=int).start()),
        "desk": tried(lambda: Path("x").write_text("x")),
        "environment": sorted(set(os.environ) - {"LANG", "TMPDIR", "HOME", "LC_CTYPE"}),
    }


def grow(inputs: Given, outputs: Given, params: Given, progress: Any) -> dict[str, Any]:
    """Take memory without end."""
    kept = []
    while True:
        kept.append(b"x" * 10_000_000)


def hang(inputs: Given, outputs: Given, params: Given, progress: Any) -> dict[str, Any]:
    """Write half a result and never end."""
    outputs["table"].write_text("half")
    progress("hang", 1, 2)
    time.sleep(60)
    return {}


def die(inputs: Given, outputs: Given, params: Given, progress: Any) -> dict[str, Any]:
    """End without a word."""
    os._exit(3)
