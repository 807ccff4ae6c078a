"""DPoP binds access tokens, codes and refresh tokens of public clients (RFC 9449 §5, §7, §10). A client can require it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.oidc.forging import claims_of
from tests.integration.oidc.proving import Signer, bound, dpop, proof
from tests.support.calling import bearer
from tests.support.deployment import SPA, VERIFIER, WEB, App, Deployment, asked_by

if TYPE_CHECKING:
    from tests.support.calling import Answer

KEY, OTHER_KEY = Signer(), Signer()


def call(idp: Deployment, client: App, path: str, form: dict[str, str], *proofs: str) -> Answer:
    """Send a request of this client with these proofs."""
    if client.client.is_public:
        return idp.post(path, {"client_id": client.id, **form}, headers=dpop(*proofs))
    return idp.post(path, form, auth=client.auth, headers=dpop(*proofs))


def redeem(idp: Deployment, client: App, code: str, *proofs: str) -> Answer:
    """Send the token request for a code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri, "code_verifier": VERIFIER}
    return call(idp, client, "/token", form, *proofs)


def refresh(idp: Deployment, client: App, token: str, *proofs: str) -> Answer:
    """Send the token request for a refresh token."""
    return call(idp, client, "/token", {"grant_type": "refresh_token", "refresh_token": token}, *proofs)


def new(idp: Deployment, key: Signer = KEY) -> str:
    """Return a new proof for the token endpoint."""
    return proof(key, idp.clock())


def tokens(idp: Deployment, client: App, key: Signer = KEY) -> dict[str, Any]:
    """Return tokens that are bound to a key."""
    answer = redeem(idp, client, idp.code(client, idp.person()), new(idp, key))
    assert answer.status == 200, answer.text
    return answer.json


@pytest.mark.parametrize("client", [SPA, WEB], ids=lambda c: c.id)
def test_tokens_of_a_code(idp: Deployment, client: App) -> None:
    """§5: token_type DPoP and cnf.jkt. The ID Token is not bound."""
    answer = tokens(idp, client)
    assert answer["token_type"] == "DPoP"
    assert claims_of(answer["access_token"])["cnf"] == {"jkt": KEY.jkt}
    assert "cnf" not in claims_of(answer["id_token"])


def test_a_wrong_proof_leaves_the_code_as_it_was(idp: Deployment) -> None:
    """A request with a wrong proof does not use the code, because the code is marked as used by the last write."""
    code = idp.code(SPA, idp.person())
    assert redeem(idp, SPA, code, proof(KEY, idp.clock() - 3600)).error == "invalid_dpop_proof"
    assert redeem(idp, SPA, code, new(idp)).status == 200


def test_a_proof_that_was_used_leaves_the_code_as_it_was(idp: Deployment) -> None:
    """§11.1: a request with a replayed proof does not use its code."""
    said = new(idp)
    assert redeem(idp, SPA, idp.code(SPA, idp.person()), said).status == 200
    code = idp.code(SPA, idp.person())
    assert redeem(idp, SPA, code, said).error == "invalid_dpop_proof"
    assert redeem(idp, SPA, code, new(idp)).status == 200


def test_a_wrong_code_leaves_the_proof_as_it_was(idp: Deployment) -> None:
    """A refused request does not mark its proof as used."""
    said = new(idp)
    assert redeem(idp, SPA, "x.y", said).error == "invalid_grant"
    assert redeem(idp, SPA, idp.code(SPA, idp.person()), said).status == 200


def test_refresh_tokens_of_public_clients_are_bound(idp: Deployment) -> None:
    """§5: "the refresh token … MUST be bound"; each refresh needs a proof of that key, and a refused refresh does not use the token."""
    first = tokens(idp, SPA)["refresh_token"]
    for proofs in ((), (new(idp, OTHER_KEY),)):
        answer = refresh(idp, SPA, first, *proofs)
        assert (answer.status, answer.error) == (400, "invalid_grant")
    for _ in range(3):
        answer = refresh(idp, SPA, first, new(idp))
        assert answer.status == 200, answer.text
        assert claims_of(answer.json["access_token"])["cnf"] == {"jkt": KEY.jkt}
        first = answer.json["refresh_token"]
    assert refresh(idp, SPA, first, new(idp, OTHER_KEY)).error == "invalid_grant"


def test_refresh_tokens_of_confidential_clients_are_not(idp: Deployment) -> None:
    """§5: they "are not bound to the DPoP proof public key because they are already sender-constrained" by authentication."""
    answer = refresh(idp, WEB, tokens(idp, WEB)["refresh_token"], new(idp, OTHER_KEY))
    assert claims_of(answer.json["access_token"])["cnf"] == {"jkt": OTHER_KEY.jkt}
    assert refresh(idp, WEB, answer.json["refresh_token"]).json["token_type"] == "Bearer"


def test_a_public_client_that_begins_without_stays_free(idp: Deployment) -> None:
    """§5: only tokens that were requested with a proof are bound."""
    token = idp.tokens(SPA, idp.person())["refresh_token"]
    answer = refresh(idp, SPA, token, new(idp))
    assert answer.json["token_type"] == "DPoP"
    assert refresh(idp, SPA, answer.json["refresh_token"]).json["token_type"] == "Bearer"


def test_dpop_jkt_binds_the_code(idp: Deployment) -> None:
    """§10: the token request needs a proof of that key: "if they do not match, it MUST reject the request"."""
    for client in (SPA, WEB):
        code = idp.code(client, idp.person(), dpop_jkt=KEY.jkt)
        for proofs in ((), (new(idp, OTHER_KEY),)):
            answer = redeem(idp, client, code, *proofs)
            assert (answer.status, answer.error) == (400, "invalid_grant")
        assert redeem(idp, client, code, new(idp)).status == 200


@pytest.mark.parametrize(
    "jkt",
    ["x", KEY.jkt + "=", KEY.jkt[:-1], KEY.jkt + "A", "é" * 43, " " * 43, "A" * 5000],
    ids=["short", "padded", "cut", "longer", "other letters", "blank", "long"],  # the key is another in each process
)
def test_a_malformed_thumbprint_is_refused(idp: Deployment, jkt: str) -> None:
    """§10: the authorization request is refused, since no key can match the thumbprint."""
    answer = idp.authorize(idp.browser(idp.person()), SPA, dpop_jkt=jkt).answered
    assert answer["error"] == "invalid_request"


def push(idp: Deployment, client: App, *proofs: str, **changes: str | None) -> Answer:
    """Push a request."""
    return call(idp, client, "/par", {k: v for k, v in asked_by(client, **changes).items() if k != "client_id"}, *proofs)


def code_of(idp: Deployment, client: App, answer: Answer) -> str:
    """Return the code that a pushed request leads to."""
    assert answer.status == 201, answer.text
    asked = {"client_id": client.id, "request_uri": answer.json["request_uri"]}
    return idp.browser(idp.person()).get("/authorize", asked).answered["code"]


def at_par(idp: Deployment, key: Signer = KEY) -> str:
    """Return a proof for the PAR endpoint."""
    return proof(key, idp.clock(), "/par")


@pytest.mark.parametrize("client", [SPA, WEB], ids=lambda c: c.id)
def test_a_proof_at_par_binds_the_code(idp: Deployment, client: App) -> None:
    """§10.1: "the authorization server MUST … bind the authorization code", as if dpop_jkt named its key."""
    code = code_of(idp, client, push(idp, client, at_par(idp)))
    for proofs in ((), (new(idp, OTHER_KEY),)):
        assert redeem(idp, client, code, *proofs).error == "invalid_grant"
    assert redeem(idp, client, code, new(idp)).status == 200


def test_dpop_jkt_in_a_pushed_request(idp: Deployment) -> None:
    """§10: dpop_jkt binds the code, also together with a proof of the same key."""
    for proofs in ((), (at_par(idp),)):
        code = code_of(idp, WEB, push(idp, WEB, *proofs, dpop_jkt=KEY.jkt))
        assert redeem(idp, WEB, code, new(idp, OTHER_KEY)).error == "invalid_grant"
        assert redeem(idp, WEB, code, new(idp)).status == 200


def test_dpop_jkt_and_a_proof_that_differ(idp: Deployment) -> None:
    """§10.1: "If there is a mismatch, it MUST reject the request"."""
    answer = push(idp, WEB, at_par(idp), dpop_jkt=OTHER_KEY.jkt)
    assert (answer.status, answer.error) == (400, "invalid_dpop_proof")


def test_proofs_at_par_are_checked_as_everywhere(idp: Deployment) -> None:
    """§10.1 with §4.3: a proof for another URL or method, an old one and a second use are refused."""
    for wrong in (new(idp), proof(KEY, idp.clock() - 3600, "/par"), proof(KEY, idp.clock(), "/par", method="GET")):
        assert push(idp, WEB, wrong).error == "invalid_dpop_proof"
    said = at_par(idp)
    assert push(idp, WEB, said, said).error == "invalid_dpop_proof"
    assert push(idp, WEB, said).status == 201
    assert push(idp, WEB, said).error == "invalid_dpop_proof"


def test_clients_that_have_to(idp: Deployment) -> None:
    """§5.2: dpop_bound_access_tokens: "MUST reject token requests from the client that do not contain the DPoP header"."""
    client = idp.app(dpop_bound_access_tokens=True, grant_types=("authorization_code", "refresh_token", "client_credentials"))
    code = idp.code(client, idp.person())
    refusals = [redeem(idp, client, code), call(idp, client, "/token", {"grant_type": "client_credentials"})]
    token = redeem(idp, client, code, new(idp)).json["refresh_token"]
    for answer in (*refusals, refresh(idp, client, token)):
        assert (answer.status, answer.error) == (400, "invalid_dpop_proof")
    assert refresh(idp, client, token, new(idp)).status == 200


def test_introspection_tells_of_the_key(idp: Deployment) -> None:
    """§6.2: the answer has cnf and token_type DPoP. For an unbound token it has token_type Bearer."""
    told = idp.call(WEB, "/introspect", token=tokens(idp, WEB)["access_token"]).json
    assert (told["active"], told["token_type"], told["cnf"]) == (True, "DPoP", {"jkt": KEY.jkt})
    told = idp.call(WEB, "/introspect", token=idp.tokens(WEB, idp.person())["access_token"]).json
    assert (told["token_type"], "cnf" in told) == ("Bearer", False)


def test_revocation_needs_no_proof(idp: Deployment) -> None:
    """RFC 7009: the client authenticates as usual, and a bound token is revoked like any other."""
    answer = tokens(idp, WEB)
    assert idp.call(WEB, "/revoke", token=answer["refresh_token"]).status == 200
    said = proof(KEY, idp.clock(), "/userinfo", "GET", token=answer["access_token"])
    assert idp.get("/userinfo", headers=bound(answer["access_token"], said)).status == 401


def test_the_admin_api_takes_bound_tokens_with_their_proof(fresh: Deployment) -> None:
    """§7: the path is part of the proof. Without a proof, with Bearer, for another path or with another key a request is refused."""
    idp = fresh
    resource = idp.services.settings.admin_resource
    service = idp.app(grant_types=("client_credentials",), scopes=("users:read",), resources=(resource,), redirect_uris=())
    path = "/admin/v1/users"
    scope = {"scope": "users:read"}
    token = idp.post("/token", {"grant_type": "client_credentials", **scope}, auth=service.auth, headers=dpop(new(idp))).json[
        "access_token"
    ]
    plain = idp.get(path, headers=bearer(token))
    assert (plain.status, plain.json["error"]) == (401, "invalid_token")
    for said in (
        (),
        (proof(KEY, idp.clock(), "/admin/v1/clients", "GET", token=token),),
        (proof(OTHER_KEY, idp.clock(), path, "GET", token=token),),
        (proof(KEY, idp.clock(), path, "GET"),),
        (proof(KEY, idp.clock(), path, "POST", token=token),),
    ):
        answer = idp.get(path, headers=bound(token, *said))
        assert answer.status == 401, answer.text
        assert (answer.header("www-authenticate") or "").startswith("DPoP")
    good = proof(KEY, idp.clock(), path, "GET", token=token)
    assert idp.get(path, headers=bound(token, good)).status == 200
    assert idp.get(path, headers=bound(token, good)).status == 401


def test_bearer_tokens_open_the_admin_api_as_before(fresh: Deployment) -> None:
    """The scheme Bearer works for unbound tokens; the scheme DPoP is refused for them."""
    resource = fresh.services.settings.admin_resource
    service = fresh.app(grant_types=("client_credentials",), scopes=("users:read",), resources=(resource,), redirect_uris=())
    token = fresh.post("/token", {"grant_type": "client_credentials", "scope": "users:read"}, auth=service.auth).json["access_token"]
    assert fresh.get("/admin/v1/users", headers=bearer(token)).status == 200
    said = proof(KEY, fresh.clock(), "/admin/v1/users", "GET", token=token)
    assert fresh.get("/admin/v1/users", headers=bound(token, said)).status == 401
