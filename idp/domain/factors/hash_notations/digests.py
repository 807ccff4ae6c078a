"""One run of a hash function over password and salt, and HMAC.

    $sha256$pf=<pattern>$<salt>$<digest>      Kratos: the pattern, such as {SALT}{PASSWORD}, says where both stand
    $md5$<digest>                             Kratos: without a salt
    $hmac-sha256$<digest in hex>$<key>        Kratos: the password under a key
    {SSHA}…, {SHA}…, {SMD5}…, {MD5}…          LDAP (RFC 2307), also with 256, 384 and 512; {CRYPT} leads to crypt(5)

Every part in base64.
"""

from __future__ import annotations

import hashlib
import re

from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.hash_notations.fields import bounded, decode, malformed, padded

DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
HMACS = tuple(f"hmac-{name}" for name in DIGESTS)
PASSWORD, SALT = b"{PASSWORD}", b"{SALT}"
_MOST_USES = 4
"""How often a pattern may contain the password."""
_LDAP = re.compile(r"\{(S?)(MD5|SHA|SHA1|SHA224|SHA256|SHA384|SHA512)\}(.*)", re.ASCII | re.IGNORECASE)
_HEX = re.compile(rb"[0-9a-fA-F]+")


def read_digest(name: str, rest: list[str]) -> ForeignHash:
    """Read `$md5$…`, `$sha1$…` and so on."""
    if len(rest) == 1:
        return salted(name, PASSWORD, b"", decode(rest[0], name, "digest"))
    if len(rest) != 3 or not rest[0].startswith("pf="):  # noqa: PLR2004  # pattern, salt, digest
        raise malformed(name, "form")
    pattern = decode(rest[0].removeprefix("pf="), name, "pattern")
    return salted(name, pattern, decode(rest[1], name, "salt"), decode(rest[2], name, "digest"))


def salted(name: str, pattern: bytes, salt: bytes, digest: bytes) -> ForeignHash:
    """Return a hash by a pattern.

    Raises:
        ForeignHashError: the pattern has no place for the password, so that every password would be right, or many places; the digest is
            not one of this hash function.
    """
    if not 1 <= pattern.count(PASSWORD) <= _MOST_USES:
        raise malformed(name, "pattern")
    return ForeignHash(name, (), bounded(salt, name, "salt"), _of_length(name, name, digest), (bounded(pattern, name, "pattern"),))


def write_digest(it: ForeignHash) -> str:
    """Write it with its pattern."""
    return f"${it.scheme}$pf={padded(it.more[0])}${padded(it.salt)}${padded(it.digest)}"


def read_hmac(name: str, rest: list[str]) -> ForeignHash:
    """Read `$hmac-…$…`."""
    if len(rest) != 2:  # noqa: PLR2004  # digest, key
        raise malformed(name, "form")
    written = decode(rest[0], name, "digest")
    if not _HEX.fullmatch(written) or len(written) % 2:
        raise malformed(name, "digest")
    return keyed(name, decode(rest[1], name, "key"), bytes.fromhex(written.decode()))


def keyed(name: str, key: bytes, digest: bytes) -> ForeignHash:
    """Return a hash by HMAC (RFC 2104) with the password as the message."""
    return ForeignHash(name, (), b"", _of_length(name, name.removeprefix("hmac-"), digest), (bounded(key, name, "key"),))


def write_hmac(it: ForeignHash) -> str:
    """Write it."""
    return f"${it.scheme}${padded(it.digest.hex().encode())}${padded(it.more[0])}"


def read_ldap(text: str) -> ForeignHash | str:
    """Read `{SSHA}…` and its family. A text is a hash in another notation, which `{CRYPT}` contained."""
    if text[:7].upper() == "{CRYPT}":
        return text[7:]
    found = _LDAP.fullmatch(text)
    if not found:
        raise ForeignHashError("foreign_hash.unknown")
    salted_, name, body = found[1] != "", found[2].lower().replace("sha1", "sha"), found[3]
    name = "sha1" if name == "sha" else name
    both = decode(body, name, "digest")
    size = hashlib.new(name, usedforsecurity=False).digest_size
    if salted_ == (len(both) == size):
        raise malformed(name, "digest")
    return salted(name, PASSWORD + SALT, both[size:], both[:size]) if salted_ else salted(name, PASSWORD, b"", both)


def _of_length(scheme: str, name: str, digest: bytes) -> bytes:
    if len(digest) != hashlib.new(name, usedforsecurity=False).digest_size:
        raise malformed(scheme, "digest")
    return digest
