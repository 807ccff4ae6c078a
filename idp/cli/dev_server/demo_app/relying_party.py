"""Sign-in by OpenID Connect as an app does it: authorization code flow with PKCE, by Authlib's client (OIDC Core §3.1)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

SCOPE = "openid profile email address phone offline_access"
_ALGORITHMS = ["RS256", "ES256"]
_SECONDS = 10
_CLOCK_SKEW = 30


class SignInError(Exception):
    """The provider answered with an error, or the answer is for another sign-in."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the app must remember between the redirect to the provider and its answer."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The tokens, the claims of the ID token, and the answer of UserInfo."""

    tokens: Mapping[str, Any]
    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    userinfo: Mapping[str, Any]


class RelyingParty:
    """One registered client of one provider."""

    def __init__(self, *, issuer: str, client_id: str, client_secret: str, home: str, redirect_uri: str) -> None:
        self.issuer, self.home = issuer, home
        self._client_id, self._client_secret, self._redirect_uri = client_id, client_secret, redirect_uri

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """Return the provider's metadata (OIDC Discovery §4)."""
        found: dict[str, Any] = self._get(f"{self.issuer}/.well-known/openid-configuration")
        if found["issuer"] != self.issuer:  # §4.3: "The issuer value returned MUST be identical to the Issuer URL that was used"
            msg = "The provider calls itself by another name."
            raise SignInError(msg)
        return found

    def leave(self) -> tuple[str, Attempt]:
        """Return the address to redirect the browser to, and what to remember."""
        attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        url, _ = self._session().create_authorization_url(
            self.metadata["authorization_endpoint"], state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier
        )
        return str(url), attempt

    def come_back(self, attempt: Attempt, url: str) -> SignedIn:
        """Redeem the provider's answer. An answer of another issuer is refused (RFC 9207 §2.4)."""
        answer = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if answer.get("state") != attempt.state or answer.get("iss") != self.issuer:
            msg = "This answer does not belong to a sign-in that began here."
            raise SignInError(msg)
        if "error" in answer:
            raise SignInError(answer.get("error_description") or answer["error"])
        session = self._session()
        tokens = session.fetch_token(self.metadata["token_endpoint"], code=answer.get("code"), code_verifier=attempt.verifier)
        return self._read(tokens, nonce=attempt.nonce)

    def refresh(self, signed_in: SignedIn) -> SignedIn:
        """Return new tokens. The old refresh token is used up."""
        session = self._session(token=dict(signed_in.tokens))
        tokens = session.refresh_token(self.metadata["token_endpoint"], refresh_token=signed_in.tokens["refresh_token"])
        renewed = self._read({**signed_in.tokens, **tokens}, nonce=None)
        if renewed.claims["sub"] != signed_in.claims["sub"]:  # OIDC Core §12.2
            msg = "The new ID token is somebody else's."
            raise SignInError(msg)
        return renewed

    def sign_out_url(self, signed_in: SignedIn) -> str:
        """Return the address that ends the session at the provider too (RP-Initiated Logout §2)."""
        wanted = {"id_token_hint": signed_in.tokens["id_token"], "post_logout_redirect_uri": f"{self.home}/", "client_id": self._client_id}
        return f"{self.metadata['end_session_endpoint']}?{urlencode(wanted)}"

    def _read(self, tokens: Mapping[str, Any], nonce: str | None) -> SignedIn:
        """Check the ID token (OIDC Core §3.1.3.7): signature, issuer, audience, times, nonce, at_hash. Then read UserInfo."""
        keys = KeySet.import_key_set(self._get(self.metadata["jwks_uri"]))
        parsed = jwt.decode(tokens["id_token"], keys, algorithms=_ALGORITHMS)
        options = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self._client_id}}
        params = {"client_id": self._client_id, "nonce": nonce, "access_token": tokens["access_token"]}
        claims = CodeIDToken(parsed.claims, parsed.header, options, params)
        claims.validate(leeway=_CLOCK_SKEW)
        answer = self._session(token=dict(tokens)).request("GET", self.metadata["userinfo_endpoint"])
        answer.raise_for_status()
        userinfo = answer.json()
        if userinfo.get("sub") != claims["sub"]:  # §5.3.2: "If they do not match, the UserInfo Response values MUST NOT be used"
            userinfo = {}
        return SignedIn(dict(tokens), parsed.header, dict(claims), userinfo)

    def _get(self, url: str) -> Any:
        answer = self._session().request("GET", url, withhold_token=True)
        answer.raise_for_status()
        return answer.json()

    def _session(self, token: dict[str, Any] | None = None) -> OAuth2Session:
        session = OAuth2Session(
            self._client_id, self._client_secret, scope=SCOPE, redirect_uri=self._redirect_uri, token=token, code_challenge_method="S256",
            default_timeout=_SECONDS,
        )  # fmt: skip
        session.trust_env = False  # the provider is on this machine: use no proxy
        return session
