"""Which signals a committed change is (CAEP 1.0 §3, RISC 1.0 §2). A change that was not committed has no record, and so no signal."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from idp.domain.signals import event_types as types
from idp.domain.signals.signal import Signal
from idp.domain.streams.change import INSERT, MODIFY, REMOVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.domain.streams.change import Change

KINDS = frozenset({"user", "event"})
"""The kinds of items that signals come from."""

_PASSKEY, _APP, _PASSWORD = "fido2-platform", "app", "password"  # the name of a type of credential
"""`credential_type` (CAEP 1.0 §3.3.1). It has no value for passkeys as such: each is told as fido2-platform."""

CREDENTIALS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "password.changed": (_PASSWORD, "update", "The person changed the password."),
        "password.reset": (_PASSWORD, "update", "The person reset the password by a mail."),
        "password.reset_by_passkey": (_PASSWORD, "update", "The person reset the password by a passkey."),
        "user.password_set": (_PASSWORD, "update", "An administrator set the password."),
        "passkey.added": (_PASSKEY, "create", "The person added a passkey."),
        "passkey.made_by_browser": (_PASSKEY, "create", "The browser made a passkey after a sign-in."),
        "passkey.removed": (_PASSKEY, "delete", "The person removed a passkey."),
        "user.passkey_removed": (_PASSKEY, "revoke", "An administrator removed a passkey."),
        "factor.added": (_APP, "create", "The person added an authenticator app."),
        "factor.removed": (_APP, "delete", "The person removed the authenticator app."),
        "user.factors_reset": (_APP, "revoke", "An administrator removed the second factors."),
    }
)  # fmt: skip
"""By type of audit event: type of credential, what was done, `reason_admin`."""


def signals_of(change: Change) -> Iterator[Signal]:
    """Yield the signals that a change is, in their order."""
    if change.kind == "user":
        yield from _of_user(change)
    elif change.kind == "event" and change.act == INSERT and not change.is_rewritten:
        yield from _of_event(change)


def _of_user(change: Change) -> Iterator[Signal]:
    """Disabled, enabled, removed, all sessions ended, another address: each by comparison of the item before and after."""
    if change.act == REMOVE and not change.expired:
        yield _signal(change, types.ACCOUNT_PURGED, change.old, 0)
    if change.act != MODIFY:
        return
    before, after = bool(change.old.get("disabled")), bool(change.new.get("disabled"))
    disabled = after and not before
    if disabled or _stamp(change.new) > _stamp(change.old):
        why = "The account was disabled." if disabled else "All sessions and tokens of the account were ended."
        yield _signal(change, types.SESSION_REVOKED, change.new, 0, _reason(why, change))
    if before != after:
        type_ = types.ACCOUNT_DISABLED if disabled else types.ACCOUNT_ENABLED
        yield _signal(change, type_, change.new, 1)
    if change.old.get("email") != change.new.get("email"):
        yield _signal(change, types.RECOVERY_INFORMATION_CHANGED, change.new, 2)


def _of_event(change: Change) -> Iterator[Signal]:
    """A credential, one session, or the access of one app, by the audit event that was committed with it."""
    item = change.new
    type_, user = item.get("type"), item.get("subject")
    if not isinstance(type_, str) or not isinstance(user, str) or not user or item.get("outcome", "success") != "success":
        return
    by = {"initiating_entity": "user" if item.get("actor") in {user, None, ""} else "admin"}
    if found := CREDENTIALS.get(type_):
        credential, done, why = found
        claims = {"credential_type": credential, "change_type": done, **by, **_reason(why, change)}
        yield _signal(change, types.CREDENTIAL_CHANGE, {"user_id": user}, 0, claims)
    elif type_ == "session.ended" and item.get("target"):
        claims = {**by, **_reason("The session was ended.", change)}
        yield _signal(change, types.SESSION_REVOKED, {"user_id": user}, 0, claims, session=str(item["target"]))
    elif type_ in {"consent.revoked", "grant.revoked"} and item.get("client_id") and item.get("actor") != item["client_id"]:
        claims = {**by, **_reason("The access of the app was ended.", change)}
        ended = _signal(change, types.SESSION_REVOKED, {"user_id": user}, 0, claims, client=str(item["client_id"]))
        yield replace(ended, consent_ended=type_ == "consent.revoked")


def _signal(
    change: Change, type_: str, item: Mapping[str, Any], number: int, claims: Mapping[str, Any] | None = None, *, session: str = "",
    client: str = "",
) -> Signal:  # fmt: skip
    order = f"{change.at:010d}{change.sequence:0>40}{number}"
    return Signal(type_, str(item.get("user_id") or ""), change.event_id, change.at, order, claims or {}, session, client)


def _reason(text: str, change: Change) -> dict[str, Any]:
    """`reason_admin` is required by the CAEP Interoperability Profile 1.0, §3; `event_timestamp` is of CAEP 1.0 §2."""
    return {"event_timestamp": change.at, "reason_admin": {"en": text}}


def _stamp(item: Mapping[str, Any]) -> int:
    found = item.get("security_stamp")
    return found if isinstance(found, int) else 0
