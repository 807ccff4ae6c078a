"""The OpenAPI document describes the answers, and no answer contains more (threats J-08, D-16)."""

from __future__ import annotations

import json
from typing import Any

from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.admin.app import ROUTERS
from idp.http.admin.schemas.common import Problem
from idp.store.factors import Totp
from tests.integration.admin.operations import BODIES, filled, operations
from tests.support.admin_calls import ISSUER
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
