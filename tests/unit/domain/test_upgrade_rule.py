"""When a browser may be asked for a passkey without a gesture (threat N-15): each fact of the rule counts by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.people.user import User
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.domain.sessions.session import Session
from idp.domain.sessions.sign_in_rules import is_offer_due, is_upgrade_due
from idp.domain.sessions.visitor import Visitor

REQUEST = AuthorizationRequest("req", 0, upgrade_passkey=True, offer_passkey=True)
SESSION = Session("s", "usr_1", 0, 0, ("pwd",), 100, 0, proved_for="req")
USER = User("usr_1", "ada@example.com", email_verified=True)


def test_it_is_due_after_a_password() -> None:
    assert is_upgrade_due(REQUEST, Visitor(SESSION, USER))


@pytest.mark.parametrize(
    "user",
    [
        {"email_verified": False}, {"totp_enabled": True}, {"passkeys": {"p": "id"}}, {"admin": True}, {"mfa_required": True},
        {"automatic_passkeys": {"p": "id"}}, {"automatic_passkeys": {"p": ""}},
    ],
)  # fmt: skip
def test_it_is_not_due_for_every_person(user: dict[str, Any]) -> None:
    """A person with a second factor, one who must have it, one without a verified address, and an account that got one before."""
    assert not is_upgrade_due(REQUEST, Visitor(SESSION, replace(USER, **user)))


@pytest.mark.parametrize(
    "session",
    [
        {"amr": ("email",)}, {"amr": ("hwk", "user", "mfa")}, {"amr": ("pwd", "otp", "mfa")}, {"pending": True},
        {"remembered_device": "d"}, {"proved_for": "earlier"},
    ],
)  # fmt: skip
def test_it_is_not_due_in_every_session(session: dict[str, Any]) -> None:
    """Only a password, in this request, opens the way."""
    assert not is_upgrade_due(REQUEST, Visitor(replace(SESSION, **session), USER))


def test_it_is_not_due_unless_the_sign_in_page_said_so() -> None:
    assert not is_upgrade_due(replace(REQUEST, upgrade_passkey=False), Visitor(SESSION, USER))


def test_a_passkey_that_waits_is_no_factor_and_ends_the_offer() -> None:
    waits = replace(USER, automatic_passkeys={"p": "id"})
    assert (waits.has_second_factor, waits.needs_second_factor) == (False, False)
    assert is_offer_due(REQUEST, Visitor(SESSION, USER))
    assert not is_offer_due(REQUEST, Visitor(SESSION, waits))
    assert is_offer_due(REQUEST, Visitor(SESSION, replace(waits, automatic_passkeys={"p": ""})))
