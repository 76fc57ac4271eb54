"""The old system on a port: in a thread of a test, or as a process of its own (``python -m kencho.robots.tests.standin.server``)."""

import argparse
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import ThreadedWSGIServer

from kencho.robots.tests.standin.application import Faults, Old, make_application


@contextmanager
def serving(old: Old, port: int = 0) -> Iterator[str]:
    """Serve it in a thread; gives the base URL."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedWSGIServer("127.0.0.1", port, make_application(old))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        old.closed.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def main() -> None:
    """Serve until told to stop; prints the URL first."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    for name in ("slow", "slow-seconds", "fails", "fails-late", "logs-out", "answers-twice", "stores-twice"):
        parser.add_argument(f"--{name}", type=float, default=0.0)
    parser.add_argument("--variant", default="plain")
    asked = vars(parser.parse_args())
    port, ledger, seed = asked.pop("port"), asked.pop("ledger"), asked.pop("seed")
    with serving(Old(Faults(**asked), seed=seed, file=ledger), port) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
