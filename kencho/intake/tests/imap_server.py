"""A small IMAP server over TLS (RFC 3501) for tests: one account, one mailbox, the commands that a reader needs."""

import datetime
import re
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Letter:
    """A message in the mailbox."""

    raw: bytes
    flags: set[str] = field(default_factory=set)
    # What the server says of its size; 0 for what it has.
    size: int = 0


@dataclass
class Mailbox:
    """What the server holds, and how often it was asked for what."""

    account: str = "scanner"
    password: str = "correct horse"  # of a server that lives for one test
    letters: list[Letter] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    dies_at: str = ""


class _Handler(socketserver.StreamRequestHandler):
    """One connection."""

    box: Mailbox

    def handle(self) -> None:
        """Answer until LOGOUT."""
        self._say("* OK IMAP4rev1 ready")
        while line := self.rfile.readline():
            text = line.decode("utf-8").strip()
            tag, _space, command = text.partition(" ")
            self.box.commands.append(command)
            if self.box.dies_at and self.box.dies_at in command:
                return
            if not self._serve(tag, command):
                return

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _serve(self, tag: str, command: str) -> bool:
        verb = command.split(" ", maxsplit=1)[0].upper()
        if verb == "UID":
            return self._uid(tag, command.split(" ", 2)[1].upper(), command)
        if verb == "LOGIN":
            is_right = command.endswith(f'{self.box.account} "{self.box.password}"')
            self._say(f"{tag} {'OK' if is_right else 'NO'} LOGIN")
        elif verb == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
            self._say(f"{tag} OK done")
        elif verb == "SELECT":
            self._say(f"* {len(self.box.letters)} EXISTS")
            self._say("* OK [UIDVALIDITY 7] of this series")
            self._say(f"{tag} OK [READ-WRITE] selected")
        elif verb == "LOGOUT":
            self._say("* BYE bye")
            self._say(f"{tag} OK done")
            return False
        else:
            self._say(f"{tag} BAD {verb}")
        return True

    def _uid(self, tag: str, verb: str, command: str) -> bool:
        if verb == "SEARCH":
            unseen = [str(n) for n, each in enumerate(self.box.letters, 1) if "\\Seen" not in each.flags]
            self._say("* SEARCH " + " ".join(unseen))
        else:
            found = re.match(r"UID \S+ (\d+)", command)
            number = int(found[1]) if found else 0
            letter = self.box.letters[number - 1]
            if verb == "STORE":
                letter.flags.update(re.findall(r"\\\w+", command))
            elif "RFC822.SIZE" in command:
                told = f'INTERNALDATE "01-Jun-2026 0{number}:02:03 +0000" RFC822.SIZE {letter.size or len(letter.raw)}'
                self._say(f"* {number} FETCH (UID {number} {told})")
            else:
                self._say(f"* {number} FETCH (UID {number} BODY[] {{{len(letter.raw)}}}")
                self.wfile.write(letter.raw + b")\r\n")
        self._say(f"{tag} OK done")
        return True


class _Server(socketserver.ThreadingTCPServer):
    """TLS from the first byte."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext, box: Mailbox) -> None:
        self._context = context
        handler = type("Handler", (_Handler,), {"box": box})
        super().__init__(("127.0.0.1", 0), handler)

    def get_request(self) -> tuple[Any, Any]:
        """Wrap the connection; a client that does not trust us goes away, which is not our failure."""
        connection, address = super().get_request()
        return self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A broken connection is what some tests want."""


def start(folder: Path, box: Mailbox) -> tuple[_Server, Path]:
    """A running server and the certificate of who vouches for it."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = _Server(context, box)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server, certificate


def _certificate(folder: Path) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    places = folder / "cert.pem", folder / "key.pem"
    places[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    places[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return places
