"""Assertions as grants (RFC 7523 §2.1, §3) and Identity Assertion Authorization Grants at the resource's side (ID-JAG §4.4)."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.grant_types import JWT_BEARER
from idp.domain.errors import Invalid, InvalidGrant
from idp.oauth.token.assertion import verify_assertion
from idp.services.audit.recorder import SYSTEM
from tests.integration.oidc.assertions import JWKS, KEYS, sign
from tests.integration.oidc.engine import watched
from tests.integration.oidc.forging import b64, claims_of
from tests.integration.oidc.proving import Signer, dpop, proof
from tests.integration.oidc.proving import assertion as client_assertion
from tests.integration.oidc.registering import as_json
from tests.integration.oidc.trusting import SCOPES, TYP, Json, Trusting, trusted_site, trusting_world  # noqa: F401  # fixtures
from tests.support.calling import Answer, bearer
from tests.support.deployment import API, ISSUER, OTHER_API, App, Deployment
from tests.support.tls import HttpsSite


def refused(answer: Answer, error: str = "invalid_grant") -> bool:
    """RFC 7521 §4.1.1: the error is invalid_grant."""
    return (answer.status, answer.error) == (400, error) and "access_token" not in answer.json


def test_an_access_token_for_what_was_asserted(world: Trusting) -> None:
    """§4.4.2: the token is about the linked user, for the asserted resource and scopes. No refresh token, ID Token or acr comes with it."""
    answer = world.ask(auth_time=world.idp.clock() - 100, acr="phr", amr=["hwk"])
    assert answer.status == 200, answer.text
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "scope", "resource"}
    assert (answer.json["token_type"], answer.json["scope"], answer.json["resource"]) == ("Bearer", "orders email", API)
    assert answer.header("cache-control") == "no-store"
    told = world.idp.services.tokens.verify_access_token(answer.json["access_token"])
    assert (told["sub"], told["aud"], told["client_id"], told["scope"]) == (world.person.id, API, world.app.id, "orders email")
    assert told["auth_time"] == world.idp.clock() - 100
    assert not {"acr", "amr", "act"} & set(told)
    assert world.idp.alive(world.app, answer.json["access_token"])
    (event,) = [event for event in world.idp.events(world.person) if event.type == "assertion.accepted"]
    assert (event.actor, event.details["issuer"]) == (world.app.id, world.issuer.issuer)


def test_it_is_off_unless_switched_on(idp: Deployment) -> None:
    """The grant type is unsupported, no client can be registered for it, and metadata does not list it."""
    assert idp.post("/token", {"grant_type": JWT_BEARER, "assertion": "x"}).error == "unsupported_grant_type"
    document = idp.get("/.well-known/openid-configuration").json
    assert JWT_BEARER not in document["grant_types_supported"]
    assert not {"authorization_grant_profiles_supported", "identity_chaining_requested_token_types_supported"} & set(document)
    with pytest.raises(Invalid):
        idp.services.client_service.create({"grant_types": [JWT_BEARER], "scope": ""}, scope=DEPLOYMENT)


def test_metadata_when_it_is_on(world: Trusting) -> None:
    """ID-JAG §7.2: metadata list the profile and the grant, but no trusted issuer (§8.4)."""
    answer = world.idp.get("/.well-known/oauth-authorization-server")
    assert answer.json["authorization_grant_profiles_supported"] == ["urn:ietf:params:oauth:grant-profile:id-jag"]
    assert JWT_BEARER in answer.json["grant_types_supported"]
    assert world.issuer.issuer not in answer.text


def test_registering_for_it(world: Trusting) -> None:
    """An admin may register the grant for a confidential client, but not for a public one (§8.1)."""
    create = world.idp.services.client_service.create
    assert create({"grant_types": [JWT_BEARER], "scope": ""}, scope=DEPLOYMENT)[0].grant_types == (JWT_BEARER,)
    with pytest.raises(Invalid):
        create({"grant_types": [JWT_BEARER], "scope": "", "token_endpoint_auth_method": "none"}, scope=DEPLOYMENT)
    with pytest.raises(Invalid):
        create({"grant_types": [JWT_BEARER, "refresh_token"], "scope": ""}, scope=DEPLOYMENT)


def test_it_counts_once(world: Trusting) -> None:
    """RFC 7523 §3 (7): a second use is refused for each client, and recorded."""
    assertion = sign(world.claims(), typ=TYP)
    assert world.send(assertion).status == 200
    assert refused(world.send(assertion))
    assert refused(world.ask(jti=claims_of(assertion)["jti"], exp=world.idp.clock() + 200))
    assert [event.outcome for event in world.idp.events(world.person) if event.type == "assertion.replayed"] == ["failure", "failure"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None}, {"iss": "https://other.example"}, {"iss": ["https://other.example"]}, {"iss": ISSUER}, {"sub": None}, {"sub": ""},
        {"sub": 7}, {"sub": "somebody else"}, {"sub": "\ud800"}, {"aud": None}, {"aud": ISSUER + "/"}, {"aud": ISSUER + "/token"},
        {"aud": []}, {"aud": [ISSUER, "https://other.example"]}, {"aud": [ISSUER, ISSUER]}, {"aud": {"a": ISSUER}}, {"aud": ISSUER.upper()},
        {"client_id": None}, {"client_id": "web"}, {"client_id": ""}, {"client_id": ["a"]}, {"jti": None}, {"jti": ""}, {"jti": 1},
        {"jti": "x" * 1025}, {"tenant": "acme"}, {"tenant": 1}, {"act": {"sub": "agent"}}, {"may_act": {}}, {"aud_tenant": "t"},
        {"cnf": {"jkt": "x"}}, {"cnf": {}}, {"cnf": "x"}, {"cnf": {"kid": "1"}}, {"scope": ["orders"]}, {"scope": 1}, {"resource": 1},
        {"resource": [1]}, {"resource": {"a": API}},
    ],
)  # fmt: skip
def test_claims_that_are_missing_or_wrong(world: Trusting, changes: Json) -> None:
    """Each change alone leads to invalid_grant, and no grant of a user is written."""
    assert refused(world.ask(**changes))
    assert world.idp.services.grants.of(world.person.id) == []


@pytest.mark.parametrize(
    "times",
    [
        {"exp": None}, {"exp": 0}, {"exp": -1}, {"exp": 3661}, {"exp": 10**9}, {"iat": None}, {"iat": 61}, {"nbf": 61},
        {"iat": -3400, "exp": 300}, {"iat": -(10**400), "exp": 0.5},
    ],
)  # fmt: skip
def test_times_that_are_not_of_now(world: Trusting, times: dict[str, float | None]) -> None:
    """RFC 7523 §3 (4) to (6): expired, too long, future and missing times are refused. The values are seconds from now."""
    now = world.idp.clock()
    assert refused(world.ask(**{name: None if value is None else now + value for name, value in times.items()}))


@pytest.mark.parametrize("value", ["1800000300", True, None, [], {}, float("nan"), float("inf"), -float("inf"), 10**400])
@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
def test_times_that_are_none(world: Trusting, name: str, value: object) -> None:
    """A NumericDate must be a number; null is refused, too."""
    claims = {**world.claims(), name: value}
    assert refused(world.send(sign(claims, typ=TYP)))


def test_times_at_the_edge(world: Trusting) -> None:
    """A fraction is a valid time, and the issuer's clock may be a minute ahead."""
    now = world.idp.clock()
    assert world.ask(iat=now + 60, nbf=now + 60, exp=now + 3660).status == 200
    assert world.ask(iat=now - 0.5, exp=now + 0.5).status == 200


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "at+jwt", "id-jag+jwt", "oauth-id-jag", "client-authentication+jwt", ""])
def test_another_kind_of_token(world: Trusting, typ: str | None) -> None:
    """§4.4.1: "Validate the JWT typ"; an ID Token of the same issuer, signed with the same key, is refused."""
    assert refused(world.send(sign(world.claims(), **({} if typ is None else {"typ": typ}))))


def test_the_type_in_its_long_form(world: Trusting) -> None:
    """RFC 7515 §4.1.9: the prefix "application/" is optional, and case is ignored."""
    assert world.send(sign(world.claims(), typ="application/OAuth-ID-JAG+jwt")).status == 200


def test_a_forged_signature_is_refused(world: Trusting) -> None:
    """A token is refused with alg none, a MAC by the public key, an algorithm that the admin did not allow, or another issuer's key."""
    claims = world.claims()
    unsigned = f"{b64(json.dumps({'alg': 'none', 'typ': TYP}))}.{b64(json.dumps(claims))}."
    public = KEYS["EC"].as_dict(private=False)
    mac = sign_with_hmac(claims, json.dumps(public).encode())
    foreign = sign(claims, key=ECKey.generate_key("P-256"), typ=TYP)
    others = (sign(claims, alg="RS512", typ=TYP), sign(claims, typ=TYP, kid="nobody"), "x", "a.b.c", "x" * 9000)
    for assertion in (unsigned, mac, foreign, *others):
        assert refused(world.send(assertion)), assertion[:40]
    world.trust(algorithms=("ES256",))
    assert refused(world.send(sign(claims, alg="PS256", typ=TYP)))
    assert world.send(sign(claims, typ=TYP)).status == 200


def sign_with_hmac(claims: Json, secret: bytes) -> str:
    """HS256 with the public key as the secret is refused."""
    from joserfc import jws

    head = {"alg": "HS256", "typ": TYP, "kid": "EC"}
    return jws.serialize_compact(head, json.dumps(claims).encode(), OctKey.import_key(secret), algorithms=["HS256"])


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"])
def test_what_it_may_be_signed_with(world: Trusting, alg: str) -> None:
    """Each algorithm that this provider verifies is accepted. EdDSA is the old name of Ed25519."""
    assert world.send(sign(world.claims(), alg=alg, typ=TYP)).status == 200


def test_a_header_leads_nowhere(world: Trusting) -> None:
    """RFC 8725 §3.10: a key or a key's URL in the token is not used; a token with crit is refused."""
    key = ECKey.generate_key("P-256")
    for more in ({"jwk": key.as_dict(private=False)}, {"jku": "https://evil.example/jwks"}, {"x5u": "https://evil.example/c"}):
        assert refused(world.send(sign(world.claims(), key=key, typ=TYP, **more)))
    assert refused(world.send(sign(world.claims(), typ=TYP, crit=["exp"])))


def test_only_clients_of_the_issuer_may_use_the_grant(world: Trusting) -> None:
    """The client must be confidential, named in the claim, allowed by the issuer and registered. The error shows no trusted issuer."""
    other = world.idp.app(grant_types=(JWT_BEARER,), redirect_uris=(), scopes=SCOPES, resources=(API,))
    stranger = world.send(sign(world.claims(client_id=other.id), typ=TYP), other)
    unknown = world.ask(iss="https://nobody.example")
    assert stranger.json == unknown.json == {
        "error": "invalid_grant", "error_description": "This client may not use assertions of this issuer.",
    }  # fmt: skip
    world.trust(clients=(world.app.id, other.id))
    assert refused(world.send(sign(world.claims(), typ=TYP), other))
    public = world.idp.app(secret=False, grant_types=(JWT_BEARER,), redirect_uris=(), resources=(API,))
    lacking = world.idp.app(resources=(API,))
    for client in (public, lacking):
        world.trust(clients=(client.id,))
        assert refused(world.send(sign(world.claims(client_id=client.id), typ=TYP), client), "unauthorized_client")
    wrong = App(world.app.client, "wrong")
    assert world.send(sign(world.claims(), typ=TYP), wrong).status == 401
    assert world.idp.post("/token", {"grant_type": JWT_BEARER, "assertion": sign(world.claims(), typ=TYP)}).status == 401


def test_a_client_that_took_the_id_of_another(world: Trusting) -> None:
    """The trusted issuer names the deleted client. An admin must name the new one again."""
    world.idp.change(world.app, incarnation="another")
    assert refused(world.ask())
    world.trust()
    assert world.ask().status == 200


def test_a_client_that_needs_a_second_factor(world: Trusting) -> None:
    """An assertion does not prove a second factor."""
    world.idp.change(world.app, require_mfa=True)
    assert refused(world.ask())


def test_scopes_are_limited_by_assertion_issuer_and_client(world: Trusting) -> None:
    """A scope must be asserted, allowed for the issuer and registered for the client; offline_access is never granted."""
    assert world.token(scope="orders more email offline_access unknown")["scope"] == "orders email"
    assert "scope" not in world.token(scope=None)
    assert "scope" not in world.token(scope="more")
    assertion = sign(world.claims(), typ=TYP)
    assert refused(world.send(assertion, scope="openid"), "invalid_scope")
    assert refused(world.send(assertion, scope='a"b'), "invalid_scope")
    assert refused(world.ask(scope='orders "'), "invalid_scope")
    assert world.send(assertion, scope="email").json["scope"] == "email"
    world.idp.change(world.app, scopes=("email",))
    assert world.token()["scope"] == "email"


def test_resources_are_limited_by_assertion_issuer_and_client(world: Trusting) -> None:
    """The same rule applies to audiences. An audience that is not allowed, or no audience, gets invalid_target."""
    for resource in (OTHER_API, "https://evil.example", [OTHER_API], []):
        assert refused(world.ask(resource=resource), "invalid_target")
    assert world.token(resource=[OTHER_API, API])["aud"] == API
    answer = world.ask(resource=None)
    assert "resource" not in answer.json
    assert world.idp.services.tokens.verify_access_token(answer.json["access_token"])["aud"] == API
    world.trust(audiences=(API, OTHER_API))
    assert world.token(resource=[OTHER_API, API])["aud"] == [API, OTHER_API]
    assertion = sign(world.claims(resource=[API, OTHER_API]), typ=TYP)
    assert refused(world.send(assertion, resource="https://evil.example"), "invalid_target")
    assert world.send(assertion, resource=OTHER_API).json["resource"] == OTHER_API
    world.trust(audiences=())
    assert refused(world.ask(resource=None), "invalid_target")


def test_never_for_the_admin_api(world: Trusting) -> None:
    """The admin API is refused even if the client is registered for it."""
    admin = ISSUER + "/admin/v1"
    world.idp.change(world.app, resources=(admin,), scopes=("users:read",))
    assert refused(world.ask(resource=admin, scope="users:read"), "invalid_target")
    assert refused(world.ask(resource=None), "invalid_target")


def test_people_who_are_not_known(world: Trusting) -> None:
    """A subject without a link, or with a link to a disabled or deleted user, is refused."""
    assert refused(world.ask(sub="stranger", email=world.person.email, email_verified=True))
    world.idp.alter(world.person, disabled=True)
    assert refused(world.ask())
    world.idp.alter(world.person, disabled=False)
    assert world.ask().status == 200
    now = world.idp.services.users.get(world.person.id)
    assert now
    world.idp.services.user_erasures.delete(now)
    assert refused(world.ask())


def test_by_address_where_an_admin_wants_it(world: Trusting) -> None:
    """The email must be verified on both sides and be in a domain of the issuer. A link takes precedence."""
    world.trust(email_domains=("example.com",))
    other = world.idp.person()
    assert world.token(sub="new", email=other.email, email_verified=True)["sub"] == other.id
    assert world.token(email=other.email, email_verified=True)["sub"] == world.person.id
    for claims in (
        {"email": other.email}, {"email": other.email, "email_verified": "true"}, {"email": other.email, "email_verified": False},
        {"email": "nobody@example.com", "email_verified": True}, {"email": [other.email], "email_verified": True},
        {"email": "not an address", "email_verified": True}, {"email": other.email.replace("a", "\uff41", 1), "email_verified": True},
    ):  # fmt: skip
        assert refused(world.ask(sub="new", **claims)), claims
    for facts in ({"totp_enabled": True}, {"mfa_required": True, "totp_enabled": False}, {"mfa_required": False, "email_verified": False}):
        world.idp.alter(other, **facts)
        assert refused(world.ask(sub="new", email=other.email, email_verified=True)), facts
    elsewhere = world.idp.person(email=f"{secrets.token_hex(6)}@other.example")
    assert refused(world.ask(sub="new", email=elsewhere.email, email_verified=True))


def test_tenants_of_the_issuer(world: Trusting) -> None:
    """§6: a subject belongs to one tenant. After a change of the trusted tenant the earlier links are not used."""
    world.trust(tenant="acme")
    assert refused(world.ask())
    assert refused(world.ask(tenant="acme"))
    world.idp.services.issuer_link_service.create(world.person.id, world.issuer.issuer, world.subject, by=SYSTEM, scope=DEPLOYMENT)
    assert world.ask(tenant="acme").status == 200
    assert refused(world.ask(tenant="globex"))


def test_what_an_admin_takes_away(world: Trusting) -> None:
    """Removing the issuer, the link or the user's access has effect at once. Tokens end with the link and with the user's grants."""
    token = world.ask().json["access_token"]
    assert world.idp.userinfo(token).status in {401, 403}  # without openid UserInfo refuses the token in any case
    assert world.idp.alive(world.app, token)
    (link,) = world.idp.services.issuer_link_service.of(world.person.id, scope=DEPLOYMENT)
    world.idp.services.issuer_link_service.delete(world.person.id, link.id, by=SYSTEM, scope=DEPLOYMENT)
    assert not world.idp.alive(world.app, token)
    assert refused(world.ask())
    world.idp.services.issuer_link_service.create(world.person.id, world.issuer.issuer, world.subject, by=SYSTEM, scope=DEPLOYMENT)
    token = world.ask().json["access_token"]
    world.idp.services.user_service.access.end_everything(
        world.idp.services.user_service.get(world.person.id, scope=DEPLOYMENT), SYSTEM, scope=DEPLOYMENT
    )
    assert not world.idp.alive(world.app, token)
    token = world.ask().json["access_token"]
    world.idp.clock.advance(world.idp.services.settings.access_token_lifetime)
    assert not world.idp.alive(world.app, token)
    world.idp.services.trusted_issuer_service.delete(world.issuer.id, by=SYSTEM, scope=DEPLOYMENT)
    assert refused(world.ask())


def test_userinfo_where_openid_was_allowed(world: Trusting) -> None:
    """The token gives access to the resources of its scopes."""
    token = world.ask(scope="openid email", resource=None).json["access_token"]
    answer = world.idp.get("/userinfo", headers=bearer(token))
    assert answer.json["sub"] == world.person.id


def test_bound_to_a_key(world: Trusting) -> None:
    """§8.6: cnf requires a proof with that key. A proof without cnf binds the token, too."""
    key, other = Signer(), Signer()

    def send(signer: Signer | None, **changes: Any) -> Answer:
        form = {"grant_type": JWT_BEARER, "assertion": sign(world.claims(**changes), typ=TYP)}
        headers = dpop(proof(signer, world.idp.clock())) if signer else []
        return world.idp.post("/token", form, auth=world.app.auth, headers=headers)

    mine = {"cnf": {"jkt": key.jkt}}
    assert refused(send(None, **mine))
    assert refused(send(other, **mine))
    assert refused(send(key, cnf={"jkt": key.jkt, "x5t#S256": "y"}))
    assert send(key, **mine).json["token_type"] == "DPoP"
    told = send(key).json
    assert world.idp.services.tokens.verify_access_token(told["access_token"])["cnf"] == {"jkt": key.jkt}


def test_plain_assertions_are_for_issuers_that_may_send_them(world: Trusting) -> None:
    """RFC 7523 §3: only for an issuer that an admin allowed to send them. Neither kind is accepted as the other."""
    jag = sign(world.claims(), typ=TYP)
    plain = {"client_id": None, "resource": None, "scope": None, "iat": None}
    world.trust(profile="jwt")
    assert refused(world.send(jag))
    for header in ({}, {"typ": "JWT"}, {"typ": "jwt"}):
        answer = world.send(sign(world.claims(**plain), **header))
        assert (answer.status, answer.json["scope"]) == (200, "openid email orders"), answer.text
    assert refused(world.send(sign(world.claims(**plain), typ="at+jwt")))
    assert refused(world.send(sign(world.claims(**{**plain, "client_id": "web"}))))
    for name in ("jti", "exp", "aud", "sub"):
        assert refused(world.send(sign(world.claims(**{**plain, name: None})))), name


def test_the_assertion_is_missing(world: Trusting) -> None:
    """RFC 7521 §4.1: the assertion is REQUIRED."""
    for assertion in (None, ""):
        answer = world.idp.call(world.app, "/token", grant_type=JWT_BEARER, assertion=assertion)
        assert refused(answer, "invalid_request")


def test_keys_that_cannot_be_had(world: Trusting) -> None:
    """If the issuer's host does not answer, the assertion is refused."""
    world.trust(jwks_uri="https://localhost:1/jwks")
    assert refused(world.ask())


def test_a_pairwise_client_gets_its_own_subject(world: Trusting) -> None:
    """The token has the user's pairwise sub for this client, as all its tokens do."""
    world.idp.change(world.app, subject_type="pairwise")
    assert world.token()["sub"] != world.person.id


def test_a_client_that_is_known_by_its_document(world: Trusting, site: tuple[HttpsSite, Path]) -> None:
    """§5: such a client's id is its URL. Its document has the grant and key, and an admin allows the URL. A public client is refused."""
    idp, key = world.idp, Signer()
    vars(idp.services)["settings"] = replace(idp.services.settings, client_id_metadata="on", registration_resources=API)
    url = f"https://localhost:{site[0].port}/agent-{secrets.token_hex(4)}.json"
    document = {
        "client_id": url, "client_name": "An agent", "redirect_uris": ["https://agent.example/cb"], "response_types": ["code"],
        "grant_types": ["authorization_code", JWT_BEARER], "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [{**key.public, "kid": "k1"}]},
    }  # fmt: skip

    def ask(document: Json, **form: str) -> Answer:
        site[0].answer = as_json(document)
        jag = sign(world.claims(client_id=url, scope=None), typ=TYP)
        return idp.post("/token", {"grant_type": JWT_BEARER, "assertion": jag, "client_id": url, **form})

    def by_key() -> dict[str, str]:
        return client_assertion(key, url, idp.clock())

    try:
        assert refused(ask(document, **by_key()))  # refused before its keys are fetched
        world.trust(clients=(url,), jwks_uri=f"https://localhost:{site[0].port}/jwks")
        site[0].answer = as_json(JWKS)
        jag = sign(world.claims(client_id=url, scope=None), typ=TYP)
        answer = idp.post("/token", {"grant_type": JWT_BEARER, "assertion": jag, "client_id": url, **by_key()})
        assert (answer.status, answer.json["resource"]) == (200, API)
        assert ask(document).status == 401
        idp.clock.advance(10 * 86400)
        assert refused(ask({**document, "token_endpoint_auth_method": "none", "jwks": None}), "unauthorized_client")
    finally:
        site[0].answer = as_json(JWKS)


def test_what_it_costs(world: Trusting) -> None:
    """An accepted assertion costs two reads and three writes. A replay costs one write less. A forged or unknown one costs one read."""
    idp, engine = watched(world.idp.services.settings, world.idp.clock)
    warm = Trusting(idp, world.app, world.person, world.issuer, world.subject)
    assert warm.ask().status == 200
    good = sign(warm.claims(), typ=TYP)
    for assertion, calls in (
        (good, ["BatchGetItem", "GetItem", "PutItem", "PutItem", "PutItem"]), (good, ["BatchGetItem", "GetItem", "PutItem", "PutItem"]),
        (good[:-8] + "AAAAAAAA", ["BatchGetItem"]), (sign(warm.claims(iss="https://nobody.example"), typ=TYP), ["BatchGetItem"]),
        (sign(warm.claims(sub="nobody"), typ=TYP), ["BatchGetItem"]), ("x", ["BatchGetItem"]),
    ):  # fmt: skip
        engine.forget()
        warm.send(assertion)
        assert engine.calls == calls


def test_an_issuer_that_another_one_is_mistaken_for(world: Trusting) -> None:
    """RFC 8725 §3.8: the iss must be the issuer whose keys verify the assertion, even if two issuers have the same keys."""
    good = sign(world.claims(), typ=TYP)
    assert verify_assertion(world.idp.services.provider, world.issuer, good, world.app.client)["sub"] == world.subject
    with pytest.raises(InvalidGrant):
        verify_assertion(world.idp.services.provider, replace(world.issuer, issuer="https://other.example"), good, world.app.client)
