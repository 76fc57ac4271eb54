"""GET from a source: never into the office's own networks, never more than was asked for, never for ever."""

import gzip
import http.client
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from kencho.notifications.webhooks.addresses import UnableToReach, resolve
from kencho.notifications.webhooks.sending import PinnedConnection

MOST_REDIRECTS = 3
CHUNK = 64 * 1024
REDIRECTS = {301, 302, 303, 307, 308}
SAFE = "/:?#[]@!$&'()*+,;=%~"


class UnableToFetch(Exception):
    """Nothing usable came back. `code`: `url`, `name`, `network`, `plain`, `tls`, `timeout`, `connection`,
    `too_large`, `redirects`, `status_404`, …"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """What came back; `url` is where it came from in the end."""

    content: bytes
    kind: str
    url: str


@dataclass
class Fetcher:
    """GETs with firm limits: `most_bytes` after unpacking, `seconds` for each answer as a whole."""

    most_bytes: int = 64_000_000
    seconds: float = 60.0
    agent: str = "Kencho-Harvest/1 (+open data catalogue)"

    def get(self, url: str, *, accept: str = "*/*") -> Answer:
        """The answer, after at most three redirects, each of which is checked anew. Raises UnableToFetch."""
        until = time.monotonic() + self.seconds
        for _step in range(MOST_REDIRECTS + 1):
            answer = self._once(_as_uri(url), accept, until)
            if isinstance(answer, Answer):
                return answer
            url = urljoin(url, answer)
        raise UnableToFetch("redirects")

    def _once(self, url: str, accept: str, until: float) -> Answer | str:
        try:
            target = resolve(url)
        except UnableToReach as refused:
            raise UnableToFetch(refused.code) from refused
        connection = PinnedConnection(target)
        # A source that sends one byte now and then would never run into the timeout of a single read.
        watch = threading.Timer(max(0.1, until - time.monotonic()), connection.cut)
        watch.daemon = True
        watch.start()
        try:
            headers = {
                "Host": target.host_header,
                "Accept": accept,
                "Accept-Encoding": "gzip",
                "User-Agent": self.agent,
            }
            connection.request("GET", target.path, None, headers)
            return self._taken(connection.getresponse(), url, until)
        except ssl.SSLError as wrong:
            raise UnableToFetch("tls") from wrong
        except TimeoutError as late:
            raise UnableToFetch("timeout") from late
        except (OSError, http.client.HTTPException, ValueError, EOFError, zlib.error) as broken:
            raise UnableToFetch("timeout" if time.monotonic() >= until else "connection") from broken
        finally:
            watch.cancel()
            connection.close()

    def _taken(self, answer: http.client.HTTPResponse, url: str, until: float) -> Answer | str:
        if answer.status in REDIRECTS:
            return answer.getheader("Location") or ""
        if answer.status != 200:
            raise UnableToFetch(f"status_{answer.status}")
        packed = answer.getheader("Content-Encoding", "").lower() == "gzip"
        source = gzip.GzipFile(fileobj=answer) if packed else answer
        parts, size = [], 0
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > self.most_bytes:
                raise UnableToFetch("too_large")
            if time.monotonic() >= until:
                raise UnableToFetch("timeout")
            parts.append(chunk)
        if answer.length:
            # Fewer bytes came than were announced: the line was cut, and half a catalogue is none.
            raise UnableToFetch("timeout" if time.monotonic() >= until else "connection")
        return Answer(b"".join(parts), answer.getheader("Content-Type", ""), url)


def _as_uri(url: str) -> str:
    """Japanese in an address as the wire has it (RFC 3987)."""
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    except (ValueError, UnicodeError) as wrong:
        raise UnableToFetch("url") from wrong
    return urlunsplit((parts.scheme, host, quote(parts.path, SAFE), quote(parts.query, SAFE), ""))
