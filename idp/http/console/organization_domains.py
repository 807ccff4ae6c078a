"""The domains of an organisation: claiming one, the record that proves it, and where it leads (threats O-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from idp.domain.connections.ids import org_id_of
from idp.domain.errors import Invalid
from idp.domain.organisations.domain_claim import PROVEN
from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.connection_place import CONNECTIONS
from idp.http.console.connection_place import TAB as CONNECTIONS_TAB
from idp.http.console.once import new_key, run_once
from idp.http.console.organization_view import HERE, READ, WRITE, back, find, path_of, show_organization
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.services import services
from idp.services.organisations.txt_lookup import ResolverSilent

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_TAB = "/domains"


def page(request: Request, visit: Visit) -> Response:
    """GET …/domains."""
    return _page(request, visit)


def claim(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/domains."""
    org_id, domain = request.path_params["org_id"], (sent.get("domain") or "").strip()

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, typed=domain, error=error, status=status)

    def act() -> tuple[str, str]:
        services(request).domain_service.claim(org_id, domain, by=visit.by, scope=visit.scope)
        return f"{path_of(org_id)}{_TAB}?done=domain-added", ""

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def check(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/domains/check: look the record up now."""

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, error=error, status=status)

    def act() -> Response:
        found = services(request).domain_service.check(request.path_params["org_id"], sent.one("domain"), by=visit.by, scope=visit.scope)
        return back(request, "domain-proven" if found.state == PROVEN else "domain-not-proven", _TAB)

    return answer_or_again(act, again, also=(ResolverSilent,))


def remove(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/domains/remove."""
    org_id, domain = request.path_params["org_id"], sent.one("domain")
    services(request).domain_service.remove(org_id, domain, by=visit.by, expected=expected(sent), scope=visit.scope)
    return back(request, "domain-removed", _TAB)


def route(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/domains/route: set the connection to which the domain leads."""
    org_id, connection = request.path_params["org_id"], sent.get("connection") or ""
    if org_id_of(connection) != org_id and connection not in {"", *_of_deployment(request, visit)}:  # its own are read by the service
        raise Invalid("connection.unknown", field="connection")
    services(request).domain_service.route(
        org_id, sent.one("domain"), connection or None, by=visit.by, expected=expected(sent), scope=visit.scope
    )  # fmt: skip
    return back(request, "saved", _TAB)


class _Destination(NamedTuple):
    """A connection to which a domain can lead. `path`: of its page, if the admin may open it. `on`: people sign in by it."""

    id: str
    name: str
    path: str
    on: bool


def _of_deployment(request: Request, visit: Visit) -> dict[str, _Destination]:
    """Return the deployment's connections that the admin can choose from, by id."""
    if visit.scope.organisation or not visit.may("connections:read"):
        return {}
    found = services(request).connection_service.listing(scope=visit.scope)
    return {each.id: _Destination(each.id, each.name, f"{CONNECTIONS}/{quote(each.id, safe='')}", each.enabled) for each in found}


def _of_organisation(request: Request, visit: Visit, org_id: str) -> dict[str, _Destination]:
    """Return the organisation's connections, by id."""
    service, path = services(request).organisation_connections, path_of(org_id) + CONNECTIONS_TAB
    return {
        each.id: _Destination(each.id, each.name, f"{path}/{each.own_id}", each.enabled and bool(service.offered))
        for each in service.listing(org_id, scope=visit.scope)
    }


def _page(request: Request, visit: Visit, *, typed: str = "", error: FormError | None = None, status: int = 200) -> Response:
    s, it = services(request), find(request, visit)
    own, theirs = _of_organisation(request, visit, it.id), _of_deployment(request, visit)
    offered = s.organisation_connections.offered

    def choices(connection_id: str) -> list[_Destination]:
        """Return where this admin may lead a domain that leads to `connection_id` now."""
        if visit.scope.organisation and (not offered or (connection_id and org_id_of(connection_id) != it.id)):
            return []
        return [*own.values(), *theirs.values()]

    return show_organization(
        request, visit, it, "organization_domains.html", _TAB, status=status, typed=typed, error=error, once=new_key(request),
        off=s.settings.dns_resolver == "off",
        domains=[
            (
                each.domain, each.state, each.record_name, each.record_value, each.connection_id, each.version,
                moment(each.checked_at) if each.checked_at else None, (own | theirs).get(each.connection_id), choices(each.connection_id),
            )
            for each in s.domain_service.listing(it.id, scope=visit.scope)
        ],
    )  # fmt: skip


PAGES = (
    Page(f"{HERE}{_TAB}", "GET", page, READ, organisation=True),
    Page(f"{HERE}{_TAB}", "POST", claim, WRITE, organisation=True),
    Page(f"{HERE}{_TAB}/check", "POST", check, WRITE, organisation=True),
    Page(f"{HERE}{_TAB}/remove", "POST", remove, WRITE, fresh=True, organisation=True),
    Page(f"{HERE}{_TAB}/route", "POST", route, WRITE, fresh=True, organisation=True),
)
