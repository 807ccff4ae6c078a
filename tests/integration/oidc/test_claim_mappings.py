"""Claims that a client's claim mappings add to tokens (RFC 9068 §2.2.3.1): only mapped ones, with current values, never truncated."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.people.user import User
from idp.oauth.token.grants.token_exchange import ACCESS_TOKEN
from idp.services.audit.recorder import SYSTEM
from idp.verify.decisions import Action, Question, Resource, Subject
from idp.verify.decisions.roles import RoleDecider
from tests.integration.oidc.engine import watched
from tests.integration.oidc.forging import claims_of
from tests.support.calling import Answer
from tests.support.clock import Clock
from tests.support.deployment import API, WEB, App, Deployment

if TYPE_CHECKING:
    from idp.settings import Settings

EVERYWHERE = ["access_token", "id_token", "userinfo"]
ALL: dict[str, Any] = {
    "roles": {"source": "roles", "in": EVERYWHERE},
    "groups": {"source": "groups", "in": EVERYWHERE},
    "permissions": {"source": "permissions", "in": EVERYWHERE},
    "app_roles": {"source": "client_roles", "in": EVERYWHERE},
    "https://shop.example/department": {"source": "attributes.department", "in": EVERYWHERE},
}


@dataclass(frozen=True)
class Model:
    """The names of the roles and the group of one test."""

    reader: str
    writer: str
    staff: str


@pytest.fixture
def model(idp: Deployment) -> Model:
    """Create two roles, and a group that gives the second."""
    tag = secrets.token_hex(6)
    made = Model(f"reader-{tag}", f"writer-{tag}", f"staff-{tag}")
    idp.services.role_service.create(made.reader, permissions=["orders:read", "stock:read"], scope=DEPLOYMENT)
    idp.services.role_service.create(made.writer, permissions=["orders:write", "orders:read"], scope=DEPLOYMENT)
    idp.services.group_service.create(made.staff, roles=[made.writer], scope=DEPLOYMENT)
    return made


@pytest.fixture
def ada(idp: Deployment, model: Model) -> User:
    """Return a user with a role, a group and attributes."""
    return person(idp, roles=[model.reader], groups=[model.staff], attributes={"department": "sales", "salary": 100_000})


def person(idp: Deployment, **access: Any) -> User:
    """Return a user with these assignments, made as an admin makes them."""
    return idp.services.user_service.patch(idp.person().id, access, scope=DEPLOYMENT)


def told(idp: Deployment, app: App, by: User) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the claims of the access token, the ID Token and UserInfo."""
    got = idp.tokens(app, by)
    return claims_of(got["access_token"]), claims_of(got["id_token"]), idp.userinfo(got["access_token"]).json


def refused(answer: Answer) -> None:
    assert (answer.status, answer.error) == (400, "invalid_request"), answer.text
    assert not {"access_token", "refresh_token", "id_token"} & answer.json.keys()


# --- which claims, and where ---------------------------------------------------------------------------------------------


def test_what_is_mapped_is_told(idp: Deployment, model: Model, ada: User) -> None:
    """Each named place contains the user's and the groups' roles, the permissions of these roles, and attributes by name."""
    app = idp.app(claim_mappings=ALL)
    for claims in told(idp, app, ada):
        assert claims["roles"] == [model.reader, model.writer]
        assert claims["groups"] == [model.staff]
        assert claims["permissions"] == ["orders:read", "orders:write", "stock:read"]
        assert claims["app_roles"] == []
        assert claims["https://shop.example/department"] == "sales"
        assert claims["sub"] == ada.id
        assert "salary" not in json.dumps(claims)


@pytest.mark.parametrize("subject_type", ["public", "pairwise"])
def test_nothing_is_told_unless_it_is_mapped(idp: Deployment, model: Model, ada: User, subject_type: str) -> None:
    """Without mappings, tokens contain no roles, groups, permissions or attributes, whatever the client's type or scopes."""
    app = idp.app(subject_type=subject_type, scopes=(*WEB.client.scopes, "roles", "groups", "permissions"))
    for claims in told(idp, app, ada):
        text = json.dumps(claims)
        assert not {"roles", "groups", "permissions", "attributes"} & set(claims)
        assert not any(name in text for name in (model.reader, model.writer, model.staff, "sales", "salary"))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_it_is_told_where_it_is_mapped_and_nowhere_else(idp: Deployment, model: Model, ada: User, place: int) -> None:
    """A claim appears only in the places that its mapping names, since an access token is sent to other receivers than an ID Token."""
    app = idp.app(subject_type="pairwise", claim_mappings={"roles": {"source": "roles", "in": [EVERYWHERE[place]]}})
    assert [claims.get("roles") for claims in told(idp, app, ada)] == [
        [model.reader, model.writer] if at == place else None for at in range(3)
    ]


def test_a_person_without_roles_has_empty_lists_and_no_attribute(idp: Deployment) -> None:
    """A mapped list without members is an empty list. An attribute that the user does not have is left out."""
    for claims in told(idp, idp.app(claim_mappings=ALL), idp.person()):
        assert (claims["roles"], claims["groups"], claims["permissions"]) == ([], [], [])
        assert "https://shop.example/department" not in claims


@pytest.mark.parametrize("value", ["a text", 5, -2.5, True, False, 0, ["a", "b"], []], ids=str)
def test_attributes_keep_their_type(idp: Deployment, value: object) -> None:
    """Texts, numbers, booleans and lists of text keep their type. false and 0 are values too."""
    ada = person(idp, attributes={"x": value})
    app = idp.app(claim_mappings={"x": {"source": "attributes.x", "in": EVERYWHERE}})
    for claims in told(idp, app, ada):
        assert claims["x"] == value
        assert type(claims["x"]) is type(value)


def test_the_claims_parameter_asks_for_none_of_them(idp: Deployment, ada: User) -> None:
    """A client gets the claims that an admin mapped. It cannot ask for others (OIDC Core §5.5)."""
    wanted = json.dumps(
        {name: {"roles": {"essential": True}, "department": None, "permissions": None} for name in ("id_token", "userinfo")}
    )
    got = idp.tokens(WEB, ada, claims=wanted)
    for claims in (claims_of(got["id_token"]), idp.userinfo(got["access_token"]).json):
        assert not {"roles", "department", "permissions"} & set(claims)


def test_a_stored_mapping_of_a_reserved_name_is_left_out(idp: Deployment, ada: User) -> None:
    """A stored mapping cannot replace a claim of the protocol, even if it was stored before the name was reserved."""
    names = ("sub", "scope", "acr", "cnf", "gid", "aud", "email", "act", "authorization_details", "exp")
    mappings = {name: {"source": "attributes.department", "in": EVERYWHERE} for name in names}
    for claims in told(idp, idp.app(claim_mappings=mappings), ada):
        assert claims["sub"] == ada.id
        assert "sales" not in json.dumps(claims)


def test_verifiers_decide_by_what_is_told(idp: Deployment, model: Model, ada: User) -> None:
    """`idp.verify.decisions` decides by the token's permissions, or by the permissions of its roles in a model."""
    app = idp.app(claim_mappings=ALL)
    subjects = [Subject.of(claims_of(idp.tokens(app, user)["access_token"])) for user in (ada, idp.person())]
    looked_up = {name: role.permissions for name, role in idp.services.role_service.model(scope=DEPLOYMENT).roles.items()}
    for decider in (RoleDecider({}), RoleDecider(looked_up)):
        for action, allowed in (("write", [True, False]), ("refund", [False, False])):
            questions = [Question(subject, Action(action), Resource("orders", "1")) for subject in subjects]
            assert [decider.decide(question).allowed for question in questions] == allowed


# --- current values --------------------------------------------------------------------------------------------------------


def test_a_role_that_was_taken_away_is_gone_at_the_next_refresh(idp: Deployment, model: Model, ada: User) -> None:
    """C-04: a refresh reads the user's current roles, and those of the user's groups."""
    app = idp.app(claim_mappings=ALL)
    got = idp.tokens(app, ada)
    idp.services.user_service.patch(ada.id, {"roles": []}, scope=DEPLOYMENT)
    got = idp.refresh(app, got["refresh_token"]).json
    assert claims_of(got["access_token"])["roles"] == [model.writer]
    idp.services.user_service.patch(ada.id, {"groups": None, "attributes": {"department": None}}, scope=DEPLOYMENT)
    got = idp.refresh(app, got["refresh_token"]).json
    for claims in (claims_of(got["access_token"]), claims_of(got["id_token"]), idp.userinfo(got["access_token"]).json):
        assert (claims["roles"], claims["permissions"], claims["groups"]) == ([], [], [])
        assert "https://shop.example/department" not in claims


def test_what_a_role_or_group_loses_is_gone_at_the_next_refresh(idp: Deployment, model: Model, ada: User) -> None:
    """A permission removed from a role, and a role removed from a group, are gone from the next access token."""
    app = idp.app(claim_mappings=ALL)
    got = idp.tokens(app, ada)
    idp.services.role_service.patch(model.reader, {"permissions": ["stock:read"]}, by=SYSTEM, scope=DEPLOYMENT)
    idp.services.group_service.patch(model.staff, {"roles": []}, by=SYSTEM, scope=DEPLOYMENT)
    claims = claims_of(idp.refresh(app, got["refresh_token"]).json["access_token"])
    assert (claims["roles"], claims["permissions"]) == ([model.reader], ["stock:read"])


def test_a_deleted_role_is_gone_and_does_not_come_back_by_its_name(idp: Deployment, model: Model, ada: User) -> None:
    """A user of a deleted role does not get a new role with its name, neither directly nor by a group, until it is assigned."""
    app, roles = idp.app(claim_mappings=ALL), idp.services.role_service
    got = idp.tokens(app, ada)
    for name in (model.reader, model.writer):
        roles.delete(name, by=SYSTEM, scope=DEPLOYMENT)
    got = idp.refresh(app, got["refresh_token"]).json
    assert claims_of(got["access_token"])["roles"] == []
    for name in (model.reader, model.writer):
        roles.create(name, permissions=["everything"], scope=DEPLOYMENT)
    got = idp.refresh(app, got["refresh_token"]).json
    assert (claims_of(got["access_token"])["roles"], claims_of(got["access_token"])["permissions"]) == ([], [])
    idp.services.user_service.patch(ada.id, {"roles": [model.reader]}, scope=DEPLOYMENT)
    assert claims_of(idp.refresh(app, got["refresh_token"]).json["access_token"])["permissions"] == ["everything"]


def test_a_deleted_group_gives_nothing_and_does_not_come_back_by_its_name(idp: Deployment, model: Model, ada: User) -> None:
    """A member of a deleted group does not get a new group with its name, nor the roles of that group."""
    app = idp.app(claim_mappings=ALL)
    idp.services.group_service.delete(model.staff, by=SYSTEM, scope=DEPLOYMENT)
    idp.services.group_service.create(model.staff, roles=[model.writer], scope=DEPLOYMENT)
    claims, _, _ = told(idp, app, ada)
    assert (claims["roles"], claims["groups"]) == ([model.reader], [])


def test_a_mapping_that_was_taken_away_is_gone_at_the_next_refresh(idp: Deployment, ada: User) -> None:
    """UserInfo stops returning the claim at once, also for an access token from before."""
    app = idp.app(claim_mappings=ALL)
    got = idp.tokens(app, ada)
    idp.change(app, claim_mappings=None)
    assert "roles" not in idp.userinfo(got["access_token"]).json
    got = idp.refresh(app, got["refresh_token"]).json
    assert "roles" not in claims_of(got["access_token"]) | claims_of(got["id_token"])


# --- clients for themselves, exchange, introspection -------------------------------------------------------------------------


def service(idp: Deployment, model: Model, mappings: Mapping[str, Any] | None) -> App:
    made = idp.app(grant_types=("client_credentials",), scopes=("read",), redirect_uris=(), claim_mappings=mappings)
    idp.services.client_service.patch(made.id, {"roles": [model.writer]}, scope=DEPLOYMENT)
    return made


def own(idp: Deployment, app: App) -> dict[str, Any]:
    answer = idp.call(app, "/token", grant_type="client_credentials")
    assert answer.status == 200, answer.text
    return claims_of(answer.json["access_token"])


def test_a_clients_own_token_tells_of_the_client(idp: Deployment, model: Model) -> None:
    """client_credentials: the token contains the client's own roles and permissions. It has no groups and no attributes."""
    claims = own(idp, app := service(idp, model, ALL))
    assert claims["roles"] == claims["app_roles"] == [model.writer]
    assert claims["permissions"] == ["orders:read", "orders:write"]
    assert not {"groups", "https://shop.example/department"} & set(claims)
    idp.services.role_service.delete(model.writer, by=SYSTEM, scope=DEPLOYMENT)
    assert (own(idp, app)["roles"], own(idp, app)["permissions"]) == ([], [])
    assert not {"roles", "permissions", "app_roles"} & set(own(idp, service(idp, reader(model), None)))


def reader(model: Model) -> Model:
    return Model(model.reader, model.reader, model.staff)


def test_a_clients_roles_are_not_its_users(idp: Deployment, model: Model) -> None:
    """A person's token contains the person's roles as roles, and the client's roles as app_roles."""
    app = idp.app(claim_mappings=ALL)
    idp.services.client_service.patch(app.id, {"roles": [model.writer]}, scope=DEPLOYMENT)
    claims, _, _ = told(idp, app, person(idp, roles=[model.reader]))
    assert (claims["roles"], claims["app_roles"], claims["permissions"]) == ([model.reader], [model.writer], ["orders:read", "stock:read"])


def test_an_exchanged_token_has_the_claims_that_are_mapped_for_its_client(idp: Deployment, model: Model, ada: User) -> None:
    """RFC 8693: an exchanged token contains what the exchanging client's mappings name. The first client's mappings do not count."""
    policy: dict[str, Any] = {
        "grant_types": (TOKEN_EXCHANGE,), "redirect_uris": (), "introspects": (API,), "token_exchange_audiences": (API,),
        "token_exchange_scopes": ("openid",),
    }  # fmt: skip
    shop = idp.app(resources=(API,), claim_mappings=ALL)
    plain, mapped = idp.app(**policy), idp.app(**policy, claim_mappings={"permissions": ALL["permissions"]})
    subject = idp.tokens(shop, ada)["access_token"]

    def exchanged(client: App) -> dict[str, Any]:
        asked = {"grant_type": TOKEN_EXCHANGE, "subject_token": subject, "subject_token_type": ACCESS_TOKEN}
        return claims_of(idp.call(client, "/token", **asked).json["access_token"])

    assert not {"roles", "groups", "permissions"} & set(exchanged(plain))
    assert exchanged(mapped)["permissions"] == ["orders:read", "orders:write", "stock:read"]
    assert "roles" not in exchanged(mapped)
    idp.services.user_service.patch(ada.id, {"roles": None, "groups": None}, scope=DEPLOYMENT)
    assert exchanged(mapped)["permissions"] == []


def test_introspection_tells_what_the_token_says(idp: Deployment, model: Model, ada: User) -> None:
    """Introspection returns the token's mapped claims and no internal ones, also for a pairwise client."""
    for subject_type in ("public", "pairwise"):
        app = idp.app(subject_type=subject_type, claim_mappings=ALL)
        token = idp.tokens(app, ada)["access_token"]
        answer, claims = idp.call(app, "/introspect", token=token).json, claims_of(token)
        assert {name: answer[name] for name in ALL} == {name: claims[name] for name in ALL}
        assert answer["roles"] == [model.reader, model.writer]
        assert not {"gid", "uid"} & set(answer)
        assert subject_type == "public" or ada.id not in json.dumps(answer)
    plain = idp.call(WEB, "/introspect", token=idp.tokens(WEB, ada)["access_token"]).json
    assert not set(plain) & set(ALL)


# --- too large -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["access_token", "id_token"])
def test_what_does_not_fit_is_refused_before_anything_is_used_up(idp: Deployment, place: str) -> None:
    """Claims that are too large are neither cut nor left out: the request is refused. The code and the refresh token stay usable."""
    huge = {f"a{n}": "x" * 250 for n in range(14)}
    ada = person(idp, attributes=huge)
    app = idp.app()
    grown = {name: {"source": f"attributes.{name}", "in": [place]} for name in huge}
    code, family = idp.code(app, ada), idp.tokens(app, ada)["refresh_token"]
    idp.change(app, claim_mappings=grown)
    for _ in range(2):
        refused(idp.redeem(app, code))
        refused(idp.refresh(app, family))
        idp.clock.advance(11)  # after the grace, in which a used refresh token would still be answered
    (event, *_) = [event for event in idp.events(ada) if event.type == "claims.too_large"]
    assert (event.outcome, event.actor, event.subject) == ("failure", app.id, ada.id)
    assert "x" * 20 not in str(event)
    idp.services.user_service.patch(ada.id, {"attributes": dict.fromkeys(list(huge)[:5])}, scope=DEPLOYMENT)
    assert idp.redeem(app, code).status == 200
    assert idp.refresh(app, family).status == 200


def test_a_token_as_large_as_it_may_be_is_taken_back(idp: Deployment) -> None:
    """A token of the largest allowed size is still accepted, since the limit leaves room for its other claims."""
    filled = {f"a{n:02}": "ü" * 120 for n in range(11)}
    ada = person(idp, attributes=filled)
    app = idp.app(claim_mappings={name: {"source": f"attributes.{name}", "in": EVERYWHERE} for name in filled})
    got = idp.tokens(app, ada)
    assert len(got["access_token"]) > 4000
    assert idp.alive(app, got["access_token"])
    assert idp.userinfo(got["access_token"]).json["a00"] == "ü" * 120


def test_what_does_not_fit_beside_long_scopes_is_refused(idp: Deployment) -> None:
    """Mapped claims, scopes, audience and details count together, so that the provider issues no token that it would refuse as too long."""
    scopes = tuple(f"scope-{number:02}-{'x' * 30}" for number in range(60))
    ada = person(idp, attributes={f"a{n:02}": "x" * 250 for n in range(10)})
    mappings = {f"a{n:02}": {"source": f"attributes.a{n:02}", "in": ["access_token"]} for n in range(10)}
    wide = idp.app(scopes=("openid", *scopes), claim_mappings=mappings)
    refused(idp.redeem(wide, idp.code(wide, ada, scope=" ".join(wide.client.scopes))))
    token = idp.tokens(wide, ada, scope=" ".join(wide.client.scopes[:50]))["access_token"]
    assert 6000 < len(token) < 8192
    assert idp.alive(wide, token)
    plain = idp.app(scopes=("openid", *scopes), claim_mappings=ALL)
    assert idp.alive(plain, idp.tokens(plain, ada, scope=" ".join(plain.client.scopes))["access_token"])


# --- number of calls -------------------------------------------------------------------------------------------------------


def test_what_is_not_mapped_costs_nothing(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client without mappings makes the usual calls. Attributes are read with the user, and roles cost one query."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    idp, engine = watched(oidc_settings, Clock())
    tag = secrets.token_hex(6)
    idp.services.role_service.create(f"r-{tag}", permissions=["x"], scope=DEPLOYMENT)
    idp.services.group_service.create(f"g-{tag}", roles=[f"r-{tag}"], scope=DEPLOYMENT)
    ada, nobody = person(idp, roles=[f"r-{tag}"], groups=[f"g-{tag}"], attributes={"department": "sales"}), idp.person()
    department = {"department": {"source": "attributes.department", "in": EVERYWHERE}}
    plain, attributes, everything = idp.app(), idp.app(claim_mappings=department), idp.app(claim_mappings=ALL)
    idp.get("/jwks")

    def cost(app: App, user: User) -> list[list[str]]:
        steps, code = [], idp.code(app, user)
        engine.forget()
        got = idp.redeem(app, code).json
        steps.append(list(engine.calls))
        engine.forget()
        assert idp.refresh(app, got["refresh_token"]).status == 200
        steps.append(list(engine.calls))
        engine.forget()
        assert idp.userinfo(got["access_token"]).status == 200
        return [*steps, list(engine.calls)]

    usual = [["BatchGetItem", "UpdateItem"], ["BatchGetItem", "UpdateItem"], ["BatchGetItem"]]
    assert cost(plain, ada) == cost(attributes, ada) == cost(everything, nobody) == usual
    assert cost(everything, ada) == [
        ["BatchGetItem", "Query", "UpdateItem"],
        ["BatchGetItem", "Query", "UpdateItem"],
        ["BatchGetItem", "Query"],
    ]
    worker = idp.app(grant_types=("client_credentials",), scopes=("read",), redirect_uris=(), claim_mappings=ALL)
    idp.services.client_service.patch(worker.id, {"roles": [f"r-{tag}"]}, scope=DEPLOYMENT)
    engine.forget()
    own(idp, worker)
    assert engine.calls == ["GetItem", "Query"]
