"""Access evaluation (AuthZEN 1.0, sections 5, 6 and 10): who may ask, what a question is, what the answer says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from idp.domain.organisations.profile import OrganisationProfile
from tests.engines.lossy_proxy import LossyProxy
from tests.integration.authzen.conftest import RESOURCE, Make, Point
from tests.integration.oidc.proving import Signer, proof
from tests.support.access_cases import CASES, PAPER, Case
from tests.support.organising import organisation

READS: dict[str, Any] = {
    "subject": {"type": "user", "id": "rita", "properties": {"roles": ["reader"], "clearance": "internal"}},
    "action": {"name": "read"},
    "resource": {"type": "document", "id": "d-1", "properties": PAPER},
}


def without(*path: str) -> dict[str, Any]:
    """The question without one member."""
    copy: dict[str, Any] = json.loads(json.dumps(READS))
    holder = copy
    for name in path[:-1]:
        holder = holder[name]
    del holder[path[-1]]
    return copy


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_of_the_table_has_its_decision(point: Point, case: Case) -> None:
    """The same question has the same answer as everywhere; its reason is in the context."""
    told = point.ask("evaluation", case.authzen)
    assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    assert told.json()["decision"] is case.allowed
    assert ",".join(told.json()["context"].get("decided_by", [])) == case.by
    assert told.json()["context"]["reason"]


@pytest.mark.parametrize(
    "body",
    [
        without("subject"), without("action"), without("resource"), without("subject", "type"), without("subject", "id"),
        without("action", "name"), without("resource", "type"), without("resource", "id"),
        {**READS, "subject": "alice"}, {**READS, "subject": None}, {**READS, "action": {"name": 123}}, {**READS, "action": []},
        {**READS, "subject": {"type": "user", "id": ""}}, {**READS, "subject": {"type": "user", "id": "x" * 2001}},
        {**READS, "subject": {"type": "user", "id": "a", "properties": []}}, {**READS, "context": "now"}, {**READS, "context": [1]},
        [], [READS], "READS", 1, None, {},
    ],
)  # fmt: skip
def test_a_malformed_question_is_refused(point: Point, body: Any) -> None:
    """400 and a sentence; nothing of what was sent comes back."""
    refused = point.ask("evaluation", body)
    assert (refused.status_code, refused.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert refused.text
    assert "alice" not in refused.text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/json"), (b"{", "application/json"), (b"\xff", "application/json"), (b"{}", "text/plain"), (b"{}", ""),
        (b'{"subject": 1, "subject": 2}', "application/json"), (b'{"a": NaN}', "application/json"), (b"[" * 5000, "application/json"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "application/json"), (b"a=b", "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_a_body_other_than_json_is_refused(point: Point, content: bytes, kind: str) -> None:
    """400 for each other body."""
    for path in ("evaluation", "evaluations"):
        refused = point.ask(path, content=content, headers={"Content-Type": kind} if kind else {})
        assert refused.status_code == 400, refused.text


def test_a_large_body_is_refused(point: Point) -> None:
    """413 before anything is parsed."""
    assert point.ask("evaluation", content=b"x" * 70_000, headers={"Content-Type": "application/json"}).status_code == 413


def test_unknown_members_are_passed_over(point: Point) -> None:
    """Section 10.1.1: "receivers MUST ignore unknown fields"."""
    assert point.ask("evaluation", {**READS, "foo": "bar", "future": {"nested": True}}).json()["decision"] is True


def callers(point: Point) -> dict[str, str]:
    """Authorization headers of those who may not ask."""
    someone = point.user()
    app = point.web_client("access:evaluate", resources=[RESOURCE])
    elsewhere = point.asker("access:evaluate", resources=[RESOURCE, "https://api.example"])
    right = point.bearer("access:evaluate")
    return {
        "nobody": "",
        "a wrong scheme": right.replace("Bearer", "Basic"),
        "a bound token's scheme": right.replace("Bearer", "DPoP"),
        "two tokens": right + " " + right,
        "a broken signature": right[:-8] + "AAAAAAAA",
        "without the scope": point.bearer("access:subjects"),
        "for the admin API": "Bearer " + point.service_token(point.root),
        "for two APIs": "Bearer " + point.service_token(elsewhere, "access:evaluate", resources=(RESOURCE, "https://api.example")),
        "for another API": "Bearer " + point.service_token(elsewhere, "access:evaluate", resources=("https://api.example",)),
        "a person's token": "Bearer " + point.token(someone, app, "access:evaluate"),
    }


def test_a_client_of_an_organisation_asks_nothing(point: Point) -> None:
    """T-05: its questions would be about people of the whole deployment. The answer is 403, also with the right to look people up."""
    it = organisation(point.services)
    asker = point.asker("access:evaluate", "access:subjects", org_id=it.id)
    refused = point.ask("evaluation", READS, authorization="Bearer " + _token_for(point, asker, it))
    assert (refused.status_code, "decision" in refused.text) == (403, False)


def _token_for(point: Point, asker: Client, it: OrganisationProfile) -> str:
    services = point.services
    return services.tokens.issue_access_token(asker, scopes=asker.scopes, resources=(RESOURCE,), organisation=it)


@pytest.mark.parametrize("path", ["evaluation", "evaluations"])
def test_a_caller_without_the_scope_is_refused(point: Point, path: str) -> None:
    """The answer is 401 or 403 with a challenge and a sentence, without a decision."""
    for who, authorization in callers(point).items():
        refused = point.ask(path, READS, authorization=authorization)
        assert refused.status_code == (403 if who in {"without the scope", "a person's token"} else 401), (who, refused.text)
        assert refused.headers["www-authenticate"].startswith(("Bearer", "DPoP")), who
        assert refused.headers["content-type"].startswith("text/plain"), who


@pytest.mark.parametrize("path", ["evaluation", "evaluations"])
def test_a_stranger_is_told_nothing_of_what_was_wrong(point: Point, path: str) -> None:
    """401 before the body is looked at."""
    assert point.ask(path, content=b"{", authorization="").status_code == 401


def test_authority_ends_at_once(point: Point) -> None:
    """A service that was disabled, or lost the scope or the audience, gets no decision."""
    for change in ({"disabled": True}, {"scope": "access:subjects"}, {"resources": ["https://api.example"]}):
        asker = point.asker("access:evaluate")
        bearer = "Bearer " + point.service_token(asker)
        assert point.ask("evaluation", READS, authorization=bearer).status_code == 200
        point.services.client_service.patch(asker.id, change, scope=DEPLOYMENT)
        assert point.ask("evaluation", READS, authorization=bearer).status_code in {401, 403}


def test_the_askers_request_id(point: Point) -> None:
    """The caller's id is returned, also with refusals. An id that is unsafe in a header is replaced by the provider's own."""
    for path, body, authorization in (("evaluation", READS, None), ("evaluation", {}, None), ("evaluations", READS, "")):
        told = point.ask(path, body, authorization=authorization, headers={"X-Request-ID": "bfe9eb29-ab87-4ca3"})
        assert told.headers.get_list("x-request-id") == ["bfe9eb29-ab87-4ca3"]
    for odd in ("a b", "x" * 129, "ü", ""):
        told = point.ask("evaluation", READS, headers={"X-Request-ID": odd.encode()})
        (own,) = told.headers.get_list("x-request-id")
        assert own != odd
        assert own
    assert point.http.get("/healthz", headers={"X-Request-ID": "mine-mine"}).headers["x-request-id"] != "mine-mine"


def test_only_post_is_answered(point: Point) -> None:
    """Other methods and other addresses under it are refused."""
    assert point.http.get("/access/v1/evaluation").status_code == 405
    assert point.ask("search/subject", READS).status_code in {404, 405}


def test_roles_decide_until_policies_are_published(fresh: Point) -> None:
    """Before a publication roles decide, and all else is denied. A published set decides from the next question on."""
    assert fresh.ask("evaluation", READS).json()["decision"] is False
    fresh.services.role_service.create("reader", permissions=["document:read"], scope=DEPLOYMENT)
    assert fresh.ask("evaluation", READS).json() == {
        "decision": True, "context": {"reason": "a role has document:read", "decided_by": ["role:reader"]},
    }  # fmt: skip
    fresh.publish(rules={"rules": [{"id": "closed", "effect": "deny"}]})
    assert fresh.ask("evaluation", READS).json()["context"]["decided_by"] == ["rule:closed"]
    fresh.publish(rules={"rules": [{"id": "open", "effect": "allow"}]})
    assert fresh.ask("evaluation", READS).json()["context"]["decided_by"] == ["role:reader", "rule:open"]


TYPES = """
entity Role, Group;
entity User in [Role, Group] { id: String, department?: String, amr?: Set<String> };
entity Document;
action read, audit appliesTo { principal: User, resource: [Document, User] };
"""
FINANCE = """
permit(principal in Role::"reader", action == Action::"read", resource);
permit(principal, action == Action::"audit", resource)
when { principal has department && principal.department == "finance" && principal has amr && principal.amr.contains("otp") };
"""


@pytest.mark.parametrize("namespace", ["", "Shop"])
def test_no_other_name_of_a_subject_goes_round_what_is_known(fresh: Point, namespace: str) -> None:
    """Cedar treats `User` and `Shop::User` as `user`. All names use the same look-up, so unknown and disabled users are denied."""
    schema, policies = TYPES, FINANCE
    if namespace:
        schema = f"namespace {namespace} {{ {TYPES} }}"
        policies = FINANCE.replace("Role::", f"{namespace}::Role::").replace("Action::", f"{namespace}::Action::")
    fresh.publish(policies=policies, schema=schema, namespace=namespace)
    user, looking = fresh.user(), fresh.bearer("access:evaluate", "access:subjects")
    claims = {"roles": ["reader"], "department": "finance", "amr": ["pwd", "otp"]}

    def decides(type_: str, action: str, id_: str = user.id, **resource: Any) -> bool:
        subject = {"type": type_, "id": id_, "properties": claims}
        asked = {"subject": subject, "action": {"name": action}, "resource": {"type": "document", "id": "d", **resource}}
        return bool(fresh.ask("evaluation", asked, authorization=looking).json()["decision"])

    for type_ in ("user", "User", *([f"{namespace}::User"] if namespace else [])):
        for id_ in (user.id, "usr_nobody"):
            assert not decides(type_, "read", id_)
            assert not decides(type_, "audit", id_)
        assert not decides(type_, "audit", type="User", id=user.id, properties={"department": "finance"}), "not by itself as the resource"
    fresh.services.user_service.patch(user.id, {"attributes": {"department": "finance"}}, scope=DEPLOYMENT)
    assert decides("user", "audit"), "the caller says how the person signed in"
    assert decides("User", "audit")
    fresh.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT)
    assert not decides("User", "audit")


def test_subjects_as_the_provider_knows_them(fresh: Point) -> None:
    """With the scope for it, stored values replace those that the caller sends. Unknown and disabled subjects are denied."""
    fresh.services.role_service.create("reader", permissions=["document:read"], scope=DEPLOYMENT)
    fresh.publish(
        rules={"rules": [{"id": "finance", "effect": "allow", "actions": ["write"], "when": {
            "equals": [{"get": "subject.properties.department"}, "finance"],
        }}]},
    )  # fmt: skip
    user = fresh.user(roles=["reader"], attributes={"department": "finance"})
    app = fresh.service_client("api:read", resources=["https://api.example"])
    looking, asking = fresh.bearer("access:evaluate", "access:subjects"), fresh.bearer("access:evaluate")

    def decides(subject: dict[str, Any], action: str, authorization: str = looking) -> bool:
        told = fresh.ask("evaluation", {**READS, "subject": subject, "action": {"name": action}}, authorization=authorization)
        return bool(told.json()["decision"])

    known = {"type": "user", "id": user.id}
    assert decides(known, "read")
    assert decides(known, "write")
    assert not decides(known, "read", asking)
    assert decides({**known, "properties": {"roles": ["reader"]}}, "read", asking)
    assert decides({**known, "properties": {"department": "sales"}}, "write")
    assert not decides({**known, "id": "usr_nobody", "properties": {"roles": ["reader"]}}, "read")
    assert not decides({"type": "client", "id": app.id, "properties": {"roles": ["reader"], "permissions": ["document:read"]}}, "read")
    assert not decides({"type": "client", "id": "nobody", "properties": {"roles": ["reader"]}}, "read")
    assert decides({"type": "robot", "id": "r2", "properties": {"roles": ["reader"]}}, "read")
    fresh.services.user_service.patch(user.id, {"roles": []}, scope=DEPLOYMENT)
    assert not decides(known, "read")
    fresh.services.user_service.patch(user.id, {"attributes": {"department": None}}, scope=DEPLOYMENT)
    for properties in ({}, {"department": "finance"}):  # attributes of the question do not restore a role that was taken away
        assert not decides({**known, "properties": properties}, "write")
    fresh.services.user_service.patch(user.id, {"attributes": {"department": "finance"}}, scope=DEPLOYMENT)
    assert decides(known, "write")
    fresh.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT)
    assert not decides(known, "write")


def test_a_bound_token_counts_with_its_proof_only(point: Point) -> None:
    """The token is refused as a bearer token (RFC 9449 §7.2), and without its proof."""
    asker = point.asker("access:evaluate")
    bound = point.services.tokens.issue_access_token(asker, scopes=asker.scopes, confirmation={"jkt": "x" * 43})
    for scheme in ("Bearer", "DPoP"):
        refused = point.ask("evaluation", READS, authorization=f"{scheme} {bound}")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("DPoP")


def test_a_bound_token_with_its_proof(point: Point) -> None:
    """It counts once; another address, another token's or another key's proof does not count."""
    key, asker = Signer(), point.asker("access:evaluate")
    token = point.services.tokens.issue_access_token(asker, scopes=asker.scopes, confirmation={"jkt": key.jkt})
    for path in ("evaluation", "evaluations"):
        made = proof(key, point.clock(), f"/access/v1/{path}", token=token)
        shown = [point.ask(path, READS, authorization=f"DPoP {token}", headers={"DPoP": made}) for _ in range(2)]
        assert [answer.status_code for answer in shown] == [200, 401]
        assert shown[0].json()["decision"] is True
    for wrong in (
        proof(key, point.clock(), "/access/v1/evaluations", token=token),
        proof(key, point.clock(), "/access/v1/evaluation", token="another"),
        proof(Signer(), point.clock(), "/access/v1/evaluation", token=token),
    ):
        assert point.ask("evaluation", READS, authorization=f"DPoP {token}", headers={"DPoP": wrong}).status_code == 401


def test_a_token_for_the_decision_point_opens_nothing_else(point: Point) -> None:
    """The admin API does not take it."""
    token = point.service_token(point.asker("access:evaluate"))
    assert point.call("GET", "/policies", token=token).status_code == 401


@pytest.mark.parametrize("operation", ["BatchGetItem", "Query", "GetItem"])
def test_what_cannot_be_read_is_no_answer(make_point: Make, lossy_quick: LossyProxy, operation: str) -> None:
    """If any read fails, the answer is 503 with a sentence, without a decision."""
    point = make_point(lossy_quick.url)
    point.publish(rules={"rules": [{"id": "open", "effect": "allow"}]})
    bearer = point.bearer("access:evaluate")
    assert point.ask("evaluation", READS, authorization=bearer).json()["decision"] is True
    lossy_quick.fail(operation, "InternalServerError", times=100)
    closed = point.ask("evaluation", READS, authorization=bearer)
    assert (closed.status_code, closed.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert closed.headers["retry-after"]
