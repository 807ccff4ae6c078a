"""Initial access tokens, which admins make for those who may register clients (RFC 7591 §3)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from idp.domain.access import admin_scopes
from idp.domain.apps.initial_access_token import InitialAccessToken
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from idp.services.apps.client_secrets import digest, new_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.settings import Settings
    from idp.store.database import Raw
    from idp.store.initial_access_tokens import InitialAccessTokens

LONGEST, MOST_USES = 365 * 86400, 10_000


class InitialAccess:
    """Creates, lists, deletes, recognises and uses tokens."""

    def __init__(self, settings: Settings, tokens: InitialAccessTokens, audit: Audit, clock: Clock, new_id: NewId) -> None:
        self._settings, self._tokens, self._audit, self._clock, self._new_id = settings, tokens, audit, clock, new_id

    def create(
        self, *, scope: Scope, lifetime: int, max_uses: int, scopes: Sequence[str], resources: Sequence[str], note: str, by: Actor
    ) -> tuple[InitialAccessToken, str]:
        """Create a token. Return it and its value, which is its id, a dot and its secret. The value is shown once.

        Raises:
            Invalid: `lifetime` (seconds) or `max_uses` is out of range.
            Forbidden: it would allow access to the admin API.
        """
        scope.require_deployment()
        if not 0 < lifetime <= LONGEST:
            raise Invalid("value.out_of_range", maximum=LONGEST, field="expires_in")
        if not 0 < max_uses <= MOST_USES:
            raise Invalid("value.out_of_range", maximum=MOST_USES, field="max_uses")
        if admin_scopes.ALL & set(scopes) or self._settings.admin_resource in resources:
            raise Forbidden("registration.admin_api")
        secret, now = new_secret(), self._clock()
        token = InitialAccessToken(
            id=self._new_id(), digest=digest(secret), note=note, scopes=tuple(scopes), resources=tuple(resources), created_at=now,
            expires_at=now + lifetime, max_uses=max_uses,
        )  # fmt: skip
        if not self._tokens.create(token):
            raise Conflict("service.try_again")
        details = {"max_uses": str(max_uses), "scope": " ".join(scopes)}  # here "scope" means OAuth scopes
        self._audit.record("initial_access_token.created", origin=by.origin, actor=by.id, target=token.id, **details)
        return token, f"{token.id}.{secret}"

    def listing(self, *, scope: Scope, limit: int, start: Raw | None = None) -> tuple[list[InitialAccessToken], Raw | None]:
        """Return one page of tokens, and the start of the next page."""
        scope.require_deployment()
        return self._tokens.listing(limit=limit, start=start)

    def delete(self, token_id: str, *, scope: Scope, by: Actor) -> None:
        """Delete a token. Clients that were registered with it stay."""
        scope.require_deployment()
        if not self._tokens.delete(token_id):
            raise NotFound("initial_access_token.unknown")
        self._audit.act("initial_access_token.deleted", by, target=token_id, scope=scope)

    def recognise(self, presented: str) -> InitialAccessToken | None:
        """Return the token if this is its value and it can be used once more, else None. It is not used up."""
        token_id, dot, secret = presented.partition(".")
        found = self._tokens.get(token_id) if dot and token_id else None
        proved = hmac.compare_digest(digest(secret), found.digest if found else "0" * 64)
        return found if proved and found and found.is_live(self._clock()) else None

    def use(self, token: InitialAccessToken) -> bool:
        """Use the token once. Return False if parallel requests used it up."""
        return self._tokens.use(token.id, attempt=self._new_id(), now=self._clock())
