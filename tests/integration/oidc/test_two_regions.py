"""Two regions (FI-11): one serves, and what was sealed before the other one took over is refused for ever.

Both are environments on the same tables here, which is a replication without delay. `bench.regions` has one with delays and partitions.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idp.cli import archive, archive_file
from idp.domain.errors import Conflict, Invalid
from idp.domain.home import Home
from idp.services.audit.recorder import SYSTEM
from idp.services.keys.keyring import REFRESH
from idp.services.keys.region_home import QUIET
from idp.services.keys.serving import StandsBy
from idp.store import deployment_keys
from idp.store.tables import KeysItem
from idp.wiring import build_services
from tests.integration.oidc.proving import Signer, assertion
from tests.support.clock import Clock
from tests.support.deployment import WEB, Deployment

EU, US = "eu-central-1", "us-east-1"


def region(idp: Deployment, name: str) -> Deployment:
    """Return an environment of the region."""
    return Deployment(build_services(replace(idp.services.settings, region=name), clock=idp.clock), idp.clock)


@pytest.fixture
def regions(fresh: Deployment) -> tuple[Deployment, Deployment]:
    """The region that serves, and the one that stands by."""
    fresh.services.regions.start(EU, by=SYSTEM)
    return region(fresh, EU), region(fresh, US)


def taken_over(there: Deployment) -> None:
    """Let this region serve. Its quiet time is over."""
    there.services.regions.activate(by=SYSTEM)
    there.clock.advance(QUIET)


def test_until_a_change_nothing_is_written_into_handles(regions: tuple[Deployment, Deployment], fresh: Deployment) -> None:
    """A code that was sealed before the region was stored counts, and a new one has no home."""
    eu, _ = regions
    code = eu.code(WEB, eu.person())
    assert code.count(".") == 1
    assert eu.redeem(WEB, code).status == 200
    eu.clock.advance(REFRESH)
    assert fresh.authorize(fresh.browser(), WEB).status == 503, "an environment that does not know where it is serves nothing"


@pytest.mark.parametrize("path", ["/authorize", "/account", "/admin/v1/users", "/userinfo", "/login"])
def test_a_region_that_stands_by_answers_503(regions: tuple[Deployment, Deployment], path: str) -> None:
    """With Retry-After, on pages and for programs."""
    _, us = regions
    answer = us.get(path)
    assert (answer.status, answer.header("retry-after")) == (503, "30")
    assert EU not in answer.text


def test_a_region_that_stands_by_takes_no_token_request_and_no_registration(regions: tuple[Deployment, Deployment]) -> None:
    """A code is not blamed on its app, and nothing is written."""
    eu, us = regions
    code = eu.code(WEB, eu.person())
    answer = us.redeem(WEB, code)
    assert (answer.status, answer.json["error"]) == (503, "temporarily_unavailable")
    assert us.post("/register", {}).status == 503
    assert eu.redeem(WEB, code).status == 200


def test_public_documents_are_served_in_both(regions: tuple[Deployment, Deployment]) -> None:
    """A resource server that asks the other region gets the same keys."""
    eu, us = regions
    assert us.get("/jwks").json == eu.get("/jwks").json
    assert us.get("/.well-known/openid-configuration").status == us.get("/healthz").status == 200


def test_the_region_before_ends_before_the_other_one_begins(regions: tuple[Deployment, Deployment]) -> None:
    """Between them neither serves, so that what is used once without a handle has expired."""
    eu, us = regions
    assert eu.get("/login").status < 500
    us.services.regions.activate(by=SYSTEM)
    eu.clock.advance(REFRESH)
    assert eu.get("/authorize").status == us.get("/authorize").status == 503
    eu.clock.advance(QUIET - REFRESH - 1)
    assert us.get("/authorize").status == 503
    eu.clock.advance(1)
    assert (eu.get("/authorize").status, us.get("/authorize").status < 500) == (503, True)


def test_what_was_sealed_before_is_refused_and_new_ones_count(regions: tuple[Deployment, Deployment]) -> None:
    """Unused codes and live refresh tokens, too: the other region cannot know whether they were used."""
    eu, us = regions
    ada = eu.person()
    browser = eu.browser(ada)
    tokens, unused = eu.tokens(WEB, browser), eu.code(WEB, browser)
    eu.clock.advance(1)
    taken_over(us)
    assert us.redeem(WEB, unused).json["error"] == us.refresh(WEB, tokens["refresh_token"]).json["error"] == "invalid_grant"
    browser.caller = us
    assert us.authorize(browser, WEB).location is None, "the session of before signs in nowhere"
    code = us.code(WEB, ada)
    assert code.count(".") == 2
    again = us.redeem(WEB, code).json
    assert us.refresh(WEB, again["refresh_token"]).status == 200
    assert us.userinfo(again["access_token"]).status == 200


def test_a_handle_of_an_earlier_home_stays_refused_after_the_way_back(regions: tuple[Deployment, Deployment]) -> None:
    """Each activation is a home of its own, also of the same region."""
    eu, us = regions
    first = eu.tokens(WEB, eu.person())["refresh_token"]
    taken_over(us)
    second = us.tokens(WEB, us.person())["refresh_token"]
    taken_over(eu)
    assert eu.refresh(WEB, first).error == eu.refresh(WEB, second).error == "invalid_grant"


def cut_off(idp: Deployment) -> Deployment:
    """An environment of the region that served, which learns nothing new: its clock stands still, so it does not read the keys again."""
    clock = Clock(idp.clock())
    made = Deployment(build_services(replace(idp.services.settings, region=EU), clock=clock), clock)
    assert made.get("/login").status < 500
    return made


def test_a_region_that_is_cut_off_denies_nothing_that_the_other_one_gave(regions: tuple[Deployment, Deployment], fresh: Deployment) -> None:
    """An app that reached it by chance keeps its refresh token: `invalid_grant` would make it drop this."""
    _, us = regions
    alone = cut_off(fresh)
    us.clock.advance(1)
    taken_over(us)
    browser = us.browser(us.person())
    refresh_token, code = us.tokens(WEB, browser)["refresh_token"], us.code(WEB, browser)
    answers = (
        alone.redeem(WEB, code), alone.refresh(WEB, refresh_token), alone.call(WEB, "/introspect", token=refresh_token),
        alone.call(WEB, "/revoke", token=refresh_token),
    )  # fmt: skip
    assert {(each.status, each.json["error"], each.header("retry-after")) for each in answers} == {(503, "temporarily_unavailable", "30")}
    assert us.redeem(WEB, code).status == us.refresh(WEB, refresh_token).status == 200


def test_only_a_seal_of_a_later_home_is_no_denial(regions: tuple[Deployment, Deployment], fresh: Deployment) -> None:
    """What is forged, of another purpose or of an earlier home is refused as ever, also by a region that is cut off."""
    eu, us = regions
    earlier = eu.tokens(WEB, eu.person())["refresh_token"]
    alone = cut_off(fresh)
    us.clock.advance(1)
    taken_over(us)
    token = us.tokens(WEB, us.person())["refresh_token"]
    key, mark, text = token.split(".")
    since = mark.partition("-")[0]
    forged = (
        f"{key}.{since}-{EU}.{text}", f"{key}.{int(since, 16) + 1:x}-{US}.{text}", f"{key}.0{mark}.{text}", f"{key}.{mark}.{text[:-4]}AAAA",
        f"{key}.{mark}.", f"{key}.{mark}",
        f"{key}.-{US}.{text}", f"{key}.{since}.{text}", f"{key}.zz-{US}.{text}", f"x.{mark}.{text}", f"{key}.{mark}.{text}.",
    )  # fmt: skip
    for each in forged:
        assert alone.refresh(WEB, each).error == us.refresh(WEB, each).error == "invalid_grant", each
    assert alone.redeem(WEB, token).error == "invalid_grant", "a refresh token is no code"
    assert us.refresh(WEB, earlier).error == "invalid_grant"


def test_without_two_regions_a_mark_is_no_home(fresh: Deployment) -> None:
    token = fresh.tokens(WEB, fresh.person())["refresh_token"]
    key, _, text = token.partition(".")
    assert fresh.refresh(WEB, f"{key}.ffffffff-{US}.{text}").error == "invalid_grant"


def test_a_home_cannot_be_written_over(regions: tuple[Deployment, Deployment]) -> None:
    """It is associated data of the seal, with the region."""
    eu, us = regions
    old = eu.tokens(WEB, eu.person())["refresh_token"]
    taken_over(us)
    key, _, text = old.partition(".")
    mark = us.code(WEB, us.person()).split(".")[1]
    for forged in (f"{key}.{mark}.{text}", f"{key}..{text}", f"{key}.{mark}{text}"):
        assert us.refresh(WEB, forged).error == "invalid_grant"


def test_an_access_token_of_before_is_refused_here(regions: tuple[Deployment, Deployment]) -> None:
    """Its revocation may not have arrived. Resource servers that verify it themselves accept it until it expires, as always."""
    eu, us = regions
    token = eu.tokens(WEB, eu.person())["access_token"]
    assert eu.userinfo(token).status == 200
    taken_over(us)
    assert us.userinfo(token).status == 401
    assert not us.alive(WEB, token)


@pytest.mark.parametrize(
    ("issued", "expires", "status"), [(-1, 600, 401), (0, 600, 200), (None, 600, 401), (None, 3660, 200)]
)  # fmt: skip
def test_a_client_assertion_that_the_region_before_may_have_used_is_refused(
    regions: tuple[Deployment, Deployment], issued: int | None, expires: int, status: int
) -> None:
    """Without `iat` it may be an hour old. Seconds from when the region serves."""
    _, us = regions
    taken_over(us)
    key = Signer()
    made = us.app(
        auth_methods=("private_key_jwt",), jwks={"keys": [{**key.public, "kid": "k1"}]}, grant_types=("client_credentials",),
        resources=("https://api.example",), redirect_uris=(),
    )  # fmt: skip
    now = us.clock()
    sent = assertion(key, made.id, now, iat=None if issued is None else now + issued, exp=now + expires)
    assert us.post("/token", {"grant_type": "client_credentials", **sent}).status == status


def test_scheduled_functions_have_nothing_to_do_while_the_other_one_serves(
    regions: tuple[Deployment, Deployment], fresh: Deployment
) -> None:
    eu, us = regions
    assert (eu.services.stands_by, us.services.stands_by, fresh.services.stands_by) == (False, True, False)
    assert (eu.services.takes_changes, us.services.takes_changes, fresh.services.takes_changes) == (True, False, True)


def test_in_the_quiet_time_changes_come_again(regions: tuple[Deployment, Deployment]) -> None:
    """Both would write the same blocks of the audit chain, which DynamoDB in two regions does not notice."""
    eu, us = regions
    us.services.regions.activate(by=SYSTEM)
    assert (eu.services.stands_by, us.services.stands_by, eu.services.takes_changes) == (True, True, False)
    with pytest.raises(StandsBy, match="serves in 300 seconds"):
        _ = us.services.takes_changes
    us.clock.advance(QUIET)
    assert (us.services.takes_changes, us.services.stands_by) == (True, False)


def test_without_a_stored_home_a_region_takes_no_changes(fresh: Deployment) -> None:
    assert not region(fresh, EU).services.takes_changes


def test_the_region_changes_by_one_conditional_write(regions: tuple[Deployment, Deployment], fresh: Deployment) -> None:
    """It is audited. What changes nothing is refused."""
    eu, us = regions
    with pytest.raises(Conflict):
        eu.services.regions.start(US, by=SYSTEM)
    with pytest.raises(Invalid):
        eu.services.regions.start("US East", by=SYSTEM)
    for stays in (eu, fresh):
        with pytest.raises(Conflict):
            stays.services.regions.activate(by=SYSTEM)
    told = [item for item in eu.services.database.scan("state") if item.get("type") == {"S": "region.started"}]
    assert len(told) == 1, "of the first start, and not of what was refused"
    home = us.services.regions.activate(by=SYSTEM)
    assert us.services.key_items.put_home(home, before=Home(EU, 0, 0)), "the same write again, after a lost reply"
    assert not us.services.key_items.put_home(Home(EU, 5, 5), before=Home(EU, 0, 0))
    assert any(item.get("type") == {"S": "region.activated"} for item in us.services.database.scan("state"))


def test_a_region_without_a_stored_home_serves_nothing(fresh: Deployment) -> None:
    """The setting alone is a mistake: both regions would serve."""
    with pytest.raises(StandsBy, match="idp region start"):
        region(fresh, US).services.keyring.active()


def test_a_damaged_home_serves_nothing(regions: tuple[Deployment, Deployment]) -> None:
    """It is not taken for a deployment of one region (FI-17)."""
    eu, us = regions
    key = deployment_keys.region_home()
    eu.services.database.write_raw("keys", [{"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "region_home"}, "region": {"N": "1"}}])
    eu.services.keyring.reload()
    assert eu.get("/authorize").status == us.get("/authorize").status == 503


@pytest.mark.parametrize("started", [None, EU, US])
def test_a_restore_into_empty_tables_brings_back_no_earlier_home(
    regions: tuple[Deployment, Deployment], fresh: Deployment, tmp_path: Path, started: str | None
) -> None:
    """`started`: the region that the operator stored before it."""
    eu, us = regions
    old = eu.services.keyring.sealer().seal("code", {})
    taken_over(us)
    database, file = us.services.database, tmp_path / "backup"
    archive.backup(database, file, 0, with_keys=True, with_state=False, seen=lambda: None)
    database.batch_write(deletes=[(KeysItem, deployment_keys.region_home())])
    if started:
        us.services.regions.start(started, by=SYSTEM)
    archive.restore(database, file, archive_file.inspect(file), 0, tables=["keys"], seen=lambda: None)
    stored = us.services.regions.stored()
    if stored is None:
        stored = us.services.regions.start(US, by=SYSTEM)  # what the command line tells the operator to do
    here = region(fresh, stored.region)
    here.clock.advance(QUIET)
    assert stored.region == (started or US)
    assert here.services.keyring.sealer().open("code", old) is None
