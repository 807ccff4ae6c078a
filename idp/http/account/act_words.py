"""The acts of the account page that are confirmed, in words: the page of the confirmation names the act by them.

The words come from this list alone. No text of a request is shown.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.people.user import User
    from idp.domain.texts import Texts

PASSWORD = "/account/password"  # a path
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "/account/totp/enrol": marked("Add an authenticator app"),
        "/account/totp/remove": marked("Remove the authenticator app"),
        "/account/recovery-codes": marked("Make a new set of recovery codes"),
        "/account/passkeys/add": marked("Add a passkey"),
        "/account/passkeys/remove": marked("Remove the passkey"),
        PASSWORD: marked("Change password"),
        "/account/email": marked("Change email address"),
        "/account/data": marked("See your data"),
        "/account/delete": marked("Delete your account"),
        "/account/connections/link": marked("Connect an account at another service"),
        "/account/connections/unlink": marked("Disconnect an account at another service"),
    }
)
"""By the path of the act, as `factors.ACTS` has it."""
_FIRST_PASSWORD = marked("Set a password")


def words_of(path: str, user: User, texts: Texts) -> str:
    """Return the act of this path in words, for this person."""
    return texts.text(_FIRST_PASSWORD if path == PASSWORD and user.password_hash is None else WORDS[path])
