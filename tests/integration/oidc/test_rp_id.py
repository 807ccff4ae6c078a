"""The RP ID of passkeys: the first start stores it. A deployment whose settings have another one answers 503 where it needs a key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.errors import Conflict
from idp.services.keys.keyring import REFRESH
from idp.services.keys.rp_id import RpIdDiffers
from idp.wiring import build_services
from tests.store.examples import passkey
from tests.support.deployment import WEB, Deployment, asked_by

HOST = "idp.example"


def started(idp: Deployment, **changes: Any) -> Deployment:
    """Return another execution environment on the same tables, with these settings changed."""
    return Deployment(build_services(replace(idp.services.settings, **changes), clock=idp.clock), idp.clock)


def moved(idp: Deployment) -> Deployment:
    """Return an environment whose issuer has another host."""
    return started(idp, issuer="https://other.example")


def forgotten(idp: Deployment) -> None:
    """Bring the tables to the state of an earlier release, which did not store an RP ID."""
    assert idp.services.key_items.remove_rp_id(HOST)


def test_the_first_start_stores_the_issuers_host(fresh: Deployment) -> None:
    assert fresh.services.relying_party.read_stored() == HOST


def test_a_start_with_the_setting_stores_the_setting(fresh: Deployment) -> None:
    forgotten(fresh)
    below = started(fresh, issuer="https://id.idp.example", rp_id=HOST)
    below.services.key_rotation.ensure()
    assert fresh.services.relying_party.read_stored() == HOST
    assert started(fresh, issuer="https://id.idp.example", rp_id=HOST).get("/jwks").status == 200


@pytest.mark.parametrize("path", ["/jwks", "/authorize", "/login"])
def test_a_deployment_with_another_rp_id_answers_503(fresh: Deployment, path: str) -> None:
    """Every page and the JWK Set answer 503. The reason is in the log, not in the answer."""
    query = asked_by(WEB) if path == "/authorize" else None
    assert fresh.get(path, query).status < 500
    answer = moved(fresh).get(path, query)
    assert answer.status == 503
    assert HOST not in answer.text


def test_a_deployment_with_another_rp_id_gives_no_token(fresh: Deployment) -> None:
    """A code and a refresh token get 503, stay unused, and are not blamed on the client."""
    ada = fresh.person()
    refresh, code = fresh.tokens(WEB, ada, scope="openid offline_access")["refresh_token"], fresh.code(WEB, ada)
    other = moved(fresh)
    for answer in (other.redeem(WEB, code), other.refresh(WEB, refresh)):
        assert answer.status == 503
        assert "access_token" not in answer.text
    assert fresh.refresh(WEB, refresh).status == 200
    assert fresh.redeem(WEB, code).status == 200


def test_discovery_needs_no_key_and_answers(fresh: Deployment) -> None:
    assert moved(fresh).get("/.well-known/openid-configuration").status == 200


def test_the_reason_says_what_to_do(fresh: Deployment) -> None:
    with pytest.raises(RpIdDiffers) as refused:
        moved(fresh).services.keyring.sealer()
    assert str(refused.value).startswith(f"RP ID: {HOST} is stored, and the settings have other.example. Set IDP_RP_ID to {HOST}")


def test_an_environment_that_runs_stops_within_a_minute(fresh: Deployment) -> None:
    """An environment that is running must not make passkeys under an old RP ID, so it answers 503 within a minute."""
    fresh.services.keyring.sealer()
    forgotten(fresh)
    assert fresh.services.key_items.put_rp_id("other.example", fresh.clock()) == "other.example"
    assert fresh.get("/jwks").status == 200
    fresh.clock.advance(REFRESH)
    assert fresh.get("/jwks").status == 503


def test_a_start_with_another_rp_id_makes_no_key(fresh: Deployment) -> None:
    before = fresh.services.key_items.load()
    other = started(fresh, issuer="https://other.example", signing_algorithms="RS256 PS256")
    with pytest.raises(RpIdDiffers):
        other.services.key_rotation.ensure()
    after = fresh.services.key_items.load()
    assert [item.kid for item in after.signing] == [item.kid for item in before.signing]
    assert after.rp_id == HOST


def test_a_deployment_of_an_earlier_release_stores_its_setting_at_the_next_start(fresh: Deployment) -> None:
    """Its keys are used before that start too, because no stored RP ID contradicts the setting."""
    forgotten(fresh)
    now = started(fresh)
    assert now.get("/jwks").status == 200
    now.services.key_rotation.ensure()
    assert now.services.relying_party.read_stored() == HOST
    assert moved(fresh).get("/jwks").status == 503


def test_a_reset_lets_the_next_start_store_another(fresh: Deployment) -> None:
    """Between reset and start both settings work, so a deployment that changes its RP ID has no outage."""
    other = moved(fresh)
    assert other.services.relying_party.reset() == HOST
    assert other.get("/jwks").status == fresh.get("/jwks").status == 200
    other.services.key_rotation.ensure()
    assert other.services.relying_party.read_stored() == "other.example"
    fresh.clock.advance(REFRESH)
    assert (other.get("/jwks").status, fresh.get("/jwks").status) == (200, 503)


def test_a_reset_without_a_stored_one_is_refused(fresh: Deployment) -> None:
    fresh.services.relying_party.reset()
    with pytest.raises(Conflict):
        fresh.services.relying_party.reset()


def test_a_reset_is_refused_while_there_are_passkeys(fresh: Deployment) -> None:
    s = fresh.services
    owner = fresh.person()
    s.passkeys.add(owner, passkey(owner), issued=1, attempt="a")
    party = s.relying_party
    for act in (party.require_resettable, party.reset):
        with pytest.raises(Conflict, match=f"There are passkeys for {HOST}"):
            act()
    assert party.read_stored() == HOST
