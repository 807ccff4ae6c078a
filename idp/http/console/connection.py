"""One connection, of the deployment or of an organisation: what to register, its state, metadata, certificates and secret, deleting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.connections.connection import OIDC, PASSWORD, SAML
from idp.domain.connections.of_organisation import MEMBERS
from idp.domain.errors import Forbidden, Invalid, PreconditionFailed
from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.connection_fields import FIELDS
from idp.http.console.connection_place import CONNECTIONS, place_of, show_at
from idp.http.console.connections import title_of, to_register
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.connections.connection import Connection
    from idp.domain.texts import Texts
    from idp.http.console.connection_place import Place
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

    Act = Callable[[Place, Visit, Params, str], object]


def page(request: Request, visit: Visit) -> Response:
    """GET …/connections/{connection_id}."""
    place = place_of(request, visit)
    return _show(request, visit, place, find(request, visit, place))


def ask_for_secret(request: Request, visit: Visit) -> Response:
    """GET …/secret."""
    return _secret(request, visit, place_of(request, visit))


def set_secret(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/secret: a new secret. The stored one is never shown, and an error does not show the typed one again either."""
    place = place_of(request, visit)
    it = find(request, visit, place)

    def again(*, error: FormError, status: int) -> Response:
        return _secret(request, visit, place, error=error, status=status)

    def act() -> Response:
        if not sent.get("secret"):
            raise Invalid("connection.needed", field="secret")
        _patch(place, visit, sent, it.own_id, secret=sent.get("secret"))
        return see_other(f"{place.path_of(it)}?done=secret-saved")

    return answer_or_again(act, again, also=(Forbidden, PreconditionFailed))


def ask_to_delete(request: Request, visit: Visit) -> Response:
    """GET …/delete."""
    place = place_of(request, visit)
    return show_connection(request, visit, place, find(request, visit, place), "connection_delete.html")


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/delete."""
    place = place_of(request, visit)
    it = find(request, visit, place)
    place.calls.delete(it.own_id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{place.path}?done=connection-deleted")


def find(request: Request, visit: Visit, place: Place) -> Connection:
    """Return the connection that the address names, read strongly.

    Raises:
        NotFound: there is none.
    """
    return place.calls.get(request.path_params["connection_id"], scope=visit.scope)


def show_connection(
    request: Request, visit: Visit, place: Place, it: Connection, template: str, *, status: int = 200, **context: Any
) -> Response:  # fmt: skip
    """Render one of the pages about a connection. None has the secret or its sealed form."""
    path = place.path_of(it)
    about = {"id": it.id, "name": it.name, "version": it.version, "enabled": it.enabled, "path": path}
    below = [(path, it.name)] if template != PAGE else ()
    return show_at(
        request, visit, place, template, status=status, below=below, connection=about, kind=title_of(it.preset), saml=it.type == SAML,
        **context,
    )  # fmt: skip


def _patch(place: Place, visit: Visit, sent: Params, own_id: str, **changes: object) -> None:
    place.calls.patch(own_id, changes, by=visit.by, expected=expected(sent), scope=visit.scope)


def _button(word: str, act: Act) -> Callable[[Request, Visit, Params], Response]:
    """Return the handler of a button. A refusal is on the page, which shows what is stored now."""

    def answer(request: Request, visit: Visit, sent: Params) -> Response:
        place = place_of(request, visit)
        it = find(request, visit, place)

        def again(*, error: FormError, status: int) -> Response:
            return _show(request, visit, place, find(request, visit, place), error=error, status=status)

        def done() -> Response:
            act(place, visit, sent, it.own_id)
            return see_other(f"{place.path_of(it)}?done={word}")

        return answer_or_again(done, again, also=(Forbidden, PreconditionFailed))

    return answer


def _switch(*, on: bool) -> Act:
    return lambda place, visit, sent, own_id: _patch(place, visit, sent, own_id, enabled=on)


def _check(place: Place, visit: Visit, sent: Params, own_id: str) -> None:
    place.calls.discover(own_id, by=visit.by, expected=expected(sent), scope=visit.scope)


def _certificate(*, activate: bool) -> Act:
    return lambda place, visit, sent, own_id: place.calls.rotate_certificate(
        own_id, activate=activate, by=visit.by, expected=expected(sent), scope=visit.scope
    )


def _show(
    request: Request, visit: Visit, place: Place, it: Connection, *, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    texts = texts_of(request)
    facts = [
        (_label(name, texts), _words(name, value, texts))
        for name, value in (
            ("issuer", it.issuer), ("client_id", it.client_id), ("authorization_endpoint", it.authorization_endpoint),
            ("token_endpoint", it.token_endpoint), ("scopes", " ".join(it.scopes)), ("hook", it.hook), ("metadata_url", it.metadata_url),
            ("domains", " ".join(it.domains)), ("tenants", " ".join(it.tenants)), ("apps", " ".join(it.apps)), ("accounts", it.accounts),
            ("email_trust", it.email_trust),
        )
        if value and (place.org is None or name in MEMBERS)
    ]  # fmt: skip
    return show_connection(
        request, visit, place, it, PAGE, status=status, error=error, facts=facts, updated=moment(it.updated_at),
        leading=_leading(request, visit, place, it), ours=to_register(it, services(request).settings.issuer),
        can_check=it.type == OIDC or bool(it.type == SAML and it.metadata_url),
        has_secret=bool(it.secret), takes_secret=it.type != SAML and it.client_auth != "none", is_hook=it.type == PASSWORD,
        trusts=[_label(name, texts) for name in ("link_verified", "trusts_factors") if getattr(it, name)],
    )  # fmt: skip


def _label(name: str, texts: Texts) -> str:
    """Return what the form calls a member; its name if no form has it."""
    return texts.text(FIELDS[name].label) if name in FIELDS else name


def _words(name: str, value: str, texts: Texts) -> str:
    """Return the words of a value that is chosen from a list; any other value as it is."""
    words = dict(FIELDS[name].options).get(value) if name in FIELDS else None
    return texts.text(words) if words else value


def _leading(request: Request, visit: Visit, place: Place, it: Connection) -> list[tuple[str, bool]]:
    """Return the domains that the organisation leads to its connection, and whether each counts now."""
    if not place.org_id:
        return []
    s = services(request)
    now, claims = s.clock(), s.domain_service.listing(place.org_id, scope=visit.scope)
    return [(each.domain, each.counts(now)) for each in claims if each.connection_id == it.id]


def _secret(request: Request, visit: Visit, place: Place, *, error: FormError | None = None, status: int = 200) -> Response:
    it = find(request, visit, place)
    key = it.client_auth in {"apple", "private_key_jwt"}
    return show_connection(request, visit, place, it, "connection_secret.html", status=status, error=error, key=key)


def pages_below(one: str, read: tuple[str, ...], write: tuple[str, ...], *, organisation: bool = False) -> tuple[Page, ...]:
    """Return the pages of a connection. `one`: its address; `read`, `write`: the OAuth scopes to see and to change it."""
    both = tuple(dict.fromkeys((*read, *write)))
    buttons = (
        ("enable", "connection-on", _switch(on=True), True), ("disable", "connection-off", _switch(on=False), True),
        ("check", "metadata-read", _check, False), ("certificate", "certificate-made", _certificate(activate=False), True),
        ("certificate-use", "certificate-used", _certificate(activate=True), True),
    )  # fmt: skip
    return (
        Page(one, "GET", page, read, organisation=organisation),
        *(
            Page(f"{one}/{end}", "POST", _button(word, act), both, fresh=fresh, organisation=organisation)
            for end, word, act, fresh in buttons
        ),
        Page(f"{one}/secret", "GET", ask_for_secret, both, organisation=organisation),
        Page(f"{one}/secret", "POST", set_secret, both, fresh=True, organisation=organisation),
        Page(f"{one}/delete", "GET", ask_to_delete, both, organisation=organisation),
        Page(f"{one}/delete", "POST", delete, both, fresh=True, organisation=organisation),
    )


PAGE = "connection.html"
PAGES = pages_below(f"{CONNECTIONS}/{{connection_id}}", ("connections:read",), ("connections:write",))
