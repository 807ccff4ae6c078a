"""The admin API over HTTPS, with an access token: its rights, its audit events, its ETags."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from idp.cli.declared.api import ABSENT, PREFIX, Answer
from idp.cli.declared.problems import ApiRefusedError
from idp.domain.declared.managed_object import ManagedObject
from idp.domain.errors import Invalid
from idp.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LARGEST = 16 * 1024 * 1024
_TIMEOUT = 30.0
_REFUSED, _NOT_FOUND = 400, 404
_PATHS = {"apps": "/clients", "connections": "/connections", "provisioning_targets": "/provisioning-targets"}


class _Reply(NamedTuple):
    status: int
    etag: str
    body: bytes


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes to no other address than the one that the operator named."""

    def redirect_request(self, *_: object) -> None:
        return None


class RemoteApi:
    """See `Api`. `issuer`: of the deployment. `token`: an access token for its admin API alone."""

    def __init__(self, issuer: str, token: str) -> None:
        """Read the metadata of the provider, and whether it is the one that was named.

        Raises:
            Invalid: the URL is not https, or another provider answers.
            ApiRefusedError: it does not answer.
        """
        url = urlsplit(issuer)
        if not url.hostname or (url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOOPBACK)):
            raise Invalid("value.not_https_url", field="--url")
        if not token.isascii() or not token.isprintable() or " " in token:
            raise Invalid("declared.token_malformed", field="--token")
        self._issuer, self._token = issuer.rstrip("/"), token
        self._opener = urllib.request.build_opener(_NoRedirect)
        self.settings = self._settings()

    def _settings(self) -> Settings:
        """Return what the rules of apps need to know. The API checks all rules with the real ones."""
        found = _decoded(self._send("GET", f"{self._issuer}/.well-known/openid-configuration", None, {}))
        if not isinstance(found, dict) or found.get("issuer") != self._issuer:
            raise Invalid("declared.other_issuer", field="--url")
        algorithms = [each for each in found.get("id_token_signing_alg_values_supported", ()) if isinstance(each, str)]
        return Settings(
            issuer=self._issuer, signing_algorithms=" ".join(algorithms) or "RS256", jwt_bearer="on", id_jag="on", mtls_url=self._issuer
        )  # fmt: skip

    def call(self, method: str, path: str, body: Any = None, *, etag: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self._token}"}
        if etag:
            headers["If-None-Match" if etag == ABSENT else "If-Match"] = etag
        reply = self._send(method, f"{self._issuer}{PREFIX}{path}", body, headers)
        return Answer(_decoded(reply), reply.etag)

    def holds_secret(self, kind: str, object_id: str, secret: str) -> bool:
        place = f"{_PATHS[kind]}/{quote(object_id, safe='')}" if kind in _PATHS else _of_organisation(object_id)
        return self.call("POST", f"{place}/secret-check", {"secret": secret}).body["same"] is True

    def set_app_secret(self, client_id: str, secret: str) -> None:
        self.call("POST", f"/clients/{quote(client_id, safe='')}/rotate-secret", {"secret": secret})

    def labels(self) -> Sequence[ManagedObject]:
        found, cursor = list[ManagedObject](), ""
        while True:
            query = urlencode({"limit": 100, **({"cursor": cursor} if cursor else {})})
            page = self.call("GET", f"/managed-objects?{query}").body
            found += [ManagedObject(**each) for each in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    def label(self, made: ManagedObject) -> None:
        members = {"kind": made.kind, "id": made.id, "manager": made.manager, "mark": made.mark, "version": made.version}
        self.call("POST", "/managed-objects", members)

    def unlabel(self, made: ManagedObject) -> None:
        try:
            self.call("DELETE", f"/managed-objects/{made.kind}/{quote(made.id, safe='')}?{urlencode({'manager': made.manager})}")
        except ApiRefusedError as refusal:
            if refusal.status != _NOT_FOUND:
                raise

    def _send(self, method: str, url: str, body: Any, headers: dict[str, str]) -> _Reply:
        sent = None if body is None else json.dumps(body).encode()
        typed = headers | ({"Content-Type": "application/json"} if sent is not None else {})
        asked = urllib.request.Request(url, sent, typed, method=method)  # noqa: S310  # https, or this machine: see __init__
        try:
            with self._opener.open(asked, timeout=_TIMEOUT) as answer:
                return _Reply(answer.status, answer.headers.get("ETag", ""), answer.read(_LARGEST))
        except urllib.error.HTTPError as error:
            with error:
                return _Reply(error.code, "", error.read(_LARGEST))
        except (OSError, http.client.HTTPException) as error:
            raise ApiRefusedError(503, f"{urlsplit(url).netloc} does not answer: {type(error).__name__}") from error


def _of_organisation(connection_id: str) -> str:
    """Return the address of a connection of an organisation. `connection_id`: its whole id."""
    org_id, _, own_id = connection_id.partition(".")
    return f"/organizations/{quote(org_id, safe='')}/connections/{quote(own_id, safe='')}"


def _decoded(reply: _Reply) -> Any:
    try:
        found = json.loads(reply.body) if reply.body else None
    except ValueError:
        found = None
    if reply.status >= _REFUSED or not 200 <= reply.status < 300:  # noqa: PLR2004  # a redirect is no answer of this API
        problem = found if isinstance(found, dict) else {}
        errors = problem.get("errors")
        raise ApiRefusedError(reply.status, str(problem.get("detail", "")), errors if isinstance(errors, list) else ())
    return found
