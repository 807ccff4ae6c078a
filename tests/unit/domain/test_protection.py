"""The account page judges an account by its facts, and recommends one step."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.people.protection import ANOTHER_WAY, NOTHING, PASSKEY, RECOVERY_CODES, SECOND_STEP, VERIFY_EMAIL, Protection

BARE: dict[str, Any] = {
    "has_password": True, "password_changed_at": 0, "passkeys": 0, "synced": 0, "totp": False, "recovery_left": 0, "email_verified": True,
}  # fmt: skip
APP: dict[str, Any] = {"totp": True, "recovery_left": 10}
ONE: dict[str, Any] = {"passkeys": 1, "recovery_left": 10}


@pytest.mark.parametrize(
    ("facts", "step", "good"),
    [
        ({}, SECOND_STEP, False),
        ({"email_verified": False, "can_verify": True}, SECOND_STEP, False),
        ({"recovery_left": 10}, SECOND_STEP, False),
        (APP | {"recovery_left": 2}, RECOVERY_CODES, False),
        (ONE | {"recovery_left": 0}, RECOVERY_CODES, False),
        (APP | {"recovery_left": 3}, PASSKEY, True),
        (APP | {"offers_passkeys": False}, NOTHING, True),
        (APP | {"email_verified": False, "can_verify": True}, VERIFY_EMAIL, False),
        (APP | {"email_verified": False, "can_verify": False}, PASSKEY, True),
        (ONE, ANOTHER_WAY, True),
        (ONE | {"offers_passkeys": False}, NOTHING, True),
        (ONE | {"synced": 1}, NOTHING, True),
        (ONE | {"totp": True}, NOTHING, True),
        (ONE | {"passkeys": 2}, NOTHING, True),
        (ONE | {"has_password": False, "synced": 1}, NOTHING, True),
    ],
)
def test_the_step_that_helps_most_comes_first(facts: dict[str, Any], step: str, *, good: bool) -> None:
    """A stolen password, then a lost device, then the address; a recommendation does not make an account badly protected."""
    found = Protection(**BARE | facts)
    assert (found.next_step, found.is_good) == (step, good)
