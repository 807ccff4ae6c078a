"""One connection: what to register at the other side, its state, its metadata and certificates, its secret, deleting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.connections.connection import OIDC, PASSWORD, SAML
from idp.domain.errors import Forbidden, Invalid, PreconditionFailed
from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.connections import CONNECTIONS, path_of_connection, title_of, to_register
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.show import show
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.connections.connection import Connection
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

    Act = Callable[[Request, Visit, Params, str], object]


def page(request: Request, visit: Visit) -> Response:
    """GET /console/connections/{connection_id}."""
    return _show(request, find(request, visit))


def ask_for_secret(request: Request, visit: Visit) -> Response:
    """GET …/secret."""
    return _secret(request, find(request, visit))


def set_secret(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/secret: a new secret. The stored one is never shown, and an error does not show the typed one again either."""
    it = find(request, visit)

    def again(*, error: FormError, status: int) -> Response:
        return _secret(request, find(request, visit), error=error, status=status)

    def act() -> Response:
        if not sent.get("secret"):
            raise Invalid("connection.needed", field="secret")
        _patch(request, visit, sent, it.id, secret=sent.get("secret"))
        return see_other(f"{path_of_connection(it.id)}?done=secret-saved")

    return answer_or_again(act, again, also=(Forbidden, PreconditionFailed))


def ask_to_delete(request: Request, visit: Visit) -> Response:
    """GET …/delete."""
    return show_connection(request, find(request, visit), "connection_delete.html")


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/delete."""
    it = find(request, visit)
    services(request).connection_service.delete(it.id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{CONNECTIONS}?done=connection-deleted")


def find(request: Request, visit: Visit) -> Connection:
    """Return the connection that the address names, read strongly.

    Raises:
        NotFound: there is none.
    """
    return services(request).connection_service.get(request.path_params["connection_id"], scope=visit.scope)


def show_connection(request: Request, it: Connection, template: str, *, status: int = 200, **context: Any) -> Response:
    """Render one of the pages about a connection. None has the secret or its sealed form."""
    about = {"id": it.id, "name": it.name, "version": it.version, "enabled": it.enabled, "path": path_of_connection(it.id)}
    return show(request, template, status=status, at=CONNECTIONS, connection=about, kind=title_of(it.preset), **context)


def _patch(request: Request, visit: Visit, sent: Params, connection_id: str, **changes: object) -> None:
    services(request).connection_service.patch(connection_id, changes, by=visit.by, expected=expected(sent), scope=visit.scope)


def _button(word: str, act: Act) -> Callable[[Request, Visit, Params], Response]:
    """Return the handler of a button. A refusal is on the page, which shows what is stored now."""

    def answer(request: Request, visit: Visit, sent: Params) -> Response:
        it = find(request, visit)

        def again(*, error: FormError, status: int) -> Response:
            return _show(request, find(request, visit), error=error, status=status)

        def done() -> Response:
            act(request, visit, sent, it.id)
            return see_other(f"{path_of_connection(it.id)}?done={word}")

        return answer_or_again(done, again, also=(Forbidden, PreconditionFailed))

    return answer


def _switch(*, on: bool) -> Act:
    return lambda request, visit, sent, connection_id: _patch(request, visit, sent, connection_id, enabled=on)


def _check(request: Request, visit: Visit, sent: Params, connection_id: str) -> None:
    services(request).connection_service.discover(connection_id, by=visit.by, expected=expected(sent), scope=visit.scope)


def _certificate(*, activate: bool) -> Act:
    return lambda request, visit, sent, connection_id: services(request).connection_service.rotate_certificate(
        connection_id, activate=activate, by=visit.by, expected=expected(sent), scope=visit.scope
    )


def _show(request: Request, it: Connection, *, error: FormError | None = None, status: int = 200) -> Response:
    facts = [
        (name, value)
        for name, value in (
            ("issuer", it.issuer), ("client_id", it.client_id), ("authorization_endpoint", it.authorization_endpoint),
            ("token_endpoint", it.token_endpoint), ("scopes", " ".join(it.scopes)), ("hook", it.hook), ("metadata_url", it.metadata_url),
            ("domains", " ".join(it.domains)), ("tenants", " ".join(it.tenants)), ("apps", " ".join(it.apps)), ("accounts", it.accounts),
            ("email_trust", it.email_trust),
        )
        if value
    ]  # fmt: skip
    return show_connection(
        request, it, "connection.html", status=status, error=error, facts=facts, updated=moment(it.updated_at), saml=it.type == SAML,
        ours=to_register(it, services(request).settings.issuer), can_check=it.type == OIDC or bool(it.type == SAML and it.metadata_url),
        has_secret=bool(it.secret), takes_secret=it.type != SAML and it.client_auth != "none", is_hook=it.type == PASSWORD,
        trusts=[name for name in ("link_verified", "trusts_factors") if getattr(it, name)],
    )  # fmt: skip


def _secret(request: Request, it: Connection, *, error: FormError | None = None, status: int = 200) -> Response:
    key = it.client_auth in {"apple", "private_key_jwt"}
    return show_connection(request, it, "connection_secret.html", status=status, error=error, key=key)


_HERE, _BOTH = f"{CONNECTIONS}/{{connection_id}}", ("connections:read", "connections:write")
PAGES = (
    Page(_HERE, "GET", page, ("connections:read",)),
    Page(f"{_HERE}/enable", "POST", _button("connection-on", _switch(on=True)), _BOTH, fresh=True),
    Page(f"{_HERE}/disable", "POST", _button("connection-off", _switch(on=False)), _BOTH, fresh=True),
    Page(f"{_HERE}/check", "POST", _button("metadata-read", _check), _BOTH),
    Page(f"{_HERE}/certificate", "POST", _button("certificate-made", _certificate(activate=False)), _BOTH, fresh=True),
    Page(f"{_HERE}/certificate-use", "POST", _button("certificate-used", _certificate(activate=True)), _BOTH, fresh=True),
    Page(f"{_HERE}/secret", "GET", ask_for_secret, _BOTH),
    Page(f"{_HERE}/secret", "POST", set_secret, _BOTH, fresh=True),
    Page(f"{_HERE}/delete", "GET", ask_to_delete, _BOTH),
    Page(f"{_HERE}/delete", "POST", delete, _BOTH, fresh=True),
)
