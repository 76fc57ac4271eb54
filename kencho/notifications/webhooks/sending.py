"""One POST to another system: to the address that was checked, without redirects, within a firm time."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping

from kencho.notifications.webhooks.addresses import Target

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
KEPT_BYTES = 4096


class UnableToSend(Exception):
    """Nothing that is an answer came back; ``code`` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class PinnedConnection(http.client.HTTPConnection):
    """Connects to the checked address; certificate and Host are those of the name."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target = target

    def connect(self) -> None:
        """Open the connection, with TLS for https."""
        plain = socket.create_connection((self.target.address, self.target.port), timeout=CONNECT_SECONDS)
        if not self.target.is_https:
            self.sock = plain
            return
        try:
            # Known before the handshake, so that ``cut`` ends one that comes byte by byte as well.
            self.sock = ssl.create_default_context().wrap_socket(
                plain, server_hostname=self.target.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()
        except BaseException:
            plain.close()
            raise

    def cut(self) -> None:
        """End it from outside, whatever it waits for."""
        opened: socket.socket | None = self.sock
        if opened is not None:
            try:
                opened.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It ended by itself at the same moment.
                return


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send; returns the status code. Raises UnableToSend."""
    connection = PinnedConnection(target)
    # A receiver that sends one byte now and then would never run into the timeout of a single read.
    watch = threading.Timer(TOTAL_SECONDS, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body, {**headers, "Host": target.host_header})
        answer = connection.getresponse()
        answer.read(KEPT_BYTES)
    except ssl.SSLError as wrong:
        raise UnableToSend("tls") from wrong
    except TimeoutError as late:
        raise UnableToSend("timeout") from late
    except (OSError, http.client.HTTPException, ValueError) as broken:
        raise UnableToSend("connection") from broken
    finally:
        watch.cancel()
        connection.close()
    return answer.status
