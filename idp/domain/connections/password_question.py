"""The people that the old system is asked about, after a password that is not right here (threats R-11, R-17).

A question takes longer than a hash. So that its time does not show who has an account, questions are also asked about made-up people. With
`who: known`, this happens for as many unknown addresses as people wait among all who have a password (the label WAITING). With `who: all`,
each wrong password causes one question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.connections.connection import ALL_PEOPLE
from idp.domain.factors.hash_mix import WAITING

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin


class Question(NamedTuple):
    """A question. `user`: who waits, or None for a new account. `real`: False if it is asked about a person who does not exist."""

    connection: Connection
    user: User | None
    real: bool


class Came(NamedTuple):
    """The sign-in. `identity`: the canonical address. `typed`: the password; `normalised`: the form that is hashed here."""

    identity: str
    typed: str
    normalised: str
    client_id: str
    origin: Origin
    now: int


def question(connection: Connection, user: User | None, came: Came, *, label: str) -> Question | None:
    """Return what to ask, or None. `label`: of the hash that an address without one pretends.

    No question is asked without an address and a password: other systems accept an empty password as an anonymous sign-in.
    An admin never comes by another system's word, and a disabled person does not come at all.
    """
    if not came.typed or "@" not in came.identity or not connection.asks_about(came.client_id, came.identity):
        return None
    everybody = connection.who == ALL_PEOPLE
    if user is not None and waits_for(user):
        return Question(connection, user, real=not user.disabled and not user.admin)
    if user is None and everybody:
        return Question(connection, None, real=True)
    pretends = label == WAITING and (user is None or user.password_hash is None)
    return Question(connection, None, real=False) if everybody or pretends else None


def waits_for(user: User) -> bool:
    """Return whether a person was imported without a password, and has none and no passkey yet."""
    return user.awaits_migration and user.password_hash is None and not user.all_passkeys
