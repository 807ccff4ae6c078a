"""An organisation's names, what it demands of a sign-in, and how its pages look. Two admins at once lose nothing: as `person_edit`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from idp.domain.errors import PreconditionFailed
from idp.domain.message import Message
from idp.http.console.again import answer_or_again
from idp.http.console.organization_view import HERE, READ, WRITE, back, find, show_organization
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.form_error import FormError
from idp.http.services import services
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.organisations.profile import OrganisationProfile
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

COLOURS = ("accent", "panel")
"""The colours of the form. The admin API sets the others, and those for dark pages."""
_FLAGS = ("mfa_required", "connections_only", "joins_by_connection")
_POLICY = (*_FLAGS, "session_hours")
_LOOK = ("look_name", "help", *COLOURS)
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
FIELDS = ("slug", "name", *_POLICY, *_LOOK)


def page(request: Request, visit: Visit) -> Response:
    """GET …/settings."""
    it = find(request, visit)
    return _page(request, visit, it, _stored(it))


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/settings: change what differs from the stored values."""
    it = find(request, visit)
    stored = _stored(it)
    typed = {name: (sent.get(name) or "").strip() for name in FIELDS}
    if visit.scope.organisation:
        typed["slug"] = stored["slug"]

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, it, typed, error=FormError(error.message, error.field.removeprefix("policy.")), status=status)

    def act() -> Response:
        after = services(request).organisation_service.patch(
            it.id, _changes(it, stored, typed), by=visit.by, expected=expected(sent), scope=visit.scope
        )
        return back(request, "unchanged" if after.version == it.version else "saved", "/settings")

    try:
        return answer_or_again(act, again)
    except PreconditionFailed as stale:
        record.note_refusal(stale)
        now = find(request, visit)
        theirs = {name: value for name, value in _stored(now).items() if value != typed[name]}
        return _page(request, visit, now, typed, theirs=theirs, error=FormError(Message("console.organization_changed")), status=412)


def _changes(it: OrganisationProfile, stored: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the RFC 7396 patch. Colours that the form does not have stay."""
    differing = {name: value for name, value in typed.items() if value != stored[name]}
    changes: dict[str, Any] = {name: differing[name] for name in ("slug", "name") if name in differing}
    policy: dict[str, Any] = {name: bool(differing[name]) for name in _FLAGS if name in differing}
    if "session_hours" in differing:
        hours = differing["session_hours"]
        policy["session_hours"] = (int(hours) if _NUMBER.fullmatch(hours) else hours) if hours else None
    look: dict[str, Any] = {"name": differing["look_name"] or None} if "look_name" in differing else {}
    if "help" in differing:
        look["links"] = {"help": differing["help"] or None}
    if colours := {name: differing[name] or None for name in COLOURS if name in differing}:
        stay = {*_light(it)} - {*COLOURS} | {name for name in COLOURS if typed[name]}
        look["colours"] = {"light": colours if stay else None}
    return changes | ({"policy": policy} if policy else {}) | ({"branding": look} if look else {})


def _stored(it: OrganisationProfile) -> dict[str, str]:
    light, links = _light(it), it.branding.get("links", {})
    return {
        "slug": it.slug, "name": it.name, **{name: "1" if getattr(it.policy, name) else "" for name in _FLAGS},
        "session_hours": str(it.policy.session_hours or ""),
        "look_name": str(it.branding.get("name", "")), "help": str(links.get("help", "")),
        **{name: str(light.get(name, "")) for name in COLOURS},
    }  # fmt: skip


def _light(it: OrganisationProfile) -> Mapping[str, str]:
    """Return the stored colours for light screens."""
    light: Mapping[str, str] = it.branding.get("colours", {}).get("light", {})
    return light


def _page(
    request: Request, visit: Visit, it: OrganisationProfile, typed: Mapping[str, str], *, theirs: Mapping[str, str] | None = None,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    return show_organization(
        request, visit, it, "organization_settings.html", "/settings", status=status, typed=typed, theirs=theirs or {}, error=error
    )  # fmt: skip


PAGES = (
    Page(f"{HERE}/settings", "GET", page, (*READ, *WRITE), organisation=True),
    Page(f"{HERE}/settings", "POST", change, WRITE, fresh=True, organisation=True),  # what a sign-in needs
)
