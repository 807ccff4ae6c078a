"""What the pages about webhook endpoints share: rows, the form of an endpoint, and who is asked for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from idp.domain.texts import marked
from idp.domain.webhooks.endpoint import BY_ADMIN, FAILING, GONE
from idp.http.account.moment import Moment, moment
from idp.http.console.views import HOME
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.texts import Texts
    from idp.domain.webhooks.endpoint import WebhookEndpoint
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params
    from idp.services.webhooks.deliveries import EndpointStatus

WEBHOOKS = f"{HOME}/webhooks"
KINDS: Mapping[str, str] = {
    "user": marked("People: created, changed, deleted"),
    "sign_in": marked("Sign-ins, also failed and locked ones"),
    "client": marked("Apps"),
    "role": marked("Roles"),
    "group": marked("Groups"),
    "connection": marked("Connections"),
    "organization": marked("Organisations"),
    "organization_member": marked("Members of organisations"),
}
"""Types that a form has a checkbox for. Each stands for all types that begin with it and a dot."""
_WHY_OFF = {
    GONE: marked("It answered that it wants no more events (status 410)."),
    FAILING: marked("Nothing arrived for five days."),
    BY_ADMIN: marked("An administrator switched it off."),
}


class Row(NamedTuple):
    """An endpoint in a list. `why`: why it is off, in words. `status`: how it does. Times are None for never."""

    id: str
    path: str
    url: str
    events: tuple[str, ...]
    description: str
    org_id: str
    off: bool
    why: str
    sent: Moment | None
    failing: Moment | None
    rests: Moment | None
    problem: str
    earlier_secret_until: Moment | None
    created: Moment
    version: int


def path_of(endpoint_id: str) -> str:
    """Return the address of an endpoint's page."""
    return f"{WEBHOOKS}/{quote(endpoint_id, safe='')}"


def find(request: Request, visit: Visit) -> WebhookEndpoint:
    """Return the endpoint that the address names, read strongly.

    Raises:
        NotFound: there is none.
    """
    return services(request).webhook_endpoint_service.get(request.path_params["endpoint_id"], scope=visit.scope)


def row(it: WebhookEndpoint, status: EndpointStatus, texts: Texts, now: int) -> Row:
    """Return an endpoint as pages show it. `now`: epoch seconds."""
    until = next((each.until for each in it.secrets if each.until is not None and each.until > now), None)
    return Row(
        it.id, path_of(it.id), it.url, it.events, it.description, it.org_id, bool(it.disabled_why),
        texts.text(_WHY_OFF.get(it.disabled_why, _WHY_OFF[BY_ADMIN])) if it.disabled_why else "",
        _moment(status.sent_at), _moment(status.failing_since), _moment(status.rests_until if status.rests_until > now else 0),
        status.problem, _moment(until or 0), moment(it.created_at), it.version,
    )  # fmt: skip


def typed_of(sent: Params) -> dict[str, str]:
    """Return the fields of the form as they were sent. A type has a field of its own, or a line of `types`."""
    return {name: sent.get(name) or "" for name in ("url", "description", "org_id", "types", *map(_field, KINDS))}


def stored_of(it: WebhookEndpoint, organisation: str) -> dict[str, str]:
    """Return the fields of the form as they are stored. `organisation`: as the form names it."""
    return {
        "url": it.url, "description": it.description, "org_id": organisation,
        "types": "\n".join(each for each in it.events if each not in KINDS),
        **{_field(kind): "1" if kind in it.events else "" for kind in KINDS},
    }  # fmt: skip


def members_of(typed: Mapping[str, str], org_id: str) -> dict[str, Any]:
    """Return the members of an endpoint. `org_id`: the id of the organisation that the form names."""
    events = [*(kind for kind in KINDS if typed[_field(kind)]), *typed["types"].split()]
    return {"url": typed["url"].strip(), "description": typed["description"], "org_id": org_id, "events": events}


def kinds(texts: Texts) -> list[tuple[str, str, str]]:
    """Return name of the field, type and words of each checkbox."""
    return [(_field(kind), kind, texts.text(words)) for kind, words in KINDS.items()]


def _field(kind: str) -> str:
    return f"kind-{kind}"


def _moment(at: int) -> Moment | None:
    return moment(at) if at else None
