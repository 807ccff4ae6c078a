"""The sign-in at a SAML 2.0 identity provider, from the redirect to the identity (SAML Profiles §4.1.3).

begin   the browser leaves with a request; the attempt is in a cookie
repost  the identity provider's form: browsers send no cookie with it. The function judges the response, and the browser goes on by GET
with what it says, sealed for a minute
finish  that GET: the cookie shows that this browser began
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from idp.adapters.saml_function import NoJudge
from idp.domain.connections.identity import UpstreamIdentity
from idp.domain.connections.saml import FORMATS, Assertion, Expected
from idp.domain.errors import Invalid
from idp.domain.message import Message
from idp.services.upstream.refusal import UpstreamRefused, misconfigured, not_valid, unreachable
from idp.services.upstream.saml import attempt as attempts
from idp.services.upstream.saml import own_keys
from idp.services.upstream.saml.identity import identity_of, wanted_attributes
from idp.services.upstream.saml.request import authn_request, redirect
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.adapters.saml_function import Judge
    from idp.domain.connections.connection import Connection
    from idp.services.keys.keyring import Keyring
    from idp.services.upstream.state import Attempt

JUDGED, LIFETIME = "upstream:saml:judged", 60
"""Seconds between the form of the identity provider and the request by GET."""
SKEW = 60
"""Seconds by which the two clocks may differ."""
LONGEST_RESPONSE, LONGEST_URL = 64 * 1024, 5000
"""Characters of a posted response, and of the sealed answer in our own URL."""


class SamlSignIn:
    """Sends people to identity providers and takes what comes back. Nothing is written here. `issuer`: of this provider."""

    def __init__(self, issuer: str, keyring: Keyring, judge: Judge) -> None:
        self._issuer, self._keyring, self._judge = issuer, keyring, judge

    def begin(
        self, connection: Connection, *, purpose: str, carried: str, prompt: str, max_age: int | None, now: int
    ) -> tuple[Attempt, str, str]:
        """Return the attempt, the URL of the identity provider, and the value of the attempt's cookie.

        Raises:
            Invalid: the request of the app is too long for a cookie.
            UpstreamRefused: the key of the connection cannot be used.
        """
        sealer = self._keyring.sealer()
        attempt = attempts.new_attempt(connection, purpose=purpose, carried=carried, max_age=max_age, now=now)
        cookie = attempts.cookie_of(sealer, attempt)
        if len(cookie) > attempts.LONGEST_COOKIE:
            raise Invalid("upstream.request_too_long")
        force = prompt == "login" or max_age is not None
        acs = connection.redirect_uri(self._issuer)
        asked = authn_request(connection, request_id=attempts.request_id(attempt.id), acs=acs, force=force, now=now)
        key = own_keys.signing_key(self._keyring, connection) if connection.signs_requests else ""
        return attempt, redirect(connection, asked, attempts.handle_of(sealer, attempt), key), cookie

    def repost(self, connection: Connection, form: Mapping[str, str], now: int) -> str:
        """Return our own URL that goes on after a posted response. A refusal travels too, so that the browser's page can say it.

        Raises:
            UpstreamRefused: this provider sent no request: sign-ins that the identity provider begins are off.
        """
        handle, sealer = form.get("RelayState", ""), self._keyring.sealer()
        attempt_id = attempts.open_handle(sealer, connection, handle, now)
        if not attempt_id:
            raise not_valid(connection, "SAML: a response that was not asked for")
        try:
            told: Any = asdict(self._identity(connection, attempt_id, form.get("SAMLResponse", ""), now))
        except UpstreamRefused as refused:
            record.note_refusal(refused)
            told = refused.message.id.rpartition(".")[2]
        sealed = sealer.seal(JUDGED, [connection.id, attempt_id, now + LIFETIME, told], packed=True)
        if len(sealed) > LONGEST_URL:
            sealed = sealer.seal(JUDGED, [connection.id, attempt_id, now + LIFETIME, {**told, "claims": {}}], packed=True)
        return f"{connection.redirect_uri(self._issuer)}?{urlencode({'state': handle, 'posted': sealed})}"

    def attempt_id(self, connection: Connection, handle: str, now: int) -> str:
        """Return the id of the attempt of a handle; "" if there is none."""
        return attempts.open_handle(self._keyring.sealer(), connection, handle, now)

    def attempt(self, connection: Connection, handle: str, cookie: str | None, now: int) -> Attempt | None:
        """Return the attempt, if this browser began it at this connection."""
        sealer = self._keyring.sealer()
        return attempts.open_cookie(sealer, connection, attempts.open_handle(sealer, connection, handle, now), cookie, now)

    def identity(self, connection: Connection, attempt: Attempt, posted: str, now: int) -> UpstreamIdentity:
        """Return the identity that was judged for this attempt.

        Raises:
            UpstreamRefused: it was refused, is older than a minute, or is of another attempt.
        """
        payload = self._keyring.sealer().open(JUDGED, posted)
        if not isinstance(payload, list) or payload[:2] != [connection.id, attempt.id] or now >= payload[2]:
            raise not_valid(connection, "SAML: the response was not posted, or too long ago")
        told: Any = payload[3]
        if isinstance(told, str):
            raise _REFUSALS.get(told, not_valid)(connection, "SAML: refused when it was posted")
        if attempt.max_age is not None and attempt.begun_at - told["auth_time"] > attempt.max_age + SKEW:
            raise not_valid(connection, "SAML: the person signed in too long ago")
        return UpstreamIdentity(**{**told, "amr": tuple(told["amr"])})

    def _identity(self, connection: Connection, attempt_id: str, posted: str, now: int) -> UpstreamIdentity:
        if not 0 < len(posted) <= LONGEST_RESPONSE:
            raise not_valid(connection, "SAML: no response")
        expected = Expected(
            issuer=connection.issuer,
            certificates=list(connection.certificates),
            audience=connection.client_id,
            recipient=connection.redirect_uri(self._issuer),
            request_id=attempts.request_id(attempt_id),
            name_id_format="" if "sub" in connection.claims else FORMATS[connection.name_id_format],
            signed_assertion=connection.wants_signed_assertions,
            encrypted=connection.wants_encryption,
            keys=own_keys.decryption_keys(self._keyring, connection),
            attributes=wanted_attributes(connection),
            now=now,
        )
        try:
            answer = self._judge({"response": posted, "expected": expected._asdict()})
        except NoJudge as error:
            refusal = unreachable if error.installed else misconfigured
            raise refusal(connection, f"SAML: {error.detail}") from error
        if "assertion" not in answer:
            raise _refusal(connection, answer)
        return identity_of(connection, Assertion(**{name: answer["assertion"][name] for name in Assertion._fields}))


def _cancelled(connection: Connection, detail: str) -> UpstreamRefused:
    return UpstreamRefused(Message("upstream.cancelled", name=connection.name), f"upstream {connection.id}: {detail}")


_REFUSALS = {"cancelled": _cancelled, "misconfigured": misconfigured, "unreachable": unreachable}
"""By the last word of the message: the refusals that travel from the form to the page."""


def _refusal(connection: Connection, answer: Mapping[str, Any]) -> UpstreamRefused:
    detail = f"SAML: {answer.get('refused', 'no answer')}"
    match answer.get("kind"):
        case "cancelled":
            return _cancelled(connection, detail)
        case "failed":
            return misconfigured(connection, detail)
        case _:
            return not_valid(connection, detail)
