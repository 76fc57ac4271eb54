"""Applications accepted and fully processed per second, with web server and worker at work together.

Fully processed: receipt number, line in the register, PDF slip fetched, mail handed to a mail server, audit entries.
Beside figures of Open Forms 3.5.6 with ten fields, four clients in browser order, on two such cores.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from kencho.applications.models import Application
from kencho.foundation.models import Task, TaskState
from scripts.bench import _load, _server, _stage
from scripts.bench._report import line, sized

OPEN_FORMS_ACCEPTED = 3.4
OPEN_FORMS_PROCESSED = 1.0
SOURCE = "Open Forms 3.5.6、10項目、4クライアント、2コアの静かな機械"
CLIENTS = 4
PATIENCE_SECONDS = 120


class MailSink:
    """A mail server that takes every letter and keeps none (RFC 5321, as much as a client needs)."""

    def __init__(self) -> None:
        self.letters = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        in_letter = False
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while text := await reader.readline():
                if in_letter:
                    in_letter = text != b".\r\n"
                    if not in_letter:
                        self.letters += 1
                        writer.write(b"250 kept\r\n")
                    continue
                word = text[:4].upper()
                in_letter = word == b"DATA"
                writer.write({b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"250 ok\r\n"))
                if word == b"QUIT":
                    break
        writer.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            with contextlib.suppress(asyncio.CancelledError):
                await server.serve_forever()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """In a thread of its own."""
        task = self._loop.create_task(self._serve())
        thread = threading.Thread(target=lambda: self._loop.run_until_complete(task))
        thread.start()
        self._ready.wait()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(task.cancel)
            thread.join()
            self._loop.close()


def _slip_requests(port: int, filled: list[_stage.Filled]) -> list[str]:
    numbers = dict(
        Application.objects.filter(idempotency_key__in=[each.pk for each in filled]).values_list(
            "idempotency_key", "number"
        )
    )
    connection.close()
    return [
        f"GET /applications/{numbers[each.pk]}/application.pdf HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={each.session}\r\n\r\n"
        for each in filled
    ]


def _wait_for_worker(sink: MailSink, letters: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = Task.objects.filter(state__in=[TaskState.WAITING, TaskState.RUNNING])
    while sink.letters < letters or waiting.exists():
        if time.monotonic() > deadline:
            raise RuntimeError(f"the worker is not done: {waiting.count()} tasks, {sink.letters} letters")
        time.sleep(0.05)
    connection.close()


def run() -> None:
    """Send everything at once, then wait until nothing is left to do."""
    count = sized(400, 8)
    filled = _stage.fill_in(count)
    sink = MailSink()
    with sink.listening():
        environment = {"KENCHO_SMTP_HOST": "127.0.0.1", "KENCHO_SMTP_PORT": str(sink.port)}
        connection.close()
        with _server.web(**environment) as server, _server.worker(**environment):
            began = time.perf_counter()
            accepted = _sent(server, [each.request(server.port) for each in filled], "302")
            _sent(server, _slip_requests(server.port, filled), "200")
            _wait_for_worker(sink, count)
            seconds = time.perf_counter() - began
    entered = Application.objects.filter(record_id__isnull=False).count()
    if entered != count:
        raise RuntimeError(f"{entered} of {count} are in the register")
    _tell(
        "accepted",
        "受け付けた申請、件/秒（4クライアント、作業プロセスも動作中）",
        accepted.per_second,
        OPEN_FORMS_ACCEPTED,
        count,
    )
    _tell(
        "processed",
        "処理を終えた申請、件/秒（収受番号・控えPDF・メール・監査まで）",
        count / seconds,
        OPEN_FORMS_PROCESSED,
        count,
    )


def _sent(server: _server.Server, requests: list[str], status: str) -> _load.Outcome:
    outcome = _load.send(server.port, requests, connections=CLIENTS)
    if outcome.statuses != {status: len(requests)}:
        raise RuntimeError(f"unexpected answers: {outcome.statuses}")
    return outcome


def _tell(part: str, measured: str, ours: float, theirs: float, count: int) -> None:
    line(
        "process",
        measured,
        ours=ours,
        against=SOURCE,
        theirs=theirs,
        ratio=ours / theirs,
        rows=count,
        part=part,
        processes=_server.PROCESSES + 1,
        clients=CLIENTS,
        once=True,
    )
