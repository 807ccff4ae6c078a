"""Server nonces in DPoP proofs (RFC 9449 §8, §9): which clients need one, how long it is valid, and its timestamp."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.settings import SettingsError, load
from tests.integration.oidc.conftest import ENDPOINT
from tests.integration.oidc.proving import Signer, assertion, bound, dpop, proof
from tests.support.deployment import SERVICE, WEB, Deployment, asked_by, prepared, settings

if TYPE_CHECKING:
    from tests.support.calling import Answer

KEY = Signer()
WINDOW = 150


@pytest.fixture
def strict(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A provider that requires a nonce from all clients."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    return prepared(settings(str(tmp_path_factory.mktemp("oidc")), dpop_nonce="on"))


def ask(idp: Deployment, nonce: object = None, ahead: int = 0) -> Answer:
    """Request a token for the service, with this nonce in the proof."""
    said = proof(KEY, idp.clock() + ahead, nonce=nonce)
    return idp.post("/token", {"grant_type": "client_credentials"}, auth=SERVICE.auth, headers=dpop(said))


def given(answer: Answer) -> str:
    """Assert the error of §8 and return its nonce."""
    assert (answer.status, answer.error) == (400, "use_dpop_nonce"), answer.text
    nonce = answer.header("dpop-nonce") or ""
    # §8.1: nonce = 1*NQCHAR
    assert nonce
    assert all(character == "!" or "#" <= character <= "[" or "]" <= character <= "~" for character in nonce)
    return nonce


def test_a_nonce_is_asked_for_and_then_good(strict: Deployment) -> None:
    """§8: 400 use_dpop_nonce with DPoP-Nonce; the next proofs may use this nonce."""
    nonce = given(ask(strict))
    for _ in range(2):
        assert ask(strict, nonce).json["token_type"] == "DPoP"


def test_it_is_good_for_some_minutes(strict: Deployment) -> None:
    """§8.2: an old nonce is answered with a new one. The nonce contains its time, so nothing is stored."""
    nonce = given(ask(strict))
    strict.clock.advance(WINDOW)
    assert ask(strict, nonce).status == 200
    strict.clock.advance(WINDOW)
    newer = given(ask(strict, nonce))
    assert newer != nonce
    assert ask(strict, newer).status == 200


@pytest.mark.parametrize("nonce", ["", "x", 5, True, [], {}, "x" * 900, "é", "\ud800"], ids=repr)
def test_what_was_not_given_is_no_nonce(strict: Deployment, nonce: object) -> None:
    """§4.3 (10): a value that was not issued as a nonce is refused."""
    given(ask(strict, nonce))


def test_no_other_handle_is_a_nonce(strict: Deployment) -> None:
    """B-11: a code, a request_uri and a nonce from the future are refused."""
    asked = {name: value for name, value in asked_by(WEB).items() if name != "client_id"}
    given(ask(strict, strict.call(WEB, "/par", **asked).json["request_uri"].rpartition(":")[2]))
    given(ask(strict, strict.code(WEB, strict.person())))
    strict.clock.advance(3600)
    ahead = given(ask(strict))
    strict.clock.advance(-3600)
    given(ask(strict, ahead))


def test_the_nonce_says_when_the_proof_was_made(strict: Deployment) -> None:
    """§4.3 (11): "… the iat claim or a server managed timestamp via the nonce claim": so a client may have a wrong clock."""
    nonce = given(ask(strict))
    assert ask(strict, nonce, ahead=3600).status == 200
    assert ask(strict, nonce, ahead=-3600).status == 200


def test_such_a_proof_is_used_once_for_as_long_as_its_nonce_is_good(strict: Deployment) -> None:
    """§11.1: a proof with a nonce is used once. A second use is refused until the nonce has expired."""
    said = proof(KEY, strict.clock() + 3600, nonce=given(ask(strict)))
    form = {"grant_type": "client_credentials"}
    answers = []
    for _ in range(4):
        answers.append(strict.post("/token", form, auth=SERVICE.auth, headers=dpop(said)).json.get("error"))
        strict.clock.advance(WINDOW // 2)
    assert answers[:3] == [None, "invalid_dpop_proof", "invalid_dpop_proof"]
    assert answers[3] in {"invalid_dpop_proof", "use_dpop_nonce"}  # the window of the nonce began before the test


def test_a_wrong_proof_gets_no_nonce(strict: Deployment) -> None:
    """All other checks of the proof are made before the nonce."""
    for wrong in (proof(KEY, strict.clock(), "/userinfo"), proof(KEY, strict.clock(), method="GET"), "x.y.z"):
        answer = strict.post("/token", {"grant_type": "client_credentials"}, auth=SERVICE.auth, headers=dpop(wrong))
        assert (answer.error, answer.header("dpop-nonce")) == ("invalid_dpop_proof", None)


def test_at_par_and_at_a_resource(strict: Deployment) -> None:
    """§8 at PAR: the error is use_dpop_nonce. §9 at a resource: 401 with this error in the challenge, and a nonce."""
    asked = {name: value for name, value in asked_by(WEB).items() if name != "client_id"}
    nonce = given(strict.post("/par", asked, auth=WEB.auth, headers=dpop(proof(KEY, strict.clock(), "/par"))))
    assert strict.post("/par", asked, auth=WEB.auth, headers=dpop(proof(KEY, strict.clock(), "/par", nonce=nonce))).status == 201
    token = ask(strict, nonce).json["access_token"]
    answer = strict.get("/userinfo", headers=bound(token, proof(KEY, strict.clock(), "/userinfo", "GET", token=token)))
    assert (answer.status, answer.error) == (401, "use_dpop_nonce")
    assert 'DPoP error="use_dpop_nonce"' in (answer.header("www-authenticate") or "")
    assert answer.header("dpop-nonce")


def test_a_nonce_is_asked_for_only_when_switched_on(idp: Deployment) -> None:
    """This is the default. A nonce that was not asked for is ignored."""
    assert ask(idp).status == 200
    assert ask(idp, "of another server").status == 200


def test_only_clients_of_a_fapi_profile_are_asked(
    quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IDP_DPOP_NONCE=fapi2: a client without a FAPI profile needs no nonce."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    idp = prepared(settings(str(tmp_path_factory.mktemp("oidc")), dpop_nonce="fapi2"))
    assert ask(idp).status == 200
    key = Signer("PS256")
    client = idp.app(
        profile="fapi2", auth_methods=("private_key_jwt",), grant_types=("client_credentials",), redirect_uris=(), scopes=("read",),
        jwks={"keys": [{**key.public, "kid": "k1"}]},
    )  # fmt: skip
    form = {"grant_type": "client_credentials", **assertion(key, client.id, idp.clock())}
    given(idp.post("/token", form, headers=dpop(proof(KEY, idp.clock()))))


def test_a_wrong_nonce_setting_is_explained() -> None:
    """The error names the setting."""
    with pytest.raises(SettingsError, match="IDP_DPOP_NONCE"):
        load({"IDP_ISSUER": "https://idp.example", "IDP_KMS_KEY_ID": "x", "IDP_DPOP_NONCE": "yes"})
