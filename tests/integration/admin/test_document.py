"""The OpenAPI document describes the answers, and no answer contains more (threats J-08, D-16)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.admin.app import ROUTERS
from idp.http.admin.schemas.common import Problem
from idp.http.app import build
from idp.store.factors import Totp
from tests.integration.admin.operations import BODIES, filled, operations
from tests.support.admin_calls import ISSUER
from tests.support.in_process import InProcess
from tests.support.people import PASSWORD
from tests.support.stored import put_totp
from tests.support.world import World


def document(world: World) -> dict[str, Any]:
    told: dict[str, Any] = world.http.get("/admin/v1/openapi.json").json()
    return told


def test_each_answer_has_its_described_shape(world: World) -> None:
    """The shapes forbid members that they do not name. No list is empty in this test."""
    models = {route.name: route.response_model for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}
    for method, path, _, name in operations(world):
        answer = world.call(method, filled(world, path), json=BODIES.get(name))
        assert answer.is_success, answer.text
        if answer.status_code == 204:
            assert models[name] is None
            continue
        if answer.headers["content-type"].startswith("application/x-ndjson"):
            assert all(isinstance(json.loads(line), dict) for line in answer.text.splitlines())
            continue
        TypeAdapter(models[name]).validate_json(answer.content)
        assert "items" not in answer.json() or answer.json()["items"], path
    for refused in (world.call("GET", "/users", token="x"), world.call("POST", "/users", json={"email": 5}), world.call("GET", "/nothing")):
        Problem.model_validate_json(refused.content)


def test_each_reference_in_the_document_exists(world: World) -> None:
    """FastAPI's own shape of errors, which is never sent, is not in the document."""
    told = document(world)
    text = json.dumps(told)
    assert "HTTPValidationError" not in text
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        place: Any = told
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_each_operation_is_described(world: World) -> None:
    """It has a sentence, its scope and its refusals as problem+json; patches have their content type."""
    told = document(world)
    assert told["servers"] == [{"url": ISSUER}]
    flows = told["components"]["securitySchemes"]["access_token"]["flows"]
    assert flows["clientCredentials"]["tokenUrl"] == ISSUER + "/token"
    assert set(flows["clientCredentials"]["scopes"]) == admin_scopes.ALL
    names = [operation["operationId"] for methods in told["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names)) > 15
    for methods in told["paths"].values():
        for method, operation in methods.items():
            assert operation["description"]
            refusals = {status: shape for status, shape in operation["responses"].items() if not status.startswith("2")}
            assert {"400", "401", "403", "default"} <= set(refusals)
            assert all(list(shape["content"]) == ["application/problem+json"] for shape in refusals.values())
            if method == "patch":
                assert "application/merge-patch+json" in operation["requestBody"]["content"]


UNPAGED = {
    "list_authorization_details_types", "list_scope_texts", "list_trusted_issuers",
    "list_connections", "list_scim_clients", "list_provisioning_targets", "list_issuer_links", "list_passkeys",
    "list_sealing_keys", "list_keys", "rotate_keys", "list_domains", "list_organizations_of_user", "read_statistics",
    "list_signal_streams", "list_webhook_endpoints", "list_webhook_event_types", "list_hooks", "list_organization_scim_clients",
    "list_organization_connections",
}  # fmt: skip
"""Lists that are short by their nature: one answer has them whole."""
UNKEYED = {
    "simulate_policies", "dry_run_hook", "revoke_sealing_key", "read_connection_metadata", "check_client_secret", "check_connection_secret",
    "check_provisioning_token", "read_organization_connection_metadata", "check_organization_connection_secret",
}  # fmt: skip
"""POST requests that take no Idempotency-Key: a repetition has no further effect."""


def test_each_operation_declares_what_its_method_promises(world: World) -> None:
    """POST takes Idempotency-Key; PUT and PATCH take If-Match and may answer 412; a path with an id may answer 404; a list is paged."""
    told = document(world)
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            name, refusals = operation["operationId"], set(operation["responses"])
            parameters = {parameter["name"] for parameter in operation.get("parameters", [])}
            assert method != "post" or "Idempotency-Key" in parameters or name in UNKEYED, name
            assert method not in {"put", "patch"} or ("If-Match" in parameters and "412" in refusals), name
            assert "{" not in path or method == "put" or "404" in refusals, name
            assert "items" not in members_of_answer(told, operation) or {"limit", "cursor"} <= parameters or name in UNPAGED, name


def members_of_answer(told: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """The members of the answer with status 200, if it is an object."""
    shape = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = shape.get("$ref", "").rpartition("/")[2]
    members: dict[str, Any] = told["components"]["schemas"][name]["properties"] if name else {}
    return members


def test_no_answer_contains_a_secret(world: World) -> None:
    """Neither stored forms of secrets nor private parts of keys are in an answer of any address."""
    user = world.user(password=PASSWORD)
    put_totp(world.services.database, Totp(user.id, b"sealed-totp-secret", 1, 1, 0))
    world.services.factors.put_recovery_codes(user.id, ["recoverydigest"], 1)
    stored = world.services.user_service.get(user.id, scope=DEPLOYMENT).password_hash
    digests = [secret.digest for client in world.services.clients.listing()[0] for secret in client.secrets]
    answers = "".join(world.call(method, filled(world, path), json=BODIES.get(name)).text for method, path, _, name in operations(world))
    for path in ("", "/sessions", "/grants"):
        answers += world.call("GET", f"/users/{user.id}{path}").text
    for secret in (stored, "$argon2", "sealed-totp", "recoverydigest", "PRIVATE KEY", '"d":', '"p":', '"q":', '"k":', *digests):
        assert secret
        assert secret not in answers


def test_the_first_request_builds_no_route_anew(shared: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cold start does not pay for the routes twice: each one is built when its module is imported."""
    built = list[str]()
    monkeypatch.setattr("fastapi.routing._populate_api_route_state", lambda *_args, **_options: built.append("a route"))
    caller = httpx.Client(transport=InProcess(build(shared.services)), base_url=ISSUER)
    answer = caller.get("/admin/v1/webhooks", headers={"Authorization": f"Bearer {shared.service_token(shared.root)}"})
    assert answer.status_code == 200
    assert built == []
