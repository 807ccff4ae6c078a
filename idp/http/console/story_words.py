"""The words for findings about a sign-in (`idp.domain.audit.sign_in_story`), and for reasons of the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.texts import marked
from idp.http.account.moment import Moment, moment

if TYPE_CHECKING:
    from idp.domain.audit.sign_in_story import Finding
    from idp.domain.texts import Texts

SENTENCES: dict[str, tuple[str, str]] = {
    "can_sign_in": (marked("Nothing keeps this person from signing in."), ""),
    "deleting": (
        marked("The account is being deleted."),
        marked("Until it is erased, “Keep the account” brings it back."),
    ),
    "disabled": (marked("The account is disabled."), marked("An administrator disabled it. Enable it again to let the person in.")),
    "disabled_by_directory": (
        marked("The account is disabled by a directory."),
        marked("It was switched off there (SCIM). Switch it on there, or enable it here."),
    ),
    "locked_password": (
        marked("Too many wrong passwords: the account is locked for a while."),
        marked("“Remove the locks” lets the person try again at once."),
    ),
    "locked_password_on_known_device": (
        marked("Too many wrong passwords in a browser that the person uses."),
        marked("“Remove the locks” lets the person try again at once."),
    ),
    "locked_totp": (
        marked("Too many wrong codes: the second step is locked for a while."),
        marked("“Remove the locks” lets the person try again at once."),
    ),
    "locked_recovery_code": (
        marked("Too many wrong recovery codes: they are locked for a while."),
        marked("“Remove the locks” lets the person try again at once."),
    ),
    "authenticator_closed": (
        marked("The authenticator app is closed after too many wrong codes."),
        marked("Send a one-time code, or remove the second factors. Make sure first whom you talk to."),
    ),
    "no_password": (
        marked("The account has neither a password nor a passkey."),
        marked("The person can come in by a connection, or set a password with the mail that you send."),
    ),
    "awaits_migration": (
        marked("The password is still at the earlier service."),
        marked("It is taken over with the next sign-in."),
    ),
    "second_factor_owed": (
        marked("A second factor is required, and none is set up."),
        marked("The next sign-in asks the person to set one up."),
    ),
    "no_mail": (marked("Mails to this address do not arrive."), marked("Codes and links do not reach the person.")),
    "failed_sign_in": (marked("An attempt to sign in failed."), ""),
    "failed_second_factor": (marked("The second step failed."), ""),
    "failed_password_change": (marked("A change of the password failed."), ""),
    "failed_reauthentication": (marked("A confirmation failed."), ""),
    "last_sign_in": (marked("The last sign-in succeeded."), ""),
    "no_attempts": (
        marked("The trail has no attempt with this account."),
        marked("The person may have typed another address. Look for it under the address as it was typed."),
    ),
}  # fmt: skip
"""By kind: what is so, and what to do or to know."""
REASONS: dict[str, str] = {
    "wrong_password": marked("The password was wrong."),
    "no_password": marked("The account has no password."),
    "disabled": marked("The account was disabled."),
    "deleting": marked("The account was being deleted."),
    "over_the_limit": marked("There were too many attempts before."),
    "too_many_attempts": marked("There were too many attempts before."),
    "not_answered": marked("The earlier service, which knows the password, did not answer."),
    "wrong_code": marked("The code was wrong."),
    "used_or_over_the_limit": marked("The code had been used before, or there were too many attempts."),
    "hook": marked("A rule of this service refused it."),
    "wrong_mail_code": marked("The code from the mail was wrong or too old."),
}
"""By reason of an event. Another reason is shown as it is stored."""


class Said(NamedTuple):
    """A finding in words. `kind`: as in SENTENCES. `detail` is a word of the trail, shown as code."""

    kind: str
    weight: str
    text: str
    more: list[str]
    at: Moment | None
    until: Moment | None
    times: int
    detail: str


def say(finding: Finding, texts: Texts) -> Said:
    """Return a finding in the language of the page."""
    text, more = SENTENCES[finding.kind]
    reason = REASONS.get(finding.detail, "")
    return Said(
        finding.kind, finding.weight, texts.text(text), [texts.text(each) for each in (reason, more) if each],
        moment(finding.at) if finding.at else None, moment(finding.until) if finding.until else None, finding.times,
        "" if reason else finding.detail,
    )  # fmt: skip
