r"""A certificate authority for tests, and an https server on loopback that answers with the bytes that a test chooses.

authority = Authority(tmp_path)
with HttpsSite(authority, "app.example") as site:
    site.answer = [b"HTTP/1.1 200 OK\r\n\r\n", b"{}"]     # sent one after the other, until the client closes
    site.requests, site.names                               # the requests, and their names (SNI)
    site.asked.acquire(timeout=60)                          # waits for the next request
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Certified:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def certify(
    subject: x509.Name,
    names: Iterable[x509.GeneralName] = (),
    *,
    issuer: Certified | None = None,
    days: tuple[datetime, datetime] = (BEGIN, END),
) -> Certified:
    """A certificate for `subject` with subject alternative `names`, by `issuer` or by itself."""
    key = generate_private_key(SECP256R1())
    builder = x509.CertificateBuilder(
        issuer_name=issuer.certificate.subject if issuer else subject,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=days[0],
        not_valid_after=days[1],
    ).add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    if issuer is None:
        no = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
        usage = x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False, **no)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    else:
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(by, critical=False)
    if names := list(names):
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Certified(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def common_name(name: str) -> x509.Name:
    """An X.509 name with only this common name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """A certificate authority; `file` is its certificate."""

    def __init__(self, folder: Path, name: str = "Tests") -> None:
        self.own = certify(common_name(name))
        self._folder = folder
        self.file = folder / f"{name}.pem"
        self.file.write_text(self.own.pem)

    def server_context(self, *names: str, days: timedelta = timedelta(days=1)) -> ssl.SSLContext:
        """The TLS context of a server with these names. The certificate is valid from yesterday until `days` from now."""
        now = datetime.now(UTC)
        made = certify(common_name(names[0]), map(x509.DNSName, names), issuer=self.own, days=(now - timedelta(days=2), now + days))
        file = self._folder / f"{names[0]}.pem"
        file.write_text(made.pem + made.key_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


class HttpsSite:
    """An https server at a free port of `address`."""

    def __init__(self, authority: Authority, *names: str, address: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        self.answer: Iterable[bytes] = [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}"]
        self.requests: list[bytes] = []
        self.asked = threading.Semaphore(0)
        self.names: list[str | None] = []
        self.connections = 0
        self._context = context or authority.server_context(*names)
        self._context.sni_callback = self._named
        self._listening = socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _named(self, connection: Any, name: str | None, context: ssl.SSLContext) -> None:
        del connection, context
        self.names.append(name)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        # A client that refuses the certificate, or has read enough, closes the connection.
        with suppress(OSError), self._secured(connection) as secured:
            asked = secured.recv(65536)
            while not _whole(asked):
                asked += secured.recv(65536)
            self.requests.append(asked)
            self.asked.release()
            for part in self.answer:
                secured.sendall(part)

    @contextmanager
    def _secured(self, connection: socket.socket) -> Iterator[ssl.SSLSocket]:
        with connection:
            secured = self._context.wrap_socket(connection, server_side=True)
            with secured:
                yield secured


def _whole(asked: bytes) -> bool:
    head, end, body = asked.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    return bool(end) and len(body) >= length
