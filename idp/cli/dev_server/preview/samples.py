"""Values with which the preview shows each page and mail. A page that is not here is shown with placeholders."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace as Record
from typing import Any

from idp.domain.apps.client import Client
from idp.domain.people import asked_claims
from idp.domain.people.protection import Protection
from idp.http.console.mail_samples import EMAIL

_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_PHONE = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36"
_QR = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 7 7'%3E%3Cpath d='M0 0h3v3H0zM4 0h3v3H4zM0 4h3v3H0z"
    "M4 4h1v1H4zM6 4h1v2H6zM4 6h2v1H4z'/%3E%3C/svg%3E"
)
BRANDING: dict[str, Any] = {
    "name": "Corner shop accounts",
    "colours": {"light": {"accent": "#7c2d12"}},
    "radius": 4,
    "links": {"help": "https://shop.example.com/help"},
    "texts": {"sign_in_intro": "Welcome back to {app}.", "mail_footer": "The corner shop"},
}


def app(*, branded: bool) -> Client:
    """Return the app that the pages are about."""
    return Client(
        id="shop", name="Corner shop", redirect_uris=("https://shop.example.com/cb",), client_uri="https://shop.example.com",
        policy_uri="https://shop.example.com/privacy", tos_uri="https://shop.example.com/terms", branding=BRANDING if branded else None,
    )  # fmt: skip


def _moment(text: str, machine: str) -> Record:
    return Record(text=lambda zone: f"{text} {zone}", day=lambda _zone: text.partition(" ")[0], machine=machine)


_NOW, _BEFORE = _moment("2026-11-29 14:05", "2026-11-29T14:05:00Z"), _moment("2026-10-02 08:30", "2026-10-02T08:30:00Z")
_SCOPES = [
    Record(name=name, title=title, description=text, resource=where, lang="", bare=not text)
    for name, title, text, where in (
        ("profile", "Your name and profile", "Name, picture and language.", ""),
        ("email", "Your email address", EMAIL, ""),
        ("orders:read", "Read your orders", "What you ordered, and when it arrives.", "Orders"),
    )
]
_SESSIONS = [
    Record(id="s1", started=_NOW, last_used=_NOW, address="192.0.2.1", user_agent=_AGENT, current=True),
    Record(id="s2", started=_BEFORE, last_used=_NOW, address="2001:db8::7", user_agent=_PHONE, current=False),
]
_PASSKEYS = [Record(id="p1", name="Phone", synced=True, added=_BEFORE, last_used=_NOW)]
_APPS = [Record(id="shop", name="Corner shop", scopes=_SCOPES, since=_BEFORE, last_used=_NOW)]
_DEVICES = [Record(id="d1", user_agent=_AGENT, address="192.0.2.1", current=True, since=_BEFORE, until=_NOW)]
_ACCOUNT = Record(
    id="usr_sample", email=EMAIL, email_verified=True, profile={"name": "Ada Lovelace"}, created_at=_BEFORE, updated_at=_NOW,
    will_be_deleted_at=None, has_password=True, second_factor_required=False, admin=False, roles=["reader"], groups=[], attributes={},
    accepted_terms=[],
)  # fmt: skip
_CLAIMS = [(claim, "") for claim in asked_claims.parse("name! nickname website locale zoneinfo")]
_OFFERED = {"languages": [("de", "Deutsch"), ("en", "English")], "time_zones": {"Europe": ("Europe/Berlin", "Europe/Paris")}}
_PASSKEY = {"passkey_options": "{}", "passkey_challenge": "sample"}
_CONNECTIONS = [Record(id="example", name="Example", logo_uri=""), Record(id="other", name="Another one", logo_uri="")]
_CODES = [f"{one}-{two}-{one}" for one, two in zip(("k3vp", "9mtx", "w2qd", "h7rn"), ("p8cz", "d4gy", "j6fs", "x5bk"), strict=True)]
_COMMON: dict[str, Any] = {"request_field": "sample", "csrf": "sample", "email": EMAIL, "error": None}
_PROTECTION = Protection(has_password=True, password_changed_at=1, passkeys=1, synced=1, totp=True, recovery_left=7, email_verified=True)

PAGES: dict[str, dict[str, Any]] = {
    "login.html": {
        "connections": _CONNECTIONS, "organisations": True, **_PASSKEY, "can_reset": True, "may_sign_up": True, "mail_code": True,
        "email": "",
    },
    "upstream_link.html": {"connection": "Example", "theirs": EMAIL},
    "upstream_finish.html": {"connection": "Example", "ticket": "", "claims": _CLAIMS, "terms": [], "sent": {}, **_OFFERED},
    "forgot.html": {},
    "mail_code.html": {},
    "mail_code_type.html": {"asked": "sample"},
    "mail_code_link.html": {"ticket": "sample"},
    "reset_code.html": {"asked": "sample"},
    "reset.html": {**_PASSKEY, "ticket": "sample", "minimum": 15, "needs_code": True},
    "totp.html": {"totp": True, "passkeys": True, "remember_days": 30},
    "passkey.html": {**_PASSKEY, "totp": True, "remember_days": 30},
    "recovery_code.html": {"totp": True, "passkeys": True},
    "sign_up.html": {"email": ""},
    "sign_up_code.html": {"asked": "sample"},
    "sign_up_finish.html": {
        "ticket": "sample", "minimum": 15, "claims": _CLAIMS, "terms": [Record(field="terms", uri="https://example.com/terms")], "sent": {},
        **_OFFERED,
    },
    "consent.html": {
        "scopes": [(_SCOPES[0], False), (_SCOPES[1], False), (_SCOPES[2], True)],
        "offline": True, "redirect_host": "shop.example.com",
    },
    "choose_organization.html": {"choices": [Record(id="org_acme", name="Acme Ltd"), Record(id="org_bakers", name="Bakers of Leeds")]},
    "enrol.html": {"qr_svg": _QR, "secret": "JBSW Y3DP EHPK 3PXP", "enrolment": "sample", "otpauth_uri": "otpauth://totp/sample"},
    "recovery_codes.html": {"codes": _CODES, "continue_action": "/account", "fields": {}},
    "passkey_add.html": {
        **_PASSKEY, "action": "/account/passkeys/confirm", "cancel_url": "/account", "name": "Firefox on Linux", "user_agent": _AGENT,
    },
    "device.html": {"user_code": "WDJB-MJHT"},
    "device_done.html": {"approved": True},
    "account.html": {
        "name": "Ada Lovelace", "totp_enabled": True, "recovery_left": 7, "sessions": _SESSIONS, "apps": _APPS, "passkeys": _PASSKEYS,
        "add_passkeys": True, "can_change_email": True, "can_edit_profile": True, "can_delete": True, "remembered_devices": _DEVICES,
        "protection": _PROTECTION,
        "password_changed": _BEFORE, "zone": "UTC",
    },
    "profile.html": {"claims": _CLAIMS, "stored": {}, "seen": "sample", "kept": [], **_OFFERED},
    "password.html": {"needs_code": True, "minimum": 15},
    "password_remove.html": {},
    "reset_passkey.html": {**_PASSKEY, "ticket": "sample", "minimum": 15},
    "email.html": {"typed": ""},
    "email_code.html": {"address": EMAIL},
    "email_link.html": {"present": EMAIL, "ticket": "sample", "email": "countess@example.com"},
    "delete_account.html": {"until": _NOW},
    "deleted.html": {"until": _NOW},
    "delete_undo.html": {"ticket": "sample", "until": _NOW},
    "delete_undone.html": {},
    "email_undo.html": {"ticket": "sample", "resets": True},
    "email_undone.html": {"resets": True},
    "not_me.html": {"ticket": "sample", "resets": True},
    "not_me_done.html": {"resets": True},
    "reauthenticate.html": {**_PASSKEY, "needs_code": True, "minimum": 15, "next": "/account/totp", "passkey": "", "passkeys": False},
    "ticket_code.html": {"code": "1234 5678"},
    "verify_email.html": {"sent": True, "to_send": "/verify-email", "to_check": "/verify-email/code"},
    "logout.html": {"cancel_url": "/account"},
    "logged_out.html": {"return_uri": "https://shop.example.com"},
    "error.html": {
        "message": "The page was opened too late. Start again in the app.", "code": "invalid_request", "status": 400,
        "request_id": "req_sample",
        "ways": [Record(text="Back to {name}", href="https://shop.example.com", name="Corner shop")],
    },
    "home.html": {},
    "data.html": {
        "account": _ACCOUNT, "apps": {}, "rows": {}, "counts": Counter(), "complete": True, "words": {}, "scopes": {},
    },
    "post_again.html": {"action": "/authorize?posted=again", "pairs": [("state", "sample")]},
}  # fmt: skip
"""The values of each page beside those of COMMON."""
OF_APPS = frozenset(PAGES) - {
    "data.html", "delete_account.html", "deleted.html", "password_remove.html", "delete_undo.html", "delete_undone.html",
    "account.html", "profile.html", "password.html", "email.html", "email_code.html", "email_link.html", "email_undo.html",
    "email_undone.html", "not_me.html", "not_me_done.html", "reauthenticate.html", "home.html", "error.html",
    "ticket_code.html", "passkey_add.html",
}  # fmt: skip
"""Pages that people see on the way to an app."""


def values_of(page: str, *, branded: bool) -> dict[str, Any]:
    """Return the values of a page."""
    about = {"client": app(branded=branded)} if page in OF_APPS or page not in PAGES else {}
    return {**_COMMON, **about, **PAGES.get(page, {})}
