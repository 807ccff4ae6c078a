"""What a page with a passkey passes to `render`, and what its form sends back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypedDict

from idp.http.static_files import url_of

if TYPE_CHECKING:
    from idp.oauth.params import Params
    from idp.services.passkeys.authentication import Given
    from idp.services.passkeys.options import Asked


class PasskeyFields(TypedDict):
    """`passkey_options`: JSON for the script. `passkey_challenge`: the sealed challenge. `passkey_script_url`: the script."""

    passkey_options: str
    passkey_challenge: str
    passkey_script_url: str


def passkey_fields(asked: Asked) -> PasskeyFields:
    """The fields of a page that asks a browser for a passkey."""
    return {"passkey_options": to_json(asked.options), "passkey_challenge": asked.handle, "passkey_script_url": script()}


def script() -> str:
    """The address of the script of passkeys."""
    return url_of("passkey.js")


def to_json(value: Any) -> str:
    """A value for the script, in an attribute of the page."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def answer_of(sent: Params) -> Given:
    """What the form of a passkey sent."""
    from idp.services.passkeys.authentication import Given  # a page that only asks has no need of it

    return Given(sent.get("challenge"), sent.get("credential") or "")
