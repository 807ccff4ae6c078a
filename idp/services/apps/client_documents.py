"""Clients whose id is the URL of their metadata document (draft-ietf-oauth-client-id-metadata-document, MCP 2026-07-28).

The fetcher cannot reach private addresses. A document is stored as long as its headers allow, within limits. It decides where codes are
sent, and no member that only admins may set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.adapters.outgoing import Fetched, FetchRefused
from idp.domain.access import admin_scopes
from idp.domain.apps import client_id_url
from idp.domain.apps.client import Client
from idp.domain.apps.grant_types import JWT_BEARER
from idp.domain.apps.redirect_uri import is_loopback
from idp.domain.errors import Invalid
from idp.domain.freshness import lifetime
from idp.domain.requests.scope import keep
from idp.services.apps import client_metadata
from idp.telemetry import record
from idp.verify import strict_json

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.clock import Clock
    from idp.settings import Settings
    from idp.store.client_documents import ClientDocuments
    from idp.store.reads.client import StoredClient

REGISTERED_BY = "client_id_metadata"
LIMIT, TIMEOUT = 5 * 1024, 3.0
"""§6.6: "limit the response size to a maximum of 5 kilobytes"."""
STALE = 86400
"""Seconds for which an expired document is still used if its host does not answer (RFC 5861 §4)."""
AFTER_FAILURE, MOST_FAILURES = 30, 1000
"""Seconds until a document that failed is fetched again, and how many failures are remembered. §5.1: errors are not cached as documents."""
METHODS = ("none", "private_key_jwt")
GRANT_TYPES = ("authorization_code", "refresh_token")
_SECRETS = ("client_secret", "client_secret_expires_at")
_TAKEN = frozenset(
    {
        "client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri", "contacts", "software_id", "software_version", "application_type",
        "redirect_uris", "post_logout_redirect_uris", "token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "jwks", "jwks_uri",
        "dpop_bound_access_tokens", "id_token_signed_response_alg", "request_object_signing_alg", "require_signed_request_object",
        "require_pushed_authorization_requests", "default_max_age",
    }
)  # fmt: skip


class DocumentClients:
    """Reads clients from their documents, and fetches a document if the stored one is missing or too old."""

    def __init__(self, settings: Settings, documents: ClientDocuments, outgoing: Callable[[], Fetcher], clock: Clock) -> None:
        self._settings, self._documents, self._outgoing, self._clock = settings, documents, outgoing, clock
        self._failed: dict[str, int] = {}

    def current(self, client_id: str, stored: StoredClient | None) -> Client | None:
        """Return the client as its document describes it, or None if the document is refused. `stored`: the stored document.

        See ID-JAG §5, Client ID Metadata Document §3.
        """
        now = self._clock()
        if not self.accepts(client_id):
            return None
        if stored and now < stored.fresh_until:
            return self._limit(stored.client)
        fetched = self._fetch(client_id, now)
        if fetched is None:
            return self._limit(stored.client) if stored and now < stored.fresh_until + STALE else None
        try:
            client = read(client_id, fetched, self._settings)
        except Invalid as error:
            record.note(f"a client metadata document is not valid: {error.field} {error.description}")
            self._fail(client_id, now)
            return None
        before = stored.fetched_at if stored else None
        self._documents.put(client, fetched_at=now, fresh_until=now + lifetime(fetched.headers, now), replaces=before)
        return self._limit(client)

    def accepts(self, client_id: str) -> bool:
        """Return whether the deployment accepts this URL as a client_id."""
        s, host = self._settings, client_id_url.host_of(client_id)
        return (
            s.client_id_metadata == "on"
            and client_id_url.problem(client_id) is None
            and (not s.client_id_metadata_hosts or client_id_url.is_among(host, s.client_id_metadata_hosts))
            and not client_id_url.is_among(host, s.client_id_metadata_denied_hosts)
        )

    def _fetch(self, client_id: str, now: int) -> Fetched | None:
        if now < self._failed.get(client_id, 0):
            return None
        try:
            return self._outgoing().get(client_id, accept="application/json", limit=LIMIT, timeout=TIMEOUT)
        except FetchRefused as error:
            record.note(f"a client metadata document could not be fetched: {error.detail}")
            self._fail(client_id, now)
            return None

    def _fail(self, client_id: str, now: int) -> None:
        while len(self._failed) >= MOST_FAILURES:  # the oldest entry is removed first
            self._failed.pop(next(iter(self._failed)), None)
        self._failed[client_id] = now + AFTER_FAILURE

    def _limit(self, client: Client) -> Client:
        """Return the client with the scopes and resources that the deployment allows such clients now, also for a stored document."""
        scopes = tuple(scope for scope in self._settings.registration_scopes.split() if scope not in admin_scopes.ALL)
        resources = tuple(uri for uri in self._settings.registration_resources.split() if uri != self._settings.admin_resource)
        return replace(client, scopes=keep(client.scopes, scopes), resources=resources)


def read(client_id: str, fetched: Fetched, settings: Settings) -> Client:
    """Return the client that a document describes.

    Raises:
        Invalid: it is not a client metadata document, or is one of another client.
    """
    content_type = fetched.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json" and not (content_type.startswith("application/") and content_type.endswith("+json")):
        raise Invalid("client_document.not_json_type")
    document = _parse(fetched.body)
    # §4: "The client metadata document MUST contain a client_id property whose value MUST match the URL of the document using simple
    # string comparison"
    if document.get("client_id") != client_id:
        raise Invalid("client_document.other_client", field="client_id")
    # §4.1: "the token_endpoint_auth_method property MUST NOT include … any other method based around a shared symmetric secret", and
    # "the client_secret and client_secret_expires_at properties MUST NOT be used"
    if any(name in document for name in _SECRETS):
        raise Invalid("client_document.has_secret", field="client_secret")
    asked = {name: value for name, value in document.items() if name in _TAKEN and value not in (None, "")}
    asked.setdefault("token_endpoint_auth_method", "none")
    if asked["token_endpoint_auth_method"] not in METHODS:
        raise Invalid("value.not_one_of", values=", ".join(METHODS), field="token_endpoint_auth_method")
    asked["grant_types"] = _grant_types(document, settings, confidential=asked["token_endpoint_auth_method"] != "none")
    asked.setdefault("application_type", _application_type(asked.get("redirect_uris")))
    allowed = tuple(settings.registration_scopes.split())
    # The document is the same for all providers. The scopes that this provider does not have are left out.
    scopes = (keep(document["scope"].split(" "), allowed) if isinstance(document.get("scope"), str) else ()) or allowed
    base = Client(id=client_id, registered_by=REGISTERED_BY, scopes=scopes, require_pkce=True)
    return client_metadata.apply(base, asked, settings)


def _grant_types(document: dict[str, Any], settings: Settings, *, confidential: bool) -> list[str]:
    """Return the grant types of the document that this provider has. jwt-bearer needs a confidential client; an admin decides of which
    issuers.
    """
    given = document.get("grant_types", ["authorization_code"])
    if not isinstance(given, list) or "authorization_code" not in given:
        raise Invalid("client_document.grant_types", field="grant_types")
    takes_assertions = confidential and settings.jwt_bearer == "on"
    return [name for name in (*GRANT_TYPES, *((JWT_BEARER,) if takes_assertions else ())) if name in given]


def _application_type(uris: object) -> str:
    """Return native if a redirect URI has a loopback host, else web. Native apps choose the port when they run (RFC 8252 §7.3)."""
    return "native" if isinstance(uris, list) and any(isinstance(uri, str) and is_loopback(uri) for uri in uris) else "web"


def _parse(body: bytes) -> dict[str, Any]:
    try:
        return strict_json.loads(body)
    except ValueError:
        raise Invalid("client_document.not_json") from None
