"""Pairwise subject identifiers (OIDC Core §8.1)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.support.deployment import WEB, App, Deployment


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a token, without verification."""
    body = token.split(".")[1]
    found = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert isinstance(found, dict)
    return found


@pytest.fixture
def apps(idp: Deployment) -> tuple[App, App]:
    """Two apps in different sectors."""
    return idp.app(subject_type="pairwise"), idp.app(subject_type="pairwise")


def test_each_sector_knows_a_person_by_another_name(idp: Deployment, apps: tuple[App, App]) -> None:
    """§8.1: the sub is constant within a sector, differs between sectors, and is not the user's id."""
    user = idp.person()
    subs = [claims_of(idp.tokens(app, user)["id_token"])["sub"] for app in (*apps, *apps)]
    assert subs[:2] == subs[2:]
    assert len({*subs, user.id}) == 3


def test_a_sector_identifier_joins_apps(idp: Deployment) -> None:
    """§8.1: the host of sector_identifier_uri, if registered, is the sector."""
    sector = "https://sector.example/uris.json"
    first, second = (idp.app(subject_type="pairwise", sector_identifier_uri=sector) for _ in range(2))
    user = idp.person()
    assert claims_of(idp.tokens(first, user)["id_token"])["sub"] == claims_of(idp.tokens(second, user)["id_token"])["sub"]


def test_all_that_the_app_sees_has_the_same_name(idp: Deployment, apps: tuple[App, App]) -> None:
    """UserInfo (§5.3.2), introspection, the access token and the refreshed ID Token have the pairwise sub, not the user's id."""
    user = idp.person()
    tokens = idp.tokens(apps[0], user)
    sub = claims_of(tokens["id_token"])["sub"]
    assert idp.userinfo(tokens["access_token"]).json["sub"] == sub
    assert idp.call(apps[0], "/introspect", token=tokens["access_token"]).json["sub"] == sub
    assert idp.call(apps[0], "/introspect", token=tokens["refresh_token"]).json["sub"] == sub
    assert claims_of(tokens["access_token"])["sub"] == sub
    assert claims_of(idp.refresh(apps[0], tokens["refresh_token"]).json["id_token"])["sub"] == sub
    assert user.id not in json.dumps([claims_of(tokens["access_token"]), claims_of(tokens["id_token"])])


def test_a_token_of_a_pairwise_app_is_revoked_and_dies_like_any(idp: Deployment, apps: tuple[App, App]) -> None:
    """When the user is disabled, a pairwise app's access token ends too."""
    user = idp.person()
    tokens = idp.tokens(apps[0], user)
    assert idp.alive(apps[0], tokens["access_token"])
    idp.alter(user, disabled=True)
    assert not idp.alive(apps[0], tokens["access_token"])


def test_a_hint_in_the_apps_own_name(idp: Deployment, apps: tuple[App, App]) -> None:
    """id_token_hint, claims.sub and logout accept the app's pairwise sub; the sub of another app is not accepted."""
    user = idp.person()
    browser = idp.browser(user)
    mine, theirs = (idp.tokens(app, browser)["id_token"] for app in apps)
    assert "code" in idp.authorize(browser, apps[0], prompt="none", id_token_hint=mine).answered
    assert idp.authorize(browser, apps[0], prompt="none", id_token_hint=theirs).answered["error"] == "invalid_request"
    wanted = json.dumps({"id_token": {"sub": {"value": claims_of(theirs)["sub"]}}})
    assert idp.authorize(browser, apps[0], prompt="none", claims=wanted).answered["error"] == "login_required"
    query = {"id_token_hint": mine, "post_logout_redirect_uri": apps[0].client.post_logout_redirect_uris[0]}
    assert browser.get("/logout", query).sent_to == apps[0].client.post_logout_redirect_uris[0]


def test_public_subjects_are_as_before(idp: Deployment) -> None:
    """The default is a public subject: the user's id."""
    user = idp.person()
    assert claims_of(idp.tokens(WEB, user)["id_token"])["sub"] == user.id
