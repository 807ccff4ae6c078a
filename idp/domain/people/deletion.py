"""A deletion of an account: asked for by its owner and due after some days, or begun by an admin and due at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deletion:
    """What a later run needs to finish the deletion, even if the user is gone already.

    `due`: epoch seconds; `User.deleting_until` has the same value, otherwise the deletion was undone. `emails`: the canonical addresses of
    the account: the present one, then former ones. `by`: who deletes, the id of a user or client, or "system". `own`: the owner asked for
    it, and gets a receipt. `admin`: the user was an admin. `attempt`: an id of the request that wrote it. `language`: of the
    receipt.
    """

    user_id: str
    due: int
    emails: tuple[str, ...]
    by: str
    own: bool = False
    admin: bool = False
    attempt: str = ""
    language: str = ""
