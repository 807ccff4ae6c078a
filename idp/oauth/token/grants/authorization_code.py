"""The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.6): one read, and one conditional write that uses the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from idp.domain.apps.redirect_uri import is_registered
from idp.domain.errors import InvalidGrant
from idp.domain.requests.pkce import verifier_matches
from idp.domain.requests.scope import keep
from idp.oauth.token.grant import Approved, Subject, Used
from idp.oauth.token.grants.code_redemption import redeem
from idp.oauth.token.grants.details import granted_details
from idp.oauth.token.grants.resource import narrow_audience
from idp.services.tokens.issuing import CODE

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.tokens.grant import Grant
    from idp.oauth.params import Params
    from idp.oauth.sender.constraint import Constraint
    from idp.oauth.token.grant import NewHandler, TokenRequest
    from idp.store.reads.client import StoredClient


class AuthorizationCode:
    """A code that fails a check stays unused. A second use revokes the grant (RFC 6749 §4.1.2)."""

    GRANT_TYPE: ClassVar[str] = "authorization_code"
    PUBLIC_CLIENTS: ClassVar[bool] = True
    FOR_USERS: ClassVar[bool] = True
    SIGN_IN: ClassVar[bool] = True
    REDEEMS_CODE: ClassVar[bool] = True

    def __init__(self, request: TokenRequest) -> None:
        self._request = request
        self._code = request.params.one("code")

    def read(self) -> StoredClient | None:
        """The client, and with a code of this provider its user and grant."""
        provider = self._request.provider
        handle = provider.tokens.open(CODE, self._code)
        grant, org_id = ((handle.user_id, handle.grant_id), handle.org_id) if handle else (None, "")
        self._facts = provider.reads.redemption(self._request.credentials.client_id, grant, org_id)
        self._now = provider.clock()
        return self._facts.client

    def identify(self, client: Client, bound: Constraint) -> Subject:
        """The user and the grant of the code, and the user in its organisation."""
        return Subject(self._facts.user, self._facts.grant, belonging=self._facts.belonging)

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        """The redirect URI and the code verifier are those of the authorization request."""
        grant, params = subject.grant, self._request.params
        if grant is None:
            raise InvalidGrant
        _check_redirect_uri(params, client, grant)
        _check_verifier(params, grant)
        resources, details = narrow_audience(params, client, grant.resources), granted_details(params, client, grant)
        # A scope that the client lost since its request is not granted.
        return Approved(keep(grant.scopes, client.scopes), resources, details)

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        """Redeem the code."""
        if subject.grant is None:
            raise InvalidGrant
        grant = redeem(self._request, client, subject.grant, bound, now=self._now, replayed="code.replayed")
        return Used(grant, nonce=grant.nonce, code=self._code)


def _check_redirect_uri(params: Params, client: Client, grant: Grant) -> None:
    sent = params.get("redirect_uri")
    # RFC 6749 §4.1.3: "if the redirect_uri parameter was included in the authorization request ... their values MUST be identical."
    if (grant.redirect_uri_given or sent is not None) and sent != grant.redirect_uri:
        raise InvalidGrant("grant.other_redirect_uri")
    if not is_registered(grant.redirect_uri or "", client.redirect_uris, native=client.is_native):
        raise InvalidGrant("grant.redirect_uri_unknown")


def _check_verifier(params: Params, grant: Grant) -> None:
    """The code verifier belongs to the challenge. A verifier without a challenge is refused (RFC 9700 §4.8.2)."""
    verifier = params.get("code_verifier")
    # The first refresh removes the challenge. So the code was redeemed before; the write detects the replay.
    if grant.generation == 0 and (verifier is not None) != (grant.code_challenge is not None):
        raise InvalidGrant("pkce.verifier_missing" if verifier is None else "pkce.challenge_not_sent")
    if verifier is not None and grant.code_challenge is not None and not verifier_matches(verifier, grant.code_challenge):
        raise InvalidGrant("pkce.verifier_wrong")


HANDLER: NewHandler = AuthorizationCode
