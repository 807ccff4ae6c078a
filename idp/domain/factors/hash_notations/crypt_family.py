"""The schemes of crypt(5): SHA-crypt, MD5-crypt, Apache's apr1, phpass.

$sha512-crypt$rounds=656000$<salt>$<digest>     Kratos; also $6$…, and $5$… for $sha256-crypt$…; without rounds there are 5000
$md5-crypt$<salt>$<digest>                      Kratos; also $1$…
$apr1$<salt>$<digest>
$P$<rounds, 8 characters of salt, digest>       phpass, as older WordPress; also $H$…
"""

from __future__ import annotations

import re

from idp.domain.factors.foreign_hash import ForeignHash
from idp.domain.factors.hash_notations.fields import malformed, number

SHA_CRYPT = {"5": "sha256-crypt", "sha256-crypt": "sha256-crypt", "6": "sha512-crypt", "sha512-crypt": "sha512-crypt"}
MD5_CRYPT = {"1": "md5-crypt", "md5-crypt": "md5-crypt", "apr1": "apr1"}
PHPASS = {"P": "phpass", "H": "phpass"}
_ORDER = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = {"sha256-crypt": 43, "sha512-crypt": 86, "md5-crypt": 22, "apr1": 22, "phpass": 22}
_DEFAULT_ROUNDS, _LEAST_ROUNDS = 5000, 1000
_PHPASS_ROUNDS = range(7, 31)


def read_sha_crypt(name: str, rest: list[str]) -> ForeignHash:
    """Read `$5$…`, `$6$…` and Kratos' names."""
    scheme, rounds = SHA_CRYPT[name], _DEFAULT_ROUNDS
    if len(rest) == 3:  # noqa: PLR2004  # rounds, salt, digest
        if not rest[0].startswith("rounds="):
            raise malformed(scheme, "rounds")
        rounds, rest = number(rest[0].removeprefix("rounds="), scheme, "rounds", least=_LEAST_ROUNDS), rest[1:]
    return ForeignHash(scheme, (rounds,), *_salt_and_digest(scheme, rest, 16))


def read_md5_crypt(name: str, rest: list[str]) -> ForeignHash:
    """Read `$1$…`, `$md5-crypt$…` and `$apr1$…`."""
    return ForeignHash(MD5_CRYPT[name], (), *_salt_and_digest(MD5_CRYPT[name], rest, 8))


def read_phpass(name: str, rest: list[str]) -> ForeignHash:
    """Read `$P$…` and `$H$…`."""
    scheme = PHPASS[name]
    if len(rest) != 1 or len(rest[0]) != 31 or rest[0][0] not in _ORDER or _ORDER.index(rest[0][0]) not in _PHPASS_ROUNDS:  # noqa: PLR2004  # 1 + 8 + 22
        raise malformed(scheme, "form")
    return ForeignHash(scheme, (_ORDER.index(rest[0][0]),), *_salt_and_digest(scheme, [rest[0][1:9], rest[0][9:]], 8))


def write(it: ForeignHash) -> str:
    """Write it."""
    salt, digest = it.salt.decode(), it.digest.decode()
    if it.scheme == "phpass":
        return f"$P${_ORDER[it.cost[0]]}{salt}{digest}"
    rounds = f"rounds={it.cost[0]}$" if it.cost else ""
    return f"${it.scheme}${rounds}{salt}${digest}"


def _salt_and_digest(scheme: str, rest: list[str], longest: int) -> tuple[bytes, bytes]:
    """Return both as they are written."""
    if len(rest) != 2 or not re.fullmatch(f"[./A-Za-z0-9]{{{_DIGITS[scheme]}}}", rest[1], re.ASCII):  # noqa: PLR2004  # salt, digest
        raise malformed(scheme, "digest")
    if not re.fullmatch(f"[./A-Za-z0-9]{{0,{longest}}}", rest[0], re.ASCII):
        raise malformed(scheme, "salt")
    return rest[0].encode(), rest[1].encode()
