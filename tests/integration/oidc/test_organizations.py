"""Tokens for an organisation: who gets them, what they say, and when they end (docs/organizations.md, threats T)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from idp.domain.errors import InvalidGrant
from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from idp.domain.people.user import User
from idp.domain.sessions.session import AAL2
from tests.integration.oidc.devices import GRANTS, begin, decided, poll, typed
from tests.integration.oidc.engine import watched
from tests.integration.oidc.forging import claims_of
from tests.support.calling import Answer
from tests.support.clock import Clock
from tests.support.deployment import API, THIRD_PARTY, WEB, App, Deployment, asked_by
from tests.support.organising import change, join, leave, organisation, role

if TYPE_CHECKING:
    from idp.domain.organisations.membership import Membership
    from idp.settings import Settings

SCOPES = ("openid", "email", "offline_access", "organization", "orders")
MAPPED = {
    "roles": {"source": "roles", "in": ["access_token", "id_token", "userinfo"]},
    "permissions": {"source": "permissions", "in": ["access_token"]},
    "groups": {"source": "groups", "in": ["access_token"]},
}


@pytest.fixture
def app(idp: Deployment) -> App:
    """An app that may ask for an organisation."""
    return idp.app(scopes=SCOPES, organization="allowed")


@pytest.fixture
def ada(idp: Deployment) -> User:
    """A new user."""
    return idp.person()


@pytest.fixture
def acme(idp: Deployment) -> OrganisationProfile:
    """A new organisation."""
    return organisation(idp.services)


@pytest.fixture
def membership(idp: Deployment, ada: User, acme: OrganisationProfile) -> Membership:
    """Ada is a member of Acme."""
    return join(idp.services, ada, acme)


def of(it: OrganisationProfile) -> dict[str, str]:
    """The claims that name the organisation."""
    return {"org_id": it.id, "org_name": it.slug}


def named(claims: dict[str, Any]) -> dict[str, Any]:
    """The claims that name an organisation, of all claims."""
    return {name: claims[name] for name in ("org_id", "org_name") if name in claims}


def refused(answer: Answer, error: str = "invalid_grant", status: int = 400) -> None:
    """RFC 6749 §5.2, and no token."""
    assert (answer.status, answer.error) == (status, error), answer
    assert not {"access_token", "refresh_token"} & answer.json.keys()


def asking(it: OrganisationProfile, how: str) -> dict[str, str]:
    """The parameters of a request for this organisation, in one of the ways to ask for it."""
    scope = "openid offline_access"
    return {
        "any": {"scope": f"{scope} organization"},
        "id": {"scope": f"{scope} organization:{it.id}"},
        "slug": {"scope": f"{scope} organization:{it.slug}"},
        "both": {"scope": f"{scope} organization organization:{it.slug}"},
        "parameter with the id": {"scope": scope, "organization": it.id},
        "parameter with the slug": {"scope": scope, "organization": it.slug},
        "parameter and scope": {"scope": f"{scope} organization", "organization": it.slug},
        "twice the same": {"scope": f"{scope} organization:{it.slug}", "organization": it.slug},
    }[how]


WAYS = [
    "any", "id", "slug", "both", "parameter with the id", "parameter with the slug", "parameter and scope", "twice the same",
]  # fmt: skip


# --- what tokens say ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.usefixtures("membership")
def test_each_way_of_asking_gives_tokens_for_the_organisation(
    idp: Deployment, app: App, ada: User, acme: OrganisationProfile, how: str
) -> None:
    """ID Token, access token, UserInfo and introspection name it, and so do the tokens of each refresh."""
    tokens = idp.tokens(app, ada, **asking(acme, how))
    for _ in range(2):
        assert named(claims_of(tokens["id_token"])) == of(acme)
        assert named(claims_of(tokens["access_token"])) == of(acme)
        assert named(idp.userinfo(tokens["access_token"]).json) == of(acme)
        assert named(idp.call(app, "/introspect", token=tokens["access_token"]).json) == of(acme)
        assert named(idp.call(app, "/introspect", token=tokens["refresh_token"]).json) == of(acme)
        assert ("organization" in tokens["scope"].split()) == (not how.startswith("parameter with"))
        tokens = idp.refresh(app, tokens["refresh_token"]).json


@pytest.mark.usefixtures("membership")
def test_an_app_that_does_not_ask_gets_no_organisation(idp: Deployment, app: App, ada: User) -> None:
    """A member of an organisation, in an app that may ask."""
    tokens = idp.tokens(app, ada)
    assert named(claims_of(tokens["id_token"])) == named(claims_of(tokens["access_token"])) == {}
    assert named(idp.userinfo(tokens["access_token"]).json) == {}


def test_a_person_in_no_organisation_gets_tokens_without_one(idp: Deployment, app: App, ada: User) -> None:
    """The app may ask and does not need one. The scope is not granted, so the app sees that."""
    tokens = idp.tokens(app, ada, scope="openid organization")
    assert named(claims_of(tokens["access_token"])) == {}
    assert tokens["scope"] == "openid"


def test_an_app_that_requires_one_asks_each_time(idp: Deployment, ada: User, acme: OrganisationProfile) -> None:
    """Without a scope or a parameter. A person in none gets access_denied."""
    app = idp.app(scopes=SCOPES, organization="required")
    answered = idp.authorize(idp.browser(ada), app).answered
    assert (answered["error"], "code" in answered) == ("access_denied", False)
    join(idp.services, ada, acme)
    assert named(claims_of(idp.tokens(app, ada)["access_token"])) == of(acme)


def test_roles_are_those_of_the_membership(idp: Deployment, ada: User, acme: OrganisationProfile) -> None:
    """In place of roles and groups of the deployment. The same name in both is two roles."""
    app = idp.app(scopes=SCOPES, organization="allowed", claim_mappings=MAPPED)
    other = organisation(idp.services)
    editor, foreign = role(idp.services, acme, "editor", "orders:write"), role(idp.services, other, "owner", "all:write")
    join(idp.services, ada, acme, roles={"editor": editor.id, "owner": foreign.id, "viewer": "role_gone"})
    tokens = idp.tokens(app, ada, scope="openid organization")
    claims = claims_of(tokens["access_token"])
    assert (claims["roles"], claims["permissions"], claims.get("groups")) == (["editor"], ["orders:write"], [])
    assert claims_of(tokens["id_token"])["roles"] == ["editor"]
    assert idp.userinfo(tokens["access_token"]).json["roles"] == ["editor"]
    assert claims_of(idp.tokens(app, ada)["access_token"])["roles"] == []


def test_a_mapping_cannot_name_an_organisation(idp: Deployment) -> None:
    """An attribute under the name org_id would be taken for the organisation of a token."""
    user = idp.person(attributes={"tenant": "org_victim"})
    mapping = {name: {"source": "attributes.tenant", "in": ["access_token", "userinfo"]} for name in ("org_id", "org_name", "Org_ID")}
    tokens = idp.tokens(idp.app(claim_mappings=mapping), user)
    assert not {"org_id", "org_name", "Org_ID"} & claims_of(tokens["access_token"]).keys()
    assert not {"org_id", "org_name", "Org_ID"} & idp.userinfo(tokens["access_token"]).json.keys()


def test_a_new_slug_is_told_by_the_next_tokens(idp: Deployment, app: App, ada: User, acme: OrganisationProfile) -> None:
    """The id stays. UserInfo tells what is stored now."""
    join(idp.services, ada, acme)
    tokens = idp.tokens(app, ada, scope="openid offline_access organization")
    renamed = change(idp.services, acme, slug=f"{acme.slug}-2")
    assert named(idp.userinfo(tokens["access_token"]).json) == of(renamed)
    assert named(claims_of(idp.refresh(app, tokens["refresh_token"]).json["id_token"])) == of(renamed)
    answered = idp.authorize(idp.browser(ada), app, scope=f"openid organization:{acme.slug}").answered
    assert answered["error"] == "access_denied"


# --- who gets none --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [way for way in WAYS if way != "any"])
def test_a_foreign_organisation_is_refused_like_one_that_does_not_exist(idp: Deployment, app: App, ada: User, how: str) -> None:
    """Also for a member of another one: the answer does not tell whether it exists."""
    join(idp.services, ada, organisation(idp.services))
    there, nowhere = organisation(idp.services), OrganisationProfile("org_nowhere", "nowhere", "Nowhere")
    answers = [idp.authorize(idp.browser(ada), app, **asking(it, how)).answered for it in (there, nowhere)]
    assert answers[0] == answers[1]
    assert (answers[0]["error"], "code" in answers[0]) == ("access_denied", False)


@pytest.mark.parametrize("facts", [{"disabled": True}, {"deleting_since": 5}])
@pytest.mark.parametrize("how", ["any", "id", "slug"])
def test_an_organisation_that_is_not_live_gives_nothing(
    idp: Deployment, app: App, ada: User, acme: OrganisationProfile, how: str, facts: dict[str, Any]
) -> None:
    """Disabled or being deleted. Who asks for any gets tokens without one."""
    join(idp.services, ada, acme)
    if facts.get("disabled"):
        change(idp.services, acme, **facts)
    else:
        acme = organisation(idp.services, **facts)
    answered = idp.authorize(idp.browser(idp.services.users.get(ada.id)), app, **asking(acme, how)).answered
    if how != "any":
        assert answered["error"] == "access_denied"
    elif facts.get("disabled"):
        assert named(claims_of(idp.redeem(app, answered["code"]).json["access_token"])) == {}


@pytest.mark.parametrize(
    "parameters",
    [
        {"scope": "openid organization:"}, {"scope": "openid organization:Acme"}, {"scope": "openid organization:a_b"},
        {"scope": "openid organization:org_"}, {"scope": "openid organization:a:b"}, {"scope": "openid organization:*"},
        {"scope": f"openid organization:{'a' * 64}"}, {"scope": f"openid organization:org_{'a' * 61}"},
        {"scope": "openid organization:../users"}, {"scope": "openid organization:ORG#org_a"}, {"scope": "openid organization:%00"},
        {"scope": "openid organization:a organization:b"}, {"organization": "*"}, {"organization": "a b"}, {"organization": "ä"},
        {"organization": "org_\n"}, {"organization": "a" * 5000}, {"scope": "openid organization:a", "organization": "b"},
    ],
)  # fmt: skip
@pytest.mark.usefixtures("membership")
def test_hostile_and_several_names_are_refused(idp: Deployment, app: App, ada: User, parameters: dict[str, str]) -> None:
    """Neither a code nor a 500, at /authorize and at /par."""
    expected = "invalid_request" if "organization" in parameters else "invalid_scope"
    assert idp.authorize(idp.browser(ada), app, **parameters).answered["error"] == expected
    sent = {"redirect_uri": app.redirect_uri, "response_type": "code", "scope": "openid", "code_challenge": "a" * 43, **parameters}
    refused(idp.call(app, "/par", code_challenge_method="S256", **sent), expected)


def test_two_parameters_are_refused(idp: Deployment, app: App, ada: User, acme: OrganisationProfile) -> None:
    """RFC 6749 §3.1: parameters are sent once. A proxy and this provider could read different ones."""
    join(idp.services, ada, acme)
    twice = [*asked_by(app).items(), ("organization", acme.slug), ("organization", "other")]
    answer = idp.browser(ada).get("/authorize", urlencode(twice))
    assert (answer.status, answer.header("location")) == (400, None)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"scope": "openid organization:acme"}, "invalid_scope"),
        ({"scope": "organization:acme"}, "invalid_scope"),
        ({"organization": "acme"}, "invalid_request"),
    ],
)
def test_an_app_that_is_not_set_up_for_organisations_may_not_name_one(
    idp: Deployment, ada: User, parameters: dict[str, str], error: str
) -> None:
    """It would take the tokens for those of the organisation."""
    assert idp.authorize(idp.browser(ada), WEB, **parameters).answered["error"] == error


def test_an_app_needs_the_scope_to_ask_by_it(idp: Deployment, ada: User, acme: OrganisationProfile) -> None:
    """As for each scope of this provider. By the parameter it may ask without it."""
    join(idp.services, ada, acme)
    app = idp.app(organization="allowed")
    for scope in ("openid organization", f"openid organization:{acme.slug}"):
        assert idp.authorize(idp.browser(ada), app, scope=scope).answered["error"] == "invalid_scope"
    assert named(claims_of(idp.tokens(app, ada, organization=acme.slug)["access_token"])) == of(acme)


def test_organization_is_a_scope_like_any_other_for_an_app_of_before(idp: Deployment, ada: User, acme: OrganisationProfile) -> None:
    """An API may have had this scope. The app is not set up for organisations, so its tokens name none."""
    join(idp.services, ada, acme)
    before = idp.app(scopes=("openid", "organization"))
    tokens = idp.tokens(before, ada, scope="openid organization")
    assert (tokens["scope"], named(claims_of(tokens["access_token"]))) == ("openid organization", {})
    assert "code" in idp.authorize(idp.browser(ada), WEB, scope="openid organization").answered


# --- when tokens end ------------------------------------------------------------------------------------------------------


def _removed(idp: Deployment, membership: Membership, acme: OrganisationProfile) -> None:
    leave(idp.services, membership)


def _disabled(idp: Deployment, membership: Membership, acme: OrganisationProfile) -> None:
    change(idp.services, acme, disabled=True)


def _joined_again(idp: Deployment, membership: Membership, acme: OrganisationProfile) -> None:
    leave(idp.services, membership)
    user = idp.services.users.get(membership.user_id)
    assert user is not None
    join(idp.services, user, acme)


def _enabled_again(idp: Deployment, membership: Membership, acme: OrganisationProfile) -> None:
    change(idp.services, acme, disabled=True)
    change(idp.services, acme, disabled=False)


ENDS = [_removed, _disabled, _joined_again, _enabled_again]


@pytest.mark.parametrize("end", ENDS)
def test_a_code_is_worth_nothing_after_the_end(
    idp: Deployment, app: App, ada: User, acme: OrganisationProfile, membership: Membership, end: Any
) -> None:
    """Between the code and its redemption. A membership that began again is another one."""
    code = idp.code(app, ada, scope="openid organization")
    end(idp, membership, acme)
    refused(idp.redeem(app, code))


@pytest.mark.parametrize("end", ENDS)
def test_tokens_end_at_once(idp: Deployment, app: App, ada: User, acme: OrganisationProfile, membership: Membership, end: Any) -> None:
    """The refresh token is refused, and the access token is not active any more. What is for no organisation stays."""
    plain = idp.tokens(app, ada)
    tokens = idp.tokens(app, ada, scope="openid offline_access organization")
    end(idp, membership, acme)
    refused(idp.refresh(app, tokens["refresh_token"]))
    assert not idp.alive(app, tokens["access_token"])
    assert not idp.alive(app, tokens["refresh_token"])
    assert idp.userinfo(tokens["access_token"]).status == 401
    assert idp.alive(app, plain["access_token"])
    assert idp.refresh(app, plain["refresh_token"]).status == 200


def test_a_code_of_one_organisation_is_not_revived_by_another(
    idp: Deployment, app: App, ada: User, acme: OrganisationProfile, membership: Membership
) -> None:
    """A replay revokes the grant, as of each code."""
    other = organisation(idp.services)
    join(idp.services, ada, other)
    code = idp.code(app, ada, scope=f"openid offline_access organization:{acme.id}")
    tokens = idp.redeem(app, code).json
    refused(idp.redeem(app, code))
    refused(idp.refresh(app, tokens["refresh_token"]))
    code = idp.code(app, ada, scope=f"openid organization:{acme.id}")
    leave(idp.services, membership)
    refused(idp.redeem(app, code))


def test_a_refresh_cannot_change_the_organisation(idp: Deployment, app: App, ada: User, acme: OrganisationProfile) -> None:
    """RFC 6749 §6: its own name may be repeated; another one, and ANY by the star, exceed the grant. Less scope keeps the organisation."""
    join(idp.services, ada, acme)
    other = organisation(idp.services)
    join(idp.services, ada, other)
    token = idp.tokens(app, ada, scope=f"openid offline_access organization:{acme.slug}")["refresh_token"]
    for scope in (f"openid organization:{other.id}", f"openid organization:{other.slug}", "openid organization:*"):
        refused(idp.refresh(app, token, scope=scope), "invalid_scope")
    for scope in ("openid", f"openid organization:{acme.id}", f"openid organization:{acme.slug}", "openid organization"):
        answer = idp.refresh(app, token, scope=scope).json
        assert named(claims_of(answer["access_token"])) == of(acme)
        token = answer["refresh_token"]


def test_a_policy_that_comes_later_stops_refreshes_without_a_second_factor(
    idp: Deployment, app: App, ada: User, acme: OrganisationProfile
) -> None:
    """As a second factor that a user or an app must have. Tokens for no organisation are not affected."""
    join(idp.services, ada, acme)
    token, plain = (idp.tokens(app, ada, scope=f"openid offline_access{more}")["refresh_token"] for more in (" organization", ""))
    change(idp.services, acme, policy=OrganisationPolicy(mfa_required=True))
    refused(idp.refresh(app, token))
    assert idp.refresh(app, plain).status == 200
    change(idp.services, acme, policy=OrganisationPolicy())
    assert idp.refresh(app, token).status == 200


def test_no_token_is_signed_without_the_organisation_of_its_grant(idp: Deployment, app: App, ada: User, acme: OrganisationProfile) -> None:
    """T-05: a caller that forgets it gets no token that counts for the whole deployment, and none for another organisation."""
    join(idp.services, ada, acme)
    idp.tokens(app, ada, scope="openid organization")
    (grant,) = idp.services.grants.of(ada.id)
    tokens, other = idp.services.tokens, organisation(idp.services)
    machine = replace(app.client, org_id=acme.id)
    for wrong in (None, other):
        with pytest.raises(InvalidGrant):
            tokens.issue_access_token(app.client, scopes=("openid",), grant=grant, organisation=wrong)
        with pytest.raises(InvalidGrant):
            tokens.issue_id_token(app.client, grant, nonce=None, access_token="a", organisation=wrong)
        with pytest.raises(InvalidGrant):
            tokens.issue_access_token(machine, scopes=(), organisation=wrong)
    for plain in (replace(grant, org_id=""), None):
        with pytest.raises(InvalidGrant):
            tokens.issue_access_token(app.client, scopes=(), grant=plain, organisation=acme)
    assert named(claims_of(tokens.issue_access_token(app.client, scopes=(), grant=grant, organisation=acme))) == of(acme)


# --- other grants ---------------------------------------------------------------------------------------------------------


def test_an_exchanged_token_is_for_the_same_organisation(idp: Deployment, app: App, ada: User, acme: OrganisationProfile) -> None:
    """RFC 8693. It ends with the membership."""
    exchange = "urn:ietf:params:oauth:grant-type:token-exchange"
    api = idp.app(
        grant_types=("client_credentials", exchange), redirect_uris=(), introspects=(API,), token_exchange_audiences=("https://next.example",),
        token_exchange_scopes=("orders",), scopes=("orders",),
    )  # fmt: skip
    front = idp.app(scopes=SCOPES, organization="allowed", resources=(API,))
    held = join(idp.services, ada, acme)
    token = idp.tokens(front, ada, scope="openid organization orders")["access_token"]
    asked = {"grant_type": exchange, "subject_token": token, "subject_token_type": "urn:ietf:params:oauth:token-type:access_token"}
    exchanged = idp.call(api, "/token", **asked).json["access_token"]
    assert named(claims_of(exchanged)) == of(acme)
    assert idp.alive(api, exchanged)
    leave(idp.services, held)
    assert not idp.alive(api, exchanged)
    refused(idp.call(api, "/token", **asked), "invalid_request")


def test_a_device_gets_tokens_for_the_organisation(idp: Deployment, ada: User, acme: OrganisationProfile) -> None:
    """RFC 8628: the person who answers is the member. The tokens end with the membership, also before the device fetched them."""
    held = join(idp.services, ada, acme)
    tv = idp.app(grant_types=GRANTS, redirect_uris=(), scopes=SCOPES, organization="allowed")
    for asked in ({"scope": f"openid offline_access organization:{acme.slug}"}, {"organization": acme.id}):
        codes, browser = begin(idp, tv, **asked), idp.browser(ada)
        assert decided(browser, typed(browser, codes["user_code"])).status == 200
        tokens = poll(idp, tv, codes).json
        assert named(claims_of(tokens["id_token"])) == named(claims_of(tokens["access_token"])) == of(acme)
        assert named(claims_of(idp.refresh(tv, tokens["refresh_token"]).json["access_token"])) == of(acme)
    codes, browser = begin(idp, tv, organization=acme.id), idp.browser(ada)
    assert decided(browser, typed(browser, codes["user_code"])).status == 200
    leave(idp.services, held)
    refused(poll(idp, tv, codes))


def test_a_device_is_refused_to_a_person_who_is_in_another_organisation(idp: Deployment, ada: User, acme: OrganisationProfile) -> None:
    """The person sees why, and the device gets access_denied."""
    tv = idp.app(grant_types=GRANTS, redirect_uris=(), scopes=SCOPES, organization="allowed")
    join(idp.services, ada, organisation(idp.services))
    codes, browser = begin(idp, tv, organization=acme.id), idp.browser(ada)
    page = typed(browser, codes["user_code"])
    assert (page.status, "does not belong to the organisation" in page.text) == (400, True)
    refused(poll(idp, tv, codes), "access_denied")


def test_a_machine_client_of_an_organisation_gets_its_tokens(idp: Deployment, acme: OrganisationProfile) -> None:
    """With its roles there. The tokens end when the organisation is disabled, or when the client leaves it."""
    reader = role(idp.services, acme, "reader", "orders:read")
    machine = idp.app(
        grant_types=("client_credentials",), redirect_uris=(), scopes=("orders", "organization"), org_id=acme.id,
        roles={"reader": reader.id, "editor": "role_of_the_deployment"}, claim_mappings=MAPPED,
    )  # fmt: skip
    answer = idp.call(machine, "/token", grant_type="client_credentials").json
    claims = claims_of(answer["access_token"])
    assert (named(claims), claims["roles"], answer["scope"]) == (of(acme), ["reader"], "orders")
    assert named(idp.call(machine, "/introspect", token=answer["access_token"]).json) == of(acme)
    idp.change(machine, org_id="")
    assert not idp.alive(machine, answer["access_token"])
    idp.change(machine, org_id=acme.id)
    assert idp.alive(machine, answer["access_token"])
    change(idp.services, acme, disabled=True)
    assert not idp.alive(machine, answer["access_token"])
    refused(idp.call(machine, "/token", grant_type="client_credentials"), "invalid_client", 401)
    change(idp.services, acme, disabled=False)
    assert not idp.alive(machine, answer["access_token"])
    again = idp.call(machine, "/token", grant_type="client_credentials").json["access_token"]
    assert idp.alive(machine, again)


def test_a_grant_without_an_organisation_is_over_when_the_app_requires_one(idp: Deployment, ada: User, acme: OrganisationProfile) -> None:
    """Its refresh token, its code and an exchange. It works again if the app does not require one any more."""
    app = idp.app(scopes=SCOPES, organization="allowed")
    join(idp.services, ada, acme)
    browser = idp.browser(ada)
    before = idp.tokens(app, browser, scope="openid offline_access")["refresh_token"]
    named_one = idp.tokens(app, browser, scope="openid offline_access organization")["refresh_token"]
    code = idp.code(app, ada, scope="openid")
    idp.change(app, organization="required")
    refused(idp.call(app, "/token", grant_type="refresh_token", refresh_token=before))
    refused(idp.redeem(app, code))
    assert idp.call(app, "/token", grant_type="refresh_token", refresh_token=named_one).status == 200
    idp.change(app, organization="allowed")
    assert idp.call(app, "/token", grant_type="refresh_token", refresh_token=before).status == 200


def test_a_token_of_before_does_not_serve_a_client_that_joined_an_organisation(idp: Deployment, acme: OrganisationProfile) -> None:
    """It names no organisation, so it would count for the whole deployment."""
    machine = idp.app(grant_types=("client_credentials",), redirect_uris=(), scopes=("orders",))
    token = idp.call(machine, "/token", grant_type="client_credentials").json["access_token"]
    assert idp.alive(machine, token)
    idp.change(machine, org_id=acme.id)
    assert not idp.alive(machine, token)


# --- consent, policies, switching -----------------------------------------------------------------------------------------


def test_switching_needs_no_new_sign_in(idp: Deployment, app: App, ada: User, acme: OrganisationProfile) -> None:
    """prompt=none with the name of another organisation, in the same session. Which one is not said: interaction_required."""
    other = organisation(idp.services)
    for it in (acme, other):
        join(idp.services, ada, it)
    browser = idp.browser(ada)
    for it in (acme, other, acme):
        code = idp.authorize(browser, app, prompt="none", scope=f"openid organization:{it.slug}").answered["code"]
        tokens = idp.redeem(app, code).json
        assert named(claims_of(tokens["id_token"])) == of(it)
    sids = {grant.session_id for grant in idp.services.grants.of(ada.id)}
    assert len(sids) == 1
    assert idp.authorize(browser, app, prompt="none", scope="openid organization").answered["error"] == "interaction_required"


def test_a_silent_request_is_for_the_organisation_of_its_hint(idp: Deployment, app: App, ada: User, acme: OrganisationProfile) -> None:
    """prompt=none with an ID Token that names one, as libraries renew. A name in the request counts more, and a page asks in any case."""
    held, other = join(idp.services, ada, acme), organisation(idp.services)
    join(idp.services, ada, other)
    browser = idp.browser(ada)
    hint = idp.tokens(app, browser, scope=f"openid organization:{acme.slug}")["id_token"]
    plain = idp.tokens(app, browser)["id_token"]
    silent = {"prompt": "none", "scope": "openid organization"}
    code = idp.authorize(browser, app, **silent, id_token_hint=hint).answered["code"]
    assert named(claims_of(idp.redeem(app, code).json["id_token"])) == of(acme)
    code = idp.authorize(browser, app, **silent, organization=other.id, id_token_hint=hint).answered["code"]
    assert named(claims_of(idp.redeem(app, code).json["id_token"])) == of(other)
    assert idp.authorize(browser, app, **silent, id_token_hint=plain).answered["error"] == "interaction_required"
    assert "Choose an organisation" in idp.authorize(browser, app, scope="openid organization", id_token_hint=hint).text
    assert named(claims_of(idp.tokens(app, browser, prompt="none", id_token_hint=hint)["id_token"])) == {}
    leave(idp.services, held)
    assert idp.authorize(browser, app, **silent, id_token_hint=hint).answered["error"] == "access_denied"


def test_prompt_none_is_refused_for_an_organisation_without_consent(idp: Deployment, ada: User, acme: OrganisationProfile) -> None:
    """An app of others."""
    join(idp.services, ada, acme)
    app = idp.app(scopes=SCOPES, organization="allowed", first_party=False)
    answered = idp.authorize(idp.browser(ada), app, prompt="none", scope="openid organization").answered
    assert answered["error"] == "consent_required"
    assert THIRD_PARTY.client.organization == "none"


@pytest.mark.parametrize(
    ("policy", "facts", "error"),
    [
        (OrganisationPolicy(mfa_required=True), {}, "interaction_required"),
        (OrganisationPolicy(mfa_required=True), {"amr": ("pwd", "otp", "mfa")}, ""),
        (OrganisationPolicy(session_hours=2), {}, ""),
        (OrganisationPolicy(session_hours=2), {"age": 7199}, ""),
        (OrganisationPolicy(session_hours=2), {"age": 7200}, "login_required"),
        (OrganisationPolicy(connections_only=True), {}, "access_denied"),
    ],
)
def test_policies_are_checked_at_each_sign_in(
    idp: Deployment, app: App, ada: User, policy: OrganisationPolicy, facts: dict[str, Any], error: str
) -> None:
    """prompt=none tells what is due for the organisation; a request without one is answered."""
    it = organisation(idp.services, policy=policy)
    join(idp.services, ada, it)
    aged = {"auth_time": idp.clock() - facts.pop("age", 0), **facts}
    browser = idp.browser(ada, **aged)
    answered = idp.authorize(browser, app, prompt="none", scope="openid organization").answered
    assert answered.get("error", "") == error
    assert ("code" in answered) == (not error)
    if not error and policy.mfa_required:
        assert claims_of(idp.redeem(app, answered["code"]).json["id_token"])["acr"] == AAL2
    assert "code" in idp.authorize(browser, app, prompt="none").answered


# --- calls ----------------------------------------------------------------------------------------------------------------


def test_an_organisation_adds_only_the_calls_of_its_question(
    oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An organisation adds one call to a request that names an id, two for a slug or for any; none to codes, refreshes, UserInfo."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    idp, engine = watched(oidc_settings, Clock())
    app, it, ada = idp.app(scopes=SCOPES, organization="allowed"), organisation(idp.services), idp.person()
    idp.get("/jwks")
    idp.authorize(idp.browser(), app)
    alone = idp.person()
    join(idp.services, ada, it)

    def calls(browser: Any, **parameters: str) -> list[str]:
        engine.forget()
        assert "code" in idp.authorize(browser, app, **parameters).answered
        return list(engine.calls)

    plain = calls(idp.browser(ada))
    assert calls(idp.browser(alone), scope="openid organization") == plain
    assert len(calls(idp.browser(ada), organization=it.id)) == len(plain) + 1
    assert len(calls(idp.browser(ada), organization=it.slug)) == len(plain) + 2
    assert len(calls(idp.browser(ada), scope="openid organization")) == len(plain) + 2
    code = idp.code(app, ada, scope="openid offline_access organization")
    engine.forget()
    tokens = idp.redeem(app, code).json
    assert len(engine.calls) == 2
    engine.forget()
    assert idp.refresh(app, tokens["refresh_token"]).status == 200
    assert list(engine.calls) == ["BatchGetItem", "UpdateItem"]
    engine.forget()
    assert idp.userinfo(tokens["access_token"]).status == 200
    assert list(engine.calls) == ["BatchGetItem"]
