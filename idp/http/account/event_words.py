"""What the events of a person are called on the page of their own data. Another event is shown by its type."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "consent.revoked": marked("Access of an app was ended"),
        "email.changed": marked("Email address was changed"),
        "email.restored": marked("Email address was taken back"),
        "factor.added": marked("Authenticator app was added"),
        "factor.removed": marked("Authenticator app was removed"),
        "grant.revoked": marked("Access of an app was ended"),
        "passkey.added": marked("Passkey was added"),
        "passkey.made_by_browser": marked("Passkey was made by the browser"),
        "passkey.used_first": marked("Passkey was used for the first time"),
        "passkey.removed": marked("Passkey was removed"),
        "passkey.renamed": marked("Passkey was renamed"),
        "password.changed": marked("Password was changed"),
        "password.reset": marked("Password was reset"),
        "password_change.failed": marked("Password was not changed"),
        "reauthentication.failed": marked("Confirmation failed"),
        "recovery_codes.replaced": marked("Recovery codes were replaced"),
        "remembered_device.added": marked("Device was remembered"),
        "remembered_device.removed": marked("Device was forgotten"),
        "second_factor.failed": marked("Second step failed"),
        "session.ended": marked("Session was ended"),
        "sign_in.disowned": marked("You said that a sign-in was not yours"),
        "sign_in.failed": marked("Sign-in failed"),
        "sign_in.locked": marked("Sign-in was locked for a while"),
        "user.created": marked("Account was created by an administrator"),
        "user.disabled": marked("Account was disabled"),
        "user.enabled": marked("Account was enabled"),
        "user.exported": marked("Your data was downloaded"),
        "user.factors_reset": marked("Second step was removed by an administrator"),
        "user.merged": marked("Another account was merged into this one by an administrator"),
        "user.merged_away": marked("Account was merged into another one by an administrator"),
        "user.migrated": marked("Your password was taken over from the earlier service"),
        "user.password_set": marked("Password was set by an administrator"),
        "user.profile_changed": marked("Profile was changed"),
        "user.signed_out_everywhere": marked("Signed out everywhere"),
        "user.signed_up": marked("You created the account"),
        "user.updated": marked("Account was changed by an administrator"),
    }
)
"""By type of the event."""
