"""The password hash parameters of a Firebase project, in a file: as the console shows them, or as JSON with the same names.

The console shows `hash_config { algorithm: SCRYPT, base64_signer_key: …, base64_salt_separator: …, rounds: 8, mem_cost: 14, }`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from idp.domain.errors import InvalidValue
from idp.domain.moving.fields import parse
from idp.domain.moving.hashes.firebase import parameters
from idp.domain.moving.person import BrokenFileError

if TYPE_CHECKING:
    from idp.domain.moving.hashes.firebase import Parameters

_LONGEST = 16 * 1024
_AROUND = re.compile(r"\s*(?:hash_config\s*)?\{(.*)\}\s*", re.ASCII | re.DOTALL)
_MEMBER = re.compile(r"\s*([a-z0-9_]+)\s*:\s*\"?([A-Za-z0-9+/=_-]*)\"?\s*", re.ASCII)


def read_parameters(file: BinaryIO) -> Parameters:
    """Read the parameters.

    Raises:
        BrokenFileError: the file is neither of the two, or a parameter is missing or malformed. No person is imported.
    """
    try:
        return parameters(_members(file.read(_LONGEST)))
    except InvalidValue as error:
        raise BrokenFileError("moving.hash_config_malformed", problem=error.message) from None


def _members(raw: bytes) -> Mapping[str, Any]:
    around = _AROUND.fullmatch(raw.decode("utf-8", "replace").lstrip("\ufeff"))
    found = [_MEMBER.fullmatch(part) for part in around[1].split(",") if part.strip()] if around else []
    members = {match[1]: match[2] for match in found if match}
    if found and len(members) == len(found):
        return members
    read = parse(raw)
    inner = read.get("hash_config", read) if isinstance(read, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}
