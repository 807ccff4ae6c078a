"""What a sign-in page asks of a passkey. It is beside `authentication`, because every sign-in page needs it and most use no passkey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.services.passkeys import options

if TYPE_CHECKING:
    from idp.services.passkeys.challenges import Challenges
    from idp.settings import Settings

SIGN_IN = "sign_in"
"""The purpose of the challenge."""


def sign_in_request(settings: Settings, challenges: Challenges, browser: str, request_id: str) -> options.Asked:
    """Return the options for a sign-in with a passkey alone, in this browser, for this authorization request.

    No passkey is named: a list for a typed address would tell who has an account (N-12).
    """
    challenge = challenges.issue(SIGN_IN, browser, request_id)
    return options.Asked(options.request(settings, challenge.text, allowed=(), verification="required"), challenge.handle)
