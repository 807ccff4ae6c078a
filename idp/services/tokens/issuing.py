"""Issue and verify tokens: RFC 9068 access tokens, OIDC ID Tokens, and refresh tokens and codes, which are sealed handles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.apps.signing_algorithm import signing_alg
from idp.domain.errors import InvalidGrant, InvalidToken, OAuthError
from idp.services.apps.subjects import PAIRWISE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock, NewId
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.tokens.grant import Grant
    from idp.services.apps.subjects import Subjects
    from idp.services.keys.keyring import Keyring
    from idp.services.keys.signing_key import SigningKey
    from idp.settings import Settings

CODE, REFRESH, GRANT = "code", "refresh_token", "grant"
"""The purposes under which handles are sealed."""
ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "Ed25519"})
LEEWAY = 0
"""Seconds of clock difference that are accepted for tokens of this provider. None is needed, because one clock issues and checks them."""


class Handle(NamedTuple):
    """The content of a code or refresh token: a grant, and the generation of a refresh token.

    `org_id`: the organisation of the grant, or empty, so that the membership is read together with the grant.
    """

    user_id: str
    grant_id: str
    generation: int = 0
    org_id: str = ""


class Tokens:
    """Issues and verifies tokens. `clock` returns epoch seconds."""

    def __init__(self, settings: Settings, keyring: Keyring, subjects: Subjects, clock: Clock, new_id: NewId) -> None:
        self._settings, self._keyring, self._subjects, self._clock, self._new_id = settings, keyring, subjects, clock, new_id

    def seal_code(self, grant: Grant) -> str:
        """The code of a grant (RFC 6749 §4.1.2). It is sealed, so that it cannot be guessed (RFC 6749 §10.10)."""
        return self._keyring.sealer().seal(CODE, [grant.user_id, grant.id, *([0, grant.org_id] if grant.org_id else [])])

    def seal_refresh_token(self, grant: Grant, generation: int) -> str:
        """The refresh token of a generation. It is deterministic, so a retry gets the same token."""
        return self._keyring.sealer().seal(REFRESH, [grant.user_id, grant.id, generation, *([grant.org_id] if grant.org_id else [])])

    def open(self, purpose: str, handle: str) -> Handle | None:
        """The content of a code or refresh token, or None for what this provider did not seal for this purpose. Raises as `unseal`."""
        payload = self.unseal(purpose, handle)
        return Handle(*payload) if isinstance(payload, list) else None

    def seal(self, purpose: str, payload: object, *, packed: bool = False) -> str:
        """Seal a payload into a handle, for example a pushed request. `packed`: compress it first."""
        return self._keyring.sealer().seal(purpose, payload, packed=packed)

    def unseal(self, purpose: str, handle: str) -> object | None:
        """The payload that was sealed for this purpose. None for any other handle.

        Raises:
            StandsBy: another region took over and sealed it, and this region does not know that yet. A refusal would end a valid grant.
        """
        sealer = self._keyring.sealer()
        found: object | None = sealer.open(purpose, handle)
        if found is None and sealer.is_of_later_home(purpose, handle):
            from idp.services.keys.serving import StandsBy  # only a deployment with two regions loads it

            raise StandsBy(detail="region: another region serves, by the home of a handle; this one cannot read which")
        return found

    def sign(self, client: Client, claims: dict[str, Any], *, typ: str, chosen: str | None) -> str:
        """A signed JWT with these claims for this client. `chosen`: the algorithm that the client registered for this kind of answer."""
        return self._sign(claims, typ=typ, alg=self.alg(client, chosen))

    def alg(self, client: Client, chosen: str | None) -> str:
        """The algorithm of a JWT for this client (`domain.apps.signing_algorithm`)."""
        return signing_alg(client, chosen, self._settings.algorithms)

    def issue_access_token(
        self,
        client: Client,
        *,
        scopes: Sequence[str],
        grant: Grant | None = None,
        resources: Sequence[str] = (),
        confirmation: Mapping[str, str] | None = None,
        details: Sequence[Mapping[str, Any]] = (),
        act: Mapping[str, Any] | None = None,
        until: int | None = None,
        more: Mapping[str, Any] | None = None,
        organisation: OrganisationProfile | None = None,
    ) -> str:
        """A JWT access token (RFC 9068 §2.2). Without a grant the client is its own subject (client_credentials).

        See RFC 7519 §4.1.7, RFC 8705 §3.1, RFC 9068 §2.1, §3, RFC 9449 §6.1.

        The private claim `cst` is the client's stamp, if the token has no grant of this client. The token then ends when the client is
        deleted or disabled, also if a later client gets its id. `ost`, of a token without a grant for an organisation, is the stamp of the
        organisation: the token ends when that is disabled.

        `details`: authorization details (RFC 9396 §9.1).
        `act`: the actor (RFC 8693 §4.1). `until`: epoch seconds after which the token is never valid.
        `more`: mapped claims. They never replace the claims of this method.
        `confirmation`: the `cnf` of the token (RFC 7800 §3.1). A client that must bind its tokens never gets an unbound one.
        `organisation`: that of the grant, or of the client itself. A token without it would be valid for the whole deployment.
        """
        if client.is_sender_constrained and not confirmation:
            raise OAuthError("invalid_request", "token.not_bound")
        of_organisation = _organisation_claims(organisation, grant.org_id if grant else client.org_id)
        now = self._clock()
        audience = list(resources or client.resources) or [self._settings.issuer]
        claims: dict[str, Any] = {
            **(more or {}),
            "iss": self._settings.issuer,
            "sub": self._subjects.of(client, grant.user_id) if grant else client.id,
            "aud": audience[0] if len(audience) == 1 else audience,
            "client_id": client.id,
            "iat": now,
            "exp": min(now + self._settings.access_token_lifetime, until or now + self._settings.access_token_lifetime),
            "jti": self._new_id(),
            **of_organisation,
        }
        if act:
            claims["act"] = dict(act)
        if scopes:
            claims["scope"] = " ".join(scopes)
        if grant:
            sign_in = {"auth_time": grant.auth_time, "acr": grant.acr, "amr": list(grant.amr)}
            # A grant by assertion has no sign-in here: unknown claims are left out (RFC 9068 §2.2.1).
            claims |= {name: value for name, value in sign_in.items() if value} | {"gid": self._grant_claim(client, grant)}
        if client.stamp and (grant is None or grant.client_id != client.id):
            claims["cst"] = client.stamp  # no grant of this client identifies its incarnation
        if organisation and grant is None:
            claims["ost"] = organisation.security_stamp  # a grant has the stamp itself
        if details:
            claims["authorization_details"] = [dict(detail) for detail in details]
        if confirmation:
            claims["cnf"] = dict(confirmation)
        return self.sign(client, claims, typ="at+jwt", chosen=client.access_token_signed_response_alg)

    def issue_id_token(
        self, client: Client, grant: Grant, *, nonce: str | None, access_token: str, more: Mapping[str, Any] | None = None,
        code: str | None = None, organisation: OrganisationProfile | None = None,
    ) -> str:  # fmt: skip
        """An ID Token (OIDC Core §2) about the sign-in of the grant.

        `more`: claims about the user and mapped claims (§5.4, §5.5). They never replace the claims of this method.
        `code`: the redeemed code. For a FAPI client the ID Token has c_hash (OIDC Core §3.3.2.11) and s_hash; others use PKCE.
        """
        from idp.domain.tokens.half_hash import fits_algorithm, half_hash  # loads with the first ID Token

        now, alg = self._clock(), self.alg(client, client.id_token_signed_response_alg)
        claims: dict[str, Any] = {
            **(more or {}),
            "iss": self._settings.issuer,
            "sub": self._subjects.of(client, grant.user_id),
            "aud": client.id,
            "iat": now,
            "exp": now + self._settings.id_token_lifetime,
            "auth_time": grant.auth_time,
            "acr": grant.acr,
            "amr": list(grant.amr),
            "at_hash": half_hash(access_token, alg),
            **_organisation_claims(organisation, grant.org_id),
        }
        if client.has_session_id_claim:
            claims["sid"] = grant.session_id
        if nonce is not None:
            claims["nonce"] = nonce
        if code is not None and client.is_fapi:
            claims["c_hash"] = half_hash(code, alg)
            if grant.s_hash and fits_algorithm(grant.s_hash, alg):
                claims["s_hash"] = grant.s_hash
        return self._sign(claims, typ="JWT", alg=alg)

    def verify_access_token(self, token: str, *, audience: str | None = None) -> dict[str, Any]:
        """The claims of a valid access token of this provider: signature, typ, issuer, audience (if given) and times are checked.

        Raises:
            InvalidToken: the token is not valid. The caller checks liveness.
        """
        claims = self._verify(token, typ="at+jwt")
        if claims is None or not isinstance(exp := claims.get("exp"), int) or self._clock() >= exp + LEEWAY:
            raise InvalidToken
        if not _texts(claims, "sub", "client_id", "jti"):  # RFC 9068 §2.2: REQUIRED
            raise InvalidToken(detail="claims")
        audiences = claims.get("aud")
        if audience is not None and audience not in (audiences if isinstance(audiences, list) else [audiences]):
            raise InvalidToken(detail="audience")
        return {**claims, **self._open_grant(claims)}

    def _grant_claim(self, client: Client, grant: Grant) -> str:
        """The value of `gid`, by which a token refers to its grant.

        It is sealed for a client with pairwise subjects, which must not get the user's id from it (OIDC Core §8.1).
        """
        return self.seal(GRANT, [grant.user_id, grant.id]) if client.subject_type == PAIRWISE else grant.id

    def _open_grant(self, claims: dict[str, Any]) -> dict[str, Any]:
        """`uid` and `gid`: the user and the grant of the token. Empty for a client's own token."""
        gid = claims.get("gid")
        if not isinstance(gid, str):
            return {}
        opened = self.unseal(GRANT, gid) if "." in gid else [claims["sub"], gid]
        if not isinstance(opened, list):
            raise InvalidToken(detail="grant")
        return {"uid": opened[0], "gid": opened[1]}

    def verify_id_token(self, token: str) -> dict[str, Any] | None:
        """The claims of an ID Token of this provider, signed by a key in use; None for anything else. The caller checks the times."""
        return _only_id_token_claims(self._verify(token, typ="JWT"))

    def verify_id_token_hint(self, token: str) -> dict[str, Any] | None:
        """The claims of an ID Token of this provider, expired or not (RP-Initiated Logout §2); None for anything else.

        Retired keys are accepted for the longest life of a session (IDP_SESSION_ABSOLUTE_LIFETIME), because the hint of a session may be
        older than the current key. Such a hint only names the user who was signed in. It gives no access.
        """
        lasts = self._settings.session_absolute_lifetime
        return _only_id_token_claims(self._verify(token, typ="JWT", key_of=lambda kid: self._keyring.of_hint(kid, lasts)))

    def _verify(self, token: str, *, typ: str, key_of: Callable[[str], SigningKey | None] | None = None) -> dict[str, Any] | None:
        from idp.services.keys import jose  # a cold start that verifies nothing does not load joserfc

        header = jose.unverified_header(token, jose.MAX_ID_TOKEN if typ == "JWT" else jose.MAX_TOKEN)
        key = self._verifying_key(header, typ, key_of or self._keyring.verifying)
        claims = jose.verify(token, key.public, alg=key.alg) if key else None
        if claims and key_of is None and claims.get("iat", 0) < self._keyring.serves_since():
            return None  # of another home (FI-11): its revocation may not have arrived
        return claims if claims and claims.get("iss") == self._settings.issuer else None

    @staticmethod
    def _verifying_key(header: dict[str, Any] | None, typ: str, key_of: Callable[[str], SigningKey | None]) -> SigningKey | None:
        if not header or header.get("typ") != typ or set(header) != {"alg", "typ", "kid"} or not isinstance(header["kid"], str):
            return None  # only the three members that this provider writes: no crit, b64, jwk, jku, x5u, x5c (RFC 8725 §3.1, §3.10)
        key = key_of(header["kid"])
        return key if key and key.alg in ALGORITHMS and header["alg"] == key.alg else None

    def _sign(self, claims: dict[str, Any], *, typ: str, alg: str) -> str:
        from idp.services.keys import jose

        key = self._keyring.active(alg)
        return jose.sign(claims, key.jose, kid=key.kid, alg=key.alg, typ=typ)


def _only_id_token_claims(claims: dict[str, Any] | None) -> dict[str, Any] | None:
    """The claims, if they are those of an ID Token. Other JWTs of this provider have the same typ, but no auth_time."""
    return claims if claims and _texts(claims, "sub", "aud") and "auth_time" in claims else None


def _organisation_claims(organisation: OrganisationProfile | None, org_id: str) -> dict[str, str]:
    """The claims `org_id` and `org_name` (its slug). `org_id`: the organisation for which the token must be, or empty."""
    if (organisation.id if organisation else "") != org_id:
        raise InvalidGrant(detail="organisation")
    return {"org_id": organisation.id, "org_name": organisation.slug} if organisation else {}


def _texts(claims: dict[str, Any], *names: str) -> bool:
    """Whether each of these claims is a text that is not empty."""
    return all(isinstance(claims.get(name), str) and claims[name] for name in names)
