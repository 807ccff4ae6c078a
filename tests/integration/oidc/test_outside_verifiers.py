"""Other software verifies the issued tokens with the published keys: the authorizer with its revocation check, PyJWT and npm's jose."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from jwt.algorithms import OKPAlgorithm

from idp.adapters.aws_client import Limits
from idp.adapters.dynamodb_reader import Reader
from idp.services.authorizer.token_liveness import TokenLiveness
from idp.verify import Refused, Verifier
from tests.engines.lossy_proxy import LossyProxy
from tests.support.deployment import API, ISSUER, OTHER_API, SERVICE, App, Deployment
from tests.support.organising import change, join, leave, organisation

PATIENT = Limits(connect=1.0, read=5.0, attempts=2, patience=10.0)
ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519")


@pytest.fixture
def lossy(quick_endpoint: str) -> Iterator[LossyProxy]:
    """A proxy between the authorizer and its tables."""
    with LossyProxy(quick_endpoint) as proxy:
        yield proxy


def verifier(idp: Deployment, *, live: bool = False, endpoint: str = "", audience: str = API) -> Verifier:
    reader = Reader(idp.services.settings.table_prefix, region="us-east-1", endpoint=endpoint, limits=PATIENT)
    check = TokenLiveness(reader, idp.clock) if live else None
    return Verifier(issuer=ISSUER, audience=audience, fetch=lambda: idp.get("/jwks").body, clock=idp.clock, live=check)


def shop(idp: Deployment, **metadata: Any) -> App:
    return idp.app(resources=(API,), scopes=("openid", "offline_access", "orders"), **metadata)


def access_token(idp: Deployment, client: App, person: Any, **asked: str) -> str:
    return str(idp.tokens(client, person, resource=API, **asked)["access_token"])


def own_token(idp: Deployment) -> str:
    return str(idp.call(SERVICE, "/token", grant_type="client_credentials", scope="read", resource=API).json["access_token"])


def reason(held: Verifier, token: str) -> str:
    """The reason of a refusal; empty if the request is allowed."""
    try:
        held.verify(f"Bearer {token}")
    except Refused as refused:
        return refused.reason
    return ""


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_real_token(idp: Deployment, alg: str) -> None:
    """A person's token from a code is accepted under each algorithm, for this API only."""
    token = access_token(idp, shop(idp, access_token_signed_response_alg=alg), person := idp.person())
    found = verifier(idp).verify(f"Bearer {token}")
    assert (found.subject, found.claims["aud"], found.acr) == (person.id, API, "aal1")
    assert reason(verifier(idp, audience=OTHER_API), token) == "audience"
    idp.clock.advance(604)
    assert reason(verifier(idp), token) == ""
    idp.clock.advance(1)
    assert reason(verifier(idp), token) == "expired"


def test_other_tokens_of_this_provider_are_none(idp: Deployment) -> None:
    """D-09: an ID token, a refresh token and a code are refused."""
    made = idp.tokens(shop(idp), idp.person(), resource=API)
    assert reason(verifier(idp), made["id_token"]) == "type"
    assert reason(verifier(idp), made["refresh_token"]) in {"malformed", "scheme"}


Act = Callable[[Deployment, App, Any], None]
ENDS: dict[str, tuple[Act, str]] = {
    "the user is disabled": (lambda idp, _, person: idp.alter(person, disabled=True), "user"),
    "everything of the user's ended": (lambda idp, _, person: ended(idp, person), "user"),
    "the client is disabled": (lambda idp, client, _: idp.change(client, disabled=True), "client"),
    "the client is gone": (lambda idp, client, _: gone(idp, client), "client"),
}


def ended(idp: Deployment, person: Any) -> None:
    assert idp.services.users.end_everything(person.id, idp.clock())


def gone(idp: Deployment, client: App) -> None:
    assert idp.services.clients.delete(client.id)


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_a_token_ends_it_at_the_authorizer(idp: Deployment, lossy: LossyProxy, end: str) -> None:
    """The authorizer decides like the provider at the next request, by one strongly consistent read."""
    client, person = shop(idp), idp.person()
    token = access_token(idp, client, person)
    held = verifier(idp, live=True, endpoint=lossy.url)
    lossy.take()
    assert reason(held, token) == ""
    assert dict(lossy.take()) == {"BatchGetItem": 1}
    act, why = ENDS[end]
    act(idp, client, person)
    assert reason(held, token) == why
    assert idp.userinfo(token).status == 401


def test_the_authorizer_reads_the_membership(idp: Deployment, lossy: LossyProxy) -> None:
    """T-03: a token for an organisation ends there with the membership and the organisation, by the same one read."""
    client = shop(idp, organization="allowed")
    held = verifier(idp, live=True, endpoint=lossy.url)
    for end in ("left", "disabled", "again"):
        person, it = idp.person(), organisation(idp.services)
        membership = join(idp.services, person, it)
        token = access_token(idp, client, person, organization=it.id)
        lossy.take()
        assert reason(held, token) == ""
        assert dict(lossy.take()) == {"BatchGetItem": 1}
        if end == "disabled":
            change(idp.services, it, disabled=True)
        else:
            leave(idp.services, membership)
        if end == "again":
            join(idp.services, person, it)
        assert reason(held, token) == "organisation"
        assert idp.userinfo(token).status == 401


def test_the_authorizer_reads_the_organisation_of_a_machine(idp: Deployment, lossy: LossyProxy) -> None:
    """T-05: of a client that belongs to one, and of one that joined it since."""
    it, held = organisation(idp.services), verifier(idp, live=True, endpoint=lossy.url)
    machine = idp.app(grant_types=("client_credentials",), redirect_uris=(), scopes=("orders",), resources=(API,))
    before = str(idp.call(machine, "/token", grant_type="client_credentials").json["access_token"])
    assert reason(held, before) == ""
    idp.change(machine, org_id=it.id)
    token = str(idp.call(machine, "/token", grant_type="client_credentials").json["access_token"])
    assert (reason(held, before), reason(held, token)) == ("organisation", "")
    change(idp.services, it, disabled=True)
    assert reason(held, token) == "organisation"


def test_a_revoked_grant(idp: Deployment, lossy: LossyProxy) -> None:
    """RFC 7009: revoking the refresh token ends every access token of the grant."""
    client = shop(idp)
    made = idp.tokens(client, idp.person(), resource=API)
    held = verifier(idp, live=True, endpoint=lossy.url)
    assert reason(held, made["access_token"]) == ""
    assert idp.call(client, "/revoke", token=made["refresh_token"]).status == 200
    assert reason(held, made["access_token"]) == "grant"


def test_a_revoked_token_of_a_client(idp: Deployment, lossy: LossyProxy) -> None:
    token, held = own_token(idp), verifier(idp, live=True, endpoint=lossy.url)
    assert reason(held, token) == ""
    assert idp.call(SERVICE, "/revoke", token=token).status == 200
    assert reason(held, token) == "revoked"
    assert reason(held, own_token(idp)) == ""


def test_a_new_client_of_the_same_name(idp: Deployment, lossy: LossyProxy) -> None:
    """A token of a client is refused when a newer client has the same id."""
    client, person = shop(idp), idp.person()
    token = access_token(idp, client, person)
    idp.clock.advance(1)
    idp.change(client, created_at=idp.clock())
    assert reason(verifier(idp, live=True, endpoint=lossy.url), token) == "client"


def test_a_pairwise_subject_cannot_be_looked_up(idp: Deployment, lossy: LossyProxy) -> None:
    """The grant of a pairwise token is sealed for the provider alone. The authorizer refuses the token with the reason pairwise."""
    token = access_token(idp, shop(idp, subject_type="pairwise"), idp.person())
    assert reason(verifier(idp), token) == ""
    assert reason(verifier(idp, live=True, endpoint=lossy.url), token) == "pairwise"


@pytest.mark.parametrize("error", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_a_store_that_does_not_answer_closes(idp: Deployment, lossy: LossyProxy, error: str) -> None:
    """J-13: while the store throttles, fails or is away, the answer is 503. Afterwards valid tokens are accepted again."""
    token = own_token(idp)
    held = verifier(idp, live=True, endpoint=lossy.url)
    lossy.fail("BatchGetItem", error, times=2)
    assert reason(held, token) == "dynamodb"
    assert reason(held, token) == ""
    assert reason(verifier(idp, live=True, endpoint="http://127.0.0.1:1"), token) == "dynamodb"


@pytest.mark.parametrize("gid", ["x#GRANT", "../USER", "%2F", "GRANT#1", "\x00", "😀", "a" * 900])
def test_no_name_in_a_token_reads_another_item(idp: Deployment, lossy: LossyProxy, gid: str) -> None:
    """J-10: the components of item keys are encoded."""
    from idp.verify.token import Token

    check = TokenLiveness(Reader(idp.services.settings.table_prefix, region="us-east-1", endpoint=lossy.url, limits=PATIENT), idp.clock)
    for subject in (gid, idp.person().id + "#GRANT"):
        claims = {"sub": subject, "client_id": SERVICE.id, "jti": gid, "gid": gid, "iat": idp.clock()}
        with pytest.raises(Refused) as refused:
            check(Token(claims, "kid"))
        assert refused.value.reason in {"grant", "user", "pairwise"}


def test_an_exchanged_token_ends_with_the_app_that_the_user_trusted(idp: Deployment, lossy: LossyProxy) -> None:
    """RFC 8693: an exchanged token names the client that exchanged it, and its grant belongs to another. The authorizer reads both."""
    first = shop(idp)
    may = {"grant_types": ("urn:ietf:params:oauth:grant-type:token-exchange",), "introspects": (API,), "scopes": ("openid", "orders")}
    middle = idp.app(**may, token_exchange_audiences=(OTHER_API,), token_exchange_scopes=("openid", "orders"))
    subject = access_token(idp, first, idp.person(), scope="openid orders")
    form = {"subject_token": subject, "subject_token_type": "urn:ietf:params:oauth:token-type:access_token", "resource": OTHER_API}
    answer = idp.call(middle, "/token", grant_type=may["grant_types"][0], **form)
    held = verifier(idp, live=True, endpoint=lossy.url, audience=OTHER_API)
    lossy.take()
    assert reason(held, answer.json["access_token"]) == ""
    assert dict(lossy.take()) == {"BatchGetItem": 2}
    idp.change(first, disabled=True)
    assert reason(held, answer.json["access_token"]) == "client"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_pyjwt_accepts_and_refuses_the_same_tokens(idp: Deployment, alg: str) -> None:
    """Both verify with the published JWK Set, and both refuse a changed token."""
    token = access_token(idp, shop(idp, access_token_signed_response_alg=alg), idp.person())
    listed = [key for key in json.loads(idp.get("/jwks").body)["keys"] if key["kid"] == jwt.get_unverified_header(token)["kid"]]
    # PyJWT uses the name that Ed25519 had before RFC 9864.
    key = jwt.PyJWK({**listed[0], "alg": "EdDSA" if alg == "Ed25519" else alg}).key
    verify = jwt.PyJWS(algorithms=[*ALGORITHMS[:3], "EdDSA"])
    verify.register_algorithm("Ed25519", OKPAlgorithm())
    payload = verify.decode(token, key, algorithms=[alg])
    assert json.loads(payload) == verifier(idp).verify(f"Bearer {token}").claims
    head, body, signature = token.split(".")
    changed = f"{head}.{body[:-2]}AA.{signature}"
    with pytest.raises(jwt.InvalidSignatureError):
        verify.decode(changed, key, algorithms=[alg])
    assert reason(verifier(idp), changed) == "signature"


SCRIPT = """
import { createLocalJWKSet, jwtVerify } from 'jose';
const { jwks, tokens, issuer, audience, now } = JSON.parse(process.argv[1]);
const keys = createLocalJWKSet(jwks);
const requiredClaims = ['exp', 'sub', 'client_id', 'jti', 'iat'];
const options = { issuer, audience, typ: 'at+jwt', currentDate: new Date(now * 1000), requiredClaims };
const found = {};
for (const [name, token] of Object.entries(tokens))
  found[name] = await jwtVerify(token, keys, options).then(({ payload }) => payload.sub, (error) => `refused ${error.code}`);
console.log(JSON.stringify(found));
"""


def test_jose_of_npm_agrees(idp: Deployment, node_clients: Path) -> None:
    """The package jose accepts and refuses the same tokens with the published JWK Set."""
    person = idp.person()
    tokens = {alg: access_token(idp, shop(idp, access_token_signed_response_alg=alg), person) for alg in ALGORITHMS}
    head, body, signature = tokens["RS256"].split(".")
    tokens |= {
        "changed": f"{head}.{body[:-2]}AA.{signature}",
        "stripped": f"{head}.{body}.",
        "of another": tokens["ES256"].rpartition(".")[0] + "." + signature,
        "an ID token": idp.tokens(shop(idp), person)["id_token"],
        "for another API": str(
            idp.call(SERVICE, "/token", grant_type="client_credentials", scope="read", resource=OTHER_API).json["access_token"]
        ),
    }
    given = {"jwks": json.loads(idp.get("/jwks").body), "tokens": tokens, "issuer": ISSUER, "audience": API, "now": idp.clock()}
    command = ["node", "--input-type=module", "-e", SCRIPT, json.dumps(given)]
    done = subprocess.run(command, cwd=node_clients, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found, held = json.loads(done.stdout), verifier(idp)
    for name, token in tokens.items():
        assert found[name].startswith("refused") is bool(reason(held, token)), (name, found[name])
        assert name not in ALGORITHMS or found[name] == person.id
