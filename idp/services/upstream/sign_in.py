"""The sign-in at an upstream, from the redirect to the identity: authorization code with PKCE, state, nonce and `iss`.

See OIDC Core §3.1, RFC 6749 §4.1, RFC 7636, RFC 9207 and RFC 9700 §2.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from idp.domain.connections.connection import OIDC, SAML
from idp.domain.message import Message
from idp.domain.requests.pkce import challenge_of
from idp.services.upstream import answer as answers_of
from idp.services.upstream import state as states
from idp.services.upstream.refusal import UpstreamRefused, misconfigured, not_valid

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.adapters.outgoing import Fetcher
    from idp.adapters.saml_function import Judge
    from idp.domain.clock import Clock, NewId
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.services.keys.keyring import Keyring
    from idp.services.upstream.logout_token import LoggedOut
    from idp.services.upstream.saml.sign_in import SamlSignIn
    from idp.services.upstream.state import Attempt
    from idp.services.upstream.token_request import UpstreamTokens
    from idp.services.upstream.upstream_keys import UpstreamKeys
    from idp.settings import Settings
    from idp.store.database import Raw
    from idp.store.used_once import UsedOnce

__all__ = ["Begun", "Finished", "UpstreamRefused", "UpstreamSignIn"]

USED = "upstream"
"""The kind of the mark that an attempt was used."""
WITHOUT_PKCE = frozenset({"linkedin"})
"""Presets whose token endpoint refuses a `code_verifier`. State and the redirect URI of the connection still bind the code."""
OFFLINE: Mapping[str, Mapping[str, str]] = MappingProxyType({"google": {"access_type": "offline"}})
"""By preset, what asks for a refresh token, where the scope `offline_access` (OIDC Core §11) does not."""
PROMPTS = frozenset({"none", "login", "consent", "select_account"})


class Begun(NamedTuple):
    """Where the browser goes, and the cookie that binds the attempt to it. `cookie_name`: the full name."""

    url: str
    cookie_name: str
    cookie_value: str


class Finished(NamedTuple):
    """A verified identity. `purpose`, `carried`: as `begin` got them. `mark`: the part of a transaction that uses the attempt up.

    The caller puts `mark` into the transaction that signs in or links. So one attempt has an effect once. `attempt`: its id, and when it
    ends (epoch seconds). If a form comes before that transaction, they travel with it, and `mark_of` makes the part again.
    `tokens`: of the upstream, if the connection keeps them.
    """

    purpose: str
    carried: str
    identity: UpstreamIdentity
    mark: Raw
    attempt: tuple[str, int] = ("", 0)
    tokens: UpstreamTokens | None = None


class UpstreamSignIn:
    """Sends people to upstreams and verifies what comes back. Nothing is written here."""

    def __init__(
        self, settings: Settings, keyring: Keyring, outgoing: Callable[[], Fetcher], used_once: UsedOnce, clock: Clock, new_id: NewId,
        judge: Callable[[], Judge],
    ) -> None:  # fmt: skip
        """`judge`: of SAML responses."""
        self._settings, self._keyring, self._outgoing, self._judge = settings, keyring, outgoing, judge
        self._used_once, self._clock, self._new_id = used_once, clock, new_id

    def begin(
        self, connection: Connection, *, purpose: str, carried: str, login_hint: str = "", prompt: str = "", max_age: int | None = None,
        now: int,
    ) -> Begun:  # fmt: skip
        """Return the authorization request at the upstream (OIDC Core §3.1.2.1), or the request of SAML.

        `purpose` and `carried` come back from `finish`. They are sealed, so neither the person nor the upstream can read or change them.
        `prompt`: values of `PROMPTS`, separated by spaces. `max_age`: seconds; the upstream must then say when the person signed in. It has
        no effect with OAuth 2.0.

        Raises:
            UpstreamRefused: the connection has no authorization endpoint.
            Invalid: `carried` is too long for SAML.
        """
        if not connection.authorization_endpoint.startswith("https://"):
            raise misconfigured(connection, "no authorization_endpoint")
        if connection.type == SAML:
            attempt, url, value = self._saml.begin(connection, purpose=purpose, carried=carried, prompt=prompt, max_age=max_age, now=now)
            return Begun(url, states.cookie_name(attempt.id, secure=self._settings.secure), value)
        with_pkce, oidc = connection.preset not in WITHOUT_PKCE, connection.type == OIDC
        age = max_age if oidc else None
        attempt, cookie = states.new_attempt(connection, purpose=purpose, carried=carried, max_age=age, pkce=with_pkce, now=now)
        asked = {
            "response_type": "code",
            "client_id": connection.client_id,
            "redirect_uri": self.redirect_uri(connection),
            "scope": " ".join(connection.scopes),
            "state": states.seal(self._keyring.sealer(), attempt),
            "nonce": attempt.nonce if oidc else "",
            "code_challenge": challenge_of(attempt.verifier) if with_pkce else "",
            "code_challenge_method": "S256" if with_pkce else "",
            "response_mode": connection.response_mode,
            "login_hint": login_hint,
            "prompt": " ".join(each for each in prompt.split() if each in PROMPTS),
            "max_age": "" if age is None else str(age),
            **(OFFLINE.get(connection.preset, {}) if connection.keeps_tokens else {}),
        }
        joint = "&" if "?" in connection.authorization_endpoint else "?"
        url = connection.authorization_endpoint + joint + urlencode({name: value for name, value in asked.items() if value})
        return Begun(url, states.cookie_name(attempt.id, secure=self._settings.secure), cookie)

    def cookie_name(self, connection: Connection, state: str, now: int) -> str | None:
        """Return the full name of the cookie that belongs to a `state`, or None if this provider did not make it."""
        if connection.type == SAML:
            attempt_id = self._saml.attempt_id(connection, state, now)
        else:
            attempt = states.opened(self._keyring.sealer(), state)
            attempt_id = attempt.id if attempt else ""
        return states.cookie_name(attempt_id, secure=self._settings.secure) if attempt_id else None

    def finish(self, connection: Connection, params: Mapping[str, str], cookie: str | None, now: int) -> Finished:
        """Return the identity for the answer of an upstream. `params`: the query. `cookie`: the value of the cookie `cookie_name`.

        Raises:
            UpstreamRefused: another browser began the attempt, a check fails, or the upstream refuses or does not answer in time.
        """
        attempt = self._attempt(connection, params, cookie, now)
        try:
            identity, tokens = self._identity(connection, attempt, params, now)
        except UpstreamRefused as refused:
            raise refused.carrying(attempt.purpose, attempt.carried) from refused.__cause__
        used = (attempt.id, attempt.expires_at)
        kept = tokens if connection.keeps_tokens else None
        return Finished(attempt.purpose, attempt.carried, identity, self.mark_of(used), used, kept)

    def mark_of(self, attempt: tuple[str, int]) -> Raw:
        """Return the part of a transaction that uses this attempt up (`Finished.attempt`)."""
        return self._used_once.use_part(USED, attempt[0], expires_at=attempt[1], attempt=self._new_id())

    def repost(self, connection: Connection, form: Mapping[str, str], now: int) -> str:
        """Return the URL of our own callback that repeats a posted answer by GET. Browsers leave cookies out of a POST of another site.

        Raises:
            UpstreamRefused: the connection does not use form_post, or the state is not one of this provider.
        """
        if connection.type == SAML:
            return self._saml.repost(connection, form, now)
        sealer, state = self._keyring.sealer(), form.get("state", "")
        if connection.response_mode != answers_of.FORM_POST or states.opened(sealer, state) is None:
            raise not_valid(connection, "a form that was not asked for")
        posted = answers_of.seal_posted(sealer, connection, form, now)
        return f"{self.redirect_uri(connection)}?{urlencode({'state': state, 'posted': posted})}"

    def logged_out(self, connection: Connection, token: str, now: int) -> LoggedOut:
        """Return who signed out at the upstream, by its logout token (Back-Channel Logout 1.0 §2.6).

        Raises:
            UpstreamRefused: the token fails a check, or the keys of the upstream cannot be fetched.
        """
        from idp.services.upstream import logout_token
        from idp.services.upstream.patience import Patience

        return logout_token.validate(self._keys, connection, token, patience=Patience(), now=now)

    def redirect_uri(self, connection: Connection) -> str:
        """Return the redirect URI of a connection."""
        return connection.redirect_uri(self._settings.issuer)

    @cached_property
    def _saml(self) -> SamlSignIn:
        from idp.services.upstream.saml.sign_in import SamlSignIn

        return SamlSignIn(self._settings.issuer, self._keyring, self._judge())

    @cached_property
    def _keys(self) -> UpstreamKeys:
        from idp.services.upstream.upstream_keys import UpstreamKeys

        return UpstreamKeys(self._outgoing, self._clock)

    def _attempt(self, connection: Connection, params: Mapping[str, str], cookie: str | None, now: int) -> Attempt:
        if connection.type == SAML:
            attempt = self._saml.attempt(connection, params.get("state", ""), cookie, now)
        else:
            opened = states.opened(self._keyring.sealer(), params.get("state", ""))
            attempt = opened if opened and opened.fits(connection, cookie, now) else None
        if attempt is None:
            raise UpstreamRefused(Message("upstream.other_browser"), f"upstream {connection.id}: state")
        return attempt

    def _identity(
        self, connection: Connection, attempt: Attempt, params: Mapping[str, str], now: int
    ) -> tuple[UpstreamIdentity, UpstreamTokens | None]:
        if connection.type == SAML:
            return self._saml.identity(connection, attempt, params.get("posted", ""), now), None
        from idp.services.upstream import id_token, shapes, token_request
        from idp.services.upstream.patience import Patience
        from idp.services.upstream.protected_resource import ProtectedResource

        answer = answers_of.read(self._keyring.sealer(), connection, params, now)
        code, patience, fetcher = answers_of.code_of(connection, answer), Patience(), self._outgoing()
        tokens = token_request.redeem(
            fetcher, self._keyring, connection, code=code, verifier=attempt.verifier, redirect_uri=self.redirect_uri(connection),
            patience=patience, now=now,
        )  # fmt: skip
        claims = {}
        if connection.type == OIDC:
            claims = id_token.validate(self._keys, connection, tokens, attempt, patience=patience, now=now)
        resource = ProtectedResource(fetcher, connection, tokens.access_token, patience)
        told = shapes.Answers(claims, resource, answer.get("user", ""), attempt.max_age is not None)
        return shapes.shape_of(connection).identify(connection, told), tokens
