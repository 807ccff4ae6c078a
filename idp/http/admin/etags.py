"""ETag and If-Match: a change may name the version that it was made from (RFC 9110 §8.8.3, §13.1.1)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import Depends, Header

from idp.domain.errors import Invalid, PreconditionFailed
from idp.domain.versions import ABSENT

_LIST = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e]{0,64}"\s*(?:,\s*(?:W/)?"[\x21\x23-\x7e]{0,64}"\s*){0,9}', re.ASCII)
_STRONG = re.compile(r'(?<!/)"(0|[1-9][0-9]{0,14})"', re.ASCII)


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


async def if_match(
    given: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=512,
            description="The ETag of the version that you read. If the version has changed, the answer is 412.",
        ),
    ] = None,
) -> frozenset[int] | None:
    """Return the versions that the caller accepts, or None for any version.

    RFC 9110 §13.1.1: "the origin server MUST use the strong comparison function", so a weak tag matches nothing.
    """
    if given is None or given.strip() == "*":
        return None
    if not _LIST.fullmatch(given):
        raise Invalid("etag.malformed", field="If-Match")
    versions = frozenset(int(version) for version in _STRONG.findall(given))
    if not versions:
        raise PreconditionFailed("etag.unknown")
    return versions


Expected = Annotated[frozenset[int] | None, Depends(if_match)]


async def if_match_or_absent(
    expected: Expected,
    absent: Annotated[
        Literal["*"] | None,
        Header(alias="If-None-Match", description="`*`: write it only if it does not exist yet. Otherwise the answer is 412."),
    ] = None,
) -> frozenset[int] | None:
    """Return the versions that the caller accepts, as `if_match` does, or `ABSENT` (RFC 9110 §13.1.2)."""
    return expected if absent is None else frozenset({ABSENT})


ExpectedOrAbsent = Annotated[frozenset[int] | None, Depends(if_match_or_absent)]
