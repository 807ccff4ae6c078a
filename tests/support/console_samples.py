"""Values of the console's templates, for the tests that render every page without a server (`tests/unit/test_templates.py`)."""

from __future__ import annotations

from types import SimpleNamespace as Record
from typing import Any

from idp.domain.access import admin_scopes
from idp.http.console import organisation_people, person_edit, plots
from tests.support import console_app_samples, console_organization_samples
from tests.support.console_samples_of_moving import samples_of_moving
from tests.support.console_samples_of_operations import FRAMES_OF_OPERATIONS, samples_of_operations
from tests.support.console_samples_of_rights import FRAMES_OF_RIGHTS, samples_of_rights

FRAMES = {"layout.html", "parts.html", "claim_names.html", "icons.html", "events.html", "person_layout.html"} | console_app_samples.FRAMES
FRAMES |= FRAMES_OF_OPERATIONS
FRAMES |= FRAMES_OF_RIGHTS
FRAMES |= console_organization_samples.FRAMES


def _plots(moment: Any) -> dict[str, Any]:
    numbers = Record(at=moment, sign_ins=3, failed=1, added=1, locks=0)
    picture = plots.Picture("M0 1h2v3h-2z", "", 5)
    plot = Record(sign_ins=picture, people=picture, marks=[(1, "12")], rows=[numbers])
    return {"plots": [("day", plot), ("month", plot)], "size": (720, 150, 14, 132), "of_day": numbers, "of_month": numbers} | {
        "mail_problems": 2, "cost": Record(sign_ins=3, dollars="0.01", price="16.40"),
    }  # fmt: skip


def samples(text: str, moment: Any, passkey: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The values of every page, with all optional parts. `text` is each text that another person can choose."""
    person = Record(
        id=text, path="/console/people/" + text, name=text, email=text, admin=True, disabled=False, deleting=False, verified=False,
        passkeys=2, totp=True, created=moment, version=3, myself=False,
    )  # fmt: skip
    member = organisation_people.Row(
        text, "/console/people/" + text, text, text, verified=False, admin=True, disabled=False, deleting=False, owned=True, roles=(text,),
        joined=moment,
    )  # fmt: skip
    views = [(Record(path="/console", icon="overview"), text), (Record(path="/console/people", icon="people"), text)]
    frame = {
        "places": views, "commands": [Record(text=text, path="/console/people/new")], "held": admin_scopes.ALL,
        "me": text, "zone": text, "organisation": text, "switch": "/console/choose",
        "at": "/console/people", "console_style": "/static/console.css", "console_script": "/static/console.js", "csrf": text,
        "notice": text, "error": text,
    }  # fmt: skip
    of_person = frame | {"person": person, "tab": ""}
    event = Record(
        at=moment, what="", type=text, failed=True, reason=text, who=text, subject=text, about="/console/people/" + text,
        address=text, request_id=text, changed=text,
    )  # fmt: skip
    told = Record(kind="no_attempts", weight="stop", text=text, more=[text], at=moment, until=moment, times=3, detail=text)
    typed = dict.fromkeys((*person_edit.CLAIMS, *person_edit.FLAGS, "email", "verified", "mail"), text)
    found: dict[str, dict[str, Any]] = {
        "overview.html": {
            "attention": [Record(state=state, text=text, about=text) for state in ("wrong", "advice")], "checked": moment,
            "passed": [Record(state=state, text=text, about=text) for state in ("ok", "skipped")],
            "checks": Record(unreadable=False, old=True), "keys": [(text, 7)], "rotation_days": 90, "events": [event],
        } | _plots(moment),
        "people.html": {"words": text, "people": [person], "following": text, "searched": 500, "later": True},
        "new_person.html": {"typed": typed, "once": text, "can_reset": True},
        "invitations.html": {
            "typed": text, "chosen": text, "once": text, "invitations": [(text, text, [text], False, moment, moment, True)],
            "following": text,
            "roles": [text], "open": True,
        },
        "choose.html": {"choices": [(text, text)], "action": "/console/choose", "token": text, "to": "/console/" + text},
        "organization_overview.html": {"members": 3, "admins": 1, "events": [event]},
        "organization_people.html": {"words": text, "people": [member], "following": text, "searched": 500, "later": True},
        "bulk.html": {"typed": dict.fromkeys(("names", "q", "role", "group"), text), "most": 500, "roles": [text], "groups": [text]},
        "bulk_preview.html": {
            "ids": [text] * 3, "people": [person], "unknown": [text], "more": True, "acts": ["disable", "delete"], "roles": [text],
            "groups": [text], "run": text,
        },
        "bulk_run.html": {
            "act": "disable", "assigned": text, "run": text, "rest": [text], "done": 1, "unchanged": 1, "failures": {text: [text]},
            "refused": 1, "emails": {text: text}, "total": 4,
        },
        "attempts.html": {"typed": text, "events": [event]},
        "returned.html": {},
        "refused.html": {"heading": text, "back": "/console/" + text, "request_id": text},
        "kept.html": {"action": "/console/" + text, "fields": [("name", text)], "shown": [(text, text)], "sign_in": "/login?to=" + text},
        "confirm.html": passkey | {
            "act": Record(view=text, words=text), "action": "/console/" + text, "fields": [("name", text)], "email": text,
            "needs_code": True, "passkeys": True, "passwords": True, "back": "/console/" + text, "sign_in": "/login?again=1",
        },
    }  # fmt: skip
    about: dict[str, dict[str, Any]] = {
        "person.html": {
            "story": [told], "claims": [(text, text)], "locked": True, "no_mail": True, "mfa_required": True, "has_password": True,
            "password_changed": moment, "passkeys": [(text, text, moment, moment)], "until": moment, "updated": moment, "once": text,
            "can_mail": True, "can_reset": True,
        },
        "organization_person.html": {
            "member": member, "claims": [(text, text)], "owned": True, "may_enable": True, "once": text, "can_reset": True,
        },
        "person_access.html": {
            "sessions": [(text, text, text, text, moment, moment, "aal2")], "grants": [(text, text, (text,), moment, moment)],
            "devices": [(text, text, moment)], "links": [(text, text, text, moment)],
        },
        "person_roles.html": {
            "kinds": [("roles", [(text, text)], [text]), ("groups", [(text, text)], [text])], "permissions": [text],
            "attributes": [(text, text)],
        },
        "person_events.html": {"events": [event], "failed": True, "following": text, "later": True},
        "person_edit.html": {"typed": typed, "theirs": {"name": text, "mfa_required": text}},
        "person_delete.html": {"once": text},
        "person_merge.html": {
            "other": text, "chosen": None, "gone": person, "once": text, "may_roles": True,
            "links": [Record(name="link." + text, issuer=text, address=text)],
            "organisations": [("organization." + text, text, True)],
            "plan": Record(roles=[text], groups=[text], needs_second_factor=True, shared=[text], opens_by_mail_alone=True),
        },
    }  # fmt: skip
    found |= samples_of_operations(text, moment) | samples_of_rights(text, person) | samples_of_moving(text, moment)
    return (
        console_app_samples.samples(frame, text, moment)
        | console_organization_samples.samples(text, moment, frame, of_person)
        | {f"console/{name}": frame | values for name, values in found.items()}
        | {f"console/{name}": of_person | values for name, values in about.items()}
    )
