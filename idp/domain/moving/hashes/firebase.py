"""Firebase Authentication: a user of `auth:export`, and the parameters of the project, which the export does not contain.

The console shows them under "Password hash parameters". `base64_signer_key` belongs to the project: with it and a hash one can guess
passwords, as with any other hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.hash_notations import key_derivation
from idp.domain.factors.hash_notations.fields import decode, malformed, number

_NAME = "firescrypt"


class Parameters(NamedTuple):
    """The parameters of a project."""

    signer_key: bytes
    salt_separator: bytes
    rounds: int
    mem_cost: int


def parameters(given: Mapping[str, Any]) -> Parameters:
    """Read the parameters by the names that the console shows: base64_signer_key, base64_salt_separator, rounds, mem_cost."""
    if str(given.get("algorithm", "SCRYPT")).upper() != "SCRYPT":
        raise ForeignHashError("foreign_hash.not_supported", scheme=str(given.get("algorithm"))[:40])
    key = decode(str(given.get("base64_signer_key", "")), _NAME, "signer key", url_safe=True)
    if not key:
        raise ForeignHashError("foreign_hash.no_signer_key")
    separator = decode(str(given.get("base64_salt_separator", "")), _NAME, "salt separator", url_safe=True)
    rounds, mem_cost = (number(str(given.get(name, "")), _NAME, name) for name in ("rounds", "mem_cost"))
    return Parameters(key, separator, rounds, mem_cost)


def convert(password_hash: str, salt: str, project: Parameters) -> str:
    """Return the hash in our notation. `password_hash`, `salt`: `passwordHash` and `salt` of the user, in either alphabet of base64."""
    digest = decode(password_hash, _NAME, "digest", url_safe=True)
    if len(digest) != len(project.signer_key):
        raise malformed(_NAME, "digest")
    salted = decode(salt, _NAME, "salt", url_safe=True)
    made = ForeignHash(_NAME, (project.mem_cost, project.rounds, 1), salted, digest, (project.salt_separator, project.signer_key))
    return key_derivation.write_firescrypt(made)
