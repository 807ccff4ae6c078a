"""The organisation of a webhook endpoint in its form: people read and type the short name, an id is accepted as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, NotFound
from idp.domain.organisations.profile import may_be_org_id
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.http.console.visit import Visit

_READ = "organizations:read"


def short_name_of(request: Request, visit: Visit, org_id: str) -> str:
    """Return the short name of the organisation with this id, for the form. The id itself if the admin may not read it or it is gone."""
    if not org_id or not visit.may(_READ):
        return org_id
    found = services(request).organisation_service.several([org_id], scope=visit.scope)
    return found[0].slug if found else org_id


def id_of(request: Request, visit: Visit, typed: str, stored: str = "") -> str:
    """Return the id of the organisation that was typed by its short name or id; "" for none.

    `stored`: the id that the endpoint has already. It is accepted also if that organisation is gone. An admin without the OAuth scope
    organizations:read does not learn what exists: any text in the form of an id is accepted, and nothing else.

    Raises:
        Invalid: there is no such organisation, or it is no id.
    """
    name = typed.strip()
    if name in {"", stored}:
        return name
    if not visit.may(_READ):
        if not may_be_org_id(name):
            raise Invalid("webhook.organization_malformed", field="org_id")
        return name
    try:
        return services(request).organisation_service.find(name, scope=visit.scope).id
    except NotFound:
        raise Invalid("organisation.unknown", field="org_id") from None
