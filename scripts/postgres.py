"""A throw-away PostgreSQL server for tests and measurements, on a socket of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER_USER = "postgres"


def binaries() -> Path:
    """The folder of the newest installed server; raises FileNotFoundError when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed")
    return found[-1].parent


def _as_server_user(command: list[str]) -> list[str]:
    # PostgreSQL refuses to run as root.
    return ["runuser", "-u", SERVER_USER, "--", *command] if os.getuid() == 0 else command


@contextmanager
def server(*settings: str) -> Iterator[str]:
    """Start a server, give its database URL, remove it afterwards. ``settings`` are lines of postgresql.conf."""
    bin_dir = binaries()
    folder = Path(tempfile.mkdtemp(prefix="kencho-pg-"))
    data = folder / "data"
    try:
        if os.getuid() == 0:
            shutil.chown(folder, SERVER_USER)
        subprocess.run(
            _as_server_user(
                [
                    str(bin_dir / "initdb"),
                    "-D",
                    str(data),
                    "-U",
                    "kencho",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--locale=C",
                ]
            ),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=100"
        options += "".join(f" -c {setting}" for setting in settings)
        control = [str(bin_dir / "pg_ctl"), "-D", str(data), "-w", "-s"]
        subprocess.run(
            _as_server_user([*control, "-o", options, "-l", str(folder / "log"), "start"]),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        try:
            yield f"postgresql://kencho@/postgres?host={folder}"
        finally:
            subprocess.run(_as_server_user([*control, "-m", "immediate", "stop"]), check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
