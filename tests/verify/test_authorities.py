"""The trusted certificate authorities (idp.verify.authorities)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from ssl import CERT_REQUIRED, SSLCertVerificationError, TLSVersion

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Name
from cryptography.x509.oid import NameOID

from idp.verify import authorities
from idp.verify.authorities import client_context
from idp.verify.fetch import fetcher
from tests.support.tls import Authority, HttpsSite, certify, common_name

SYSTEM = 60


def hash_of(name: Name) -> str:
    """The name that OpenSSL gives a certificate's file: the first four bytes, reversed, of the SHA-1 of its subject in lower case."""
    (common,) = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(common.value).lower().encode()
    value = bytes([0x0C, len(text)]) + text
    pair = bytes.fromhex("0603550403") + value
    sequence = bytes([0x30, len(pair)]) + pair
    return hashlib.sha1(bytes([0x31, len(sequence)]) + sequence, usedforsecurity=False).digest()[3::-1].hex()


def directory(folder: Path, *wanted: Authority, others: int = SYSTEM) -> Path:
    """A directory of authorities as a system has it."""
    folder.mkdir()
    stranger = certify(common_name("Somebody")).certificate.public_bytes(Encoding.PEM)
    for number in range(others):
        (folder / f"{number:08x}.0").write_bytes(stranger)
    for authority in wanted:
        (folder / f"{hash_of(authority.own.certificate.subject)}.0").write_text(authority.own.pem)
    return folder


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> None:
    """No authorities are configured in the environment."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """OpenSSL's own directory is not used, only those of the test."""
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: type("Paths", (), {"openssl_capath": "/nowhere"}))
    return monkeypatch


def test_an_authority_is_found_in_a_directory(tmp_path: Path, keep: pytest.MonkeyPatch) -> None:
    """An authority in the directory is trusted, another one is not. Files are read only when they are needed."""
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "Strangers")
    keep.setattr(authorities, "_FEDORA", (str(directory(tmp_path / "certs", authority)),))
    assert client_context().get_ca_certs() == []
    with HttpsSite(authority, "localhost") as site:
        site.answer = [b"HTTP/1.1 200 OK\r\n\r\n{}"]
        assert fetcher(f"https://localhost:{site.port}/jwks")() == b"{}"
    for context in (stranger.server_context("localhost"), authority.server_context("other.example")):
        with HttpsSite(authority, context=context) as site, pytest.raises(SSLCertVerificationError):
            fetcher(f"https://localhost:{site.port}/jwks")()


def test_a_directory_with_few_authorities_is_not_used(tmp_path: Path, keep: pytest.MonkeyPatch) -> None:
    """The same for a missing directory: then OpenSSL's defaults are used."""
    few = directory(tmp_path / "few", Authority(tmp_path), others=3)
    seen: list[str | None] = []
    keep.setattr("ssl.create_default_context", lambda *, cafile, capath: seen.append(capath))
    for places in ((str(few),), (str(tmp_path / "none"),), (str(Authority(tmp_path).file),), ()):
        keep.setattr(authorities, "_FEDORA", places)
        client_context()
    assert seen == [None] * 4


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_configured_authorities_replace_the_systems_directory(tmp_path: Path, keep: pytest.MonkeyPatch, name: str) -> None:
    """The system's directory is not used then."""
    own, systems = Authority(tmp_path), Authority(tmp_path, "System")
    keep.setattr(authorities, "_FEDORA", (str(directory(tmp_path / "certs", systems)),))
    keep.setenv(name, str(own.file if name == "SSL_CERT_FILE" else directory(tmp_path / "own", own, others=0)))
    with HttpsSite(own, "localhost") as site:
        site.answer = [b"HTTP/1.1 200 OK\r\n\r\n{}"]
        assert fetcher(f"https://localhost:{site.port}/jwks")() == b"{}"
    with HttpsSite(systems, "localhost") as site, pytest.raises(SSLCertVerificationError):
        fetcher(f"https://localhost:{site.port}/jwks")()


def test_a_given_file_replaces_all_other_authorities(tmp_path: Path, keep: pytest.MonkeyPatch) -> None:
    """A directory of the system is not used."""
    own, systems = Authority(tmp_path), Authority(tmp_path, "System")
    keep.setattr(authorities, "_FEDORA", (str(directory(tmp_path / "certs", systems)),))
    (told,) = client_context(str(own.file)).get_ca_certs()
    assert told["subject"] == ((("commonName", "Tests"),),)
    with pytest.raises(OSError, match="No such file"):
        client_context(str(tmp_path / "none"))


def test_the_context_verifies_certificate_and_host() -> None:
    """With the authorities of this system."""
    context = client_context()
    assert context.verify_mode == CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= TLSVersion.TLSv1_2
