"""The columns of `firebase auth:export` as CSV, which has no header. They end with an empty one, because each line ends with a comma."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.moving.fields import check_text
from idp.domain.moving.person import RowError

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROVIDERS = {7: "google.com", 11: "facebook.com", 15: "twitter.com", 19: "github.com"}
"""The first of four columns: id, address, name and picture at the provider."""
_TEXTS = {
    "localId": 0, "email": 1, "passwordHash": 3, "salt": 4, "displayName": 5, "photoUrl": 6, "createdAt": 23, "phoneNumber": 25,
    "customAttributes": 27,
}  # fmt: skip
_EMAIL_VERIFIED, _DISABLED = 2, 26
_FEWEST, _MOST = 26, 29
_FLAGS = {"true": True, "false": False, "": False}


def user_of(cells: Sequence[str]) -> dict[str, Any]:
    """Return the user as the JSON form has it. Releases of before 2022 write fewer columns at the end.

    Raises:
        RowError: there are too few or too many columns, or a flag is neither true nor false.
    """
    if not _FEWEST <= len(cells) <= _MOST or any(cells[_MOST - 1 :]):
        raise RowError("moving.columns_differ")
    for cell in cells:
        check_text(cell)
    padded = [*cells, *[""] * (_MOST - len(cells))]
    providers = [
        {"providerId": name, "rawId": padded[at], "email": padded[at + 1]} for at, name in _PROVIDERS.items() if padded[at]
    ]  # fmt: skip
    return {
        **{name: padded[at] for name, at in _TEXTS.items()}, "providerUserInfo": providers,
        "emailVerified": _flag(padded[_EMAIL_VERIFIED], "emailVerified"), "disabled": _flag(padded[_DISABLED], "disabled"),
    }  # fmt: skip


def _flag(cell: str, name: str) -> bool:
    if cell not in _FLAGS:
        raise RowError("moving.wrong_type", name=name)
    return _FLAGS[cell]
