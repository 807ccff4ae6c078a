"""Each operation of the OpenAPI document with each kind of caller (threats J-01): only the declared pairs pass."""

from __future__ import annotations

import pytest

from idp.domain.access import admin_scopes
from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.services.apps.subjects import Subjects
from idp.services.tokens.issuing import Tokens
from tests.integration.admin.operations import BODIES, filled, operations
from tests.support.admin_calls import ADMIN
from tests.support.world import World

NOBODY_SPECIAL = "a user's token for this API, of nobody special"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def strangers(world: World) -> dict[str, dict[str, str]]:
    """Return headers of callers who may do nothing here."""
    someone, other = (
        world.user(email="u1@example.com"),
        world.web_client("openid", client_id="other-app", resources=["https://api.example"]),
    )
    grant = world.granted(someone, other)
    tokens = world.services.tokens
    mine = tokens.issue_access_token(world.root, scopes=world.root.scopes)
    earlier = Tokens(
        world.settings, world.services.keyring, Subjects(world.services.keyring), lambda: world.clock() - 7200, world.services.new_id
    )
    bearers = {
        "a user's token for another API": world.token(someone, other),
        NOBODY_SPECIAL: world.token(someone, world.console),
        "an admin's token without a second factor": world.token(world.admin, world.console, second_factor=False),
        "a service client without scopes": tokens.issue_access_token(world.root, scopes=()),
        "a token for two APIs": tokens.issue_access_token(world.root, scopes=world.root.scopes, resources=(ADMIN, "https://api.example")),
        "an ID token": tokens.issue_id_token(world.console, grant, nonce=None, access_token=mine),
        "a refresh token": tokens.seal_refresh_token(grant, 0),
        "a code": tokens.seal_code(grant),
        "an expired token": earlier.issue_access_token(world.root, scopes=world.root.scopes),
        "a token with a broken signature": mine[:-8] + "AAAAAAAA",
        "no token at all": "",
    }
    headers = {who: {"Authorization": f"Bearer {token}"} for who, token in bearers.items()}
    headers["nobody"] = {}
    headers["a cookie"] = {"Cookie": f"__Host-idp_session={mine}; access_token={mine}"}
    headers["Basic credentials"] = {"Authorization": "Basic cm9vdDpyb290"}
    headers["a token in the wrong scheme"] = {"Authorization": f"DPoP {mine}"}
    headers["two tokens in one header"] = {"Authorization": f"Bearer {mine} {mine}"}
    return headers


def test_each_caller_without_authority_is_refused_everywhere(world: World) -> None:
    """401 or 403 as problem+json with a challenge, for each method. Nothing is written."""
    callers = strangers(world)
    before = {user.id: user for user in world.services.users.listing(limit=100)[0]}
    for declared, path, _, _ in operations(world):
        target = path.replace("{user_id}", world.admin.id).replace("{client_id}", "console").replace("{kid}", "x")
        for who, headers in callers.items():
            for method in METHODS if who in {"nobody", NOBODY_SPECIAL} else (declared,):
                answer = world.http.request(method, target, headers=headers)
                assert answer.status_code in {401, 403}, (who, method, path, answer.text)
                assert answer.headers["www-authenticate"].startswith("Bearer"), (who, method, path)
                assert answer.headers["content-type"] == "application/problem+json"
    assert {user.id: user for user in world.services.users.listing(limit=100)[0]} == before


def test_each_operation_needs_exactly_its_scope(world: World) -> None:
    """A token with all other scopes is refused with insufficient_scope, which names those it needs. With those alone it passes."""
    for method, path, scope, name in operations(world):
        others = [each for each in admin_scopes.ALL if each not in scope.split()]
        refused = world.call(method, filled(world, path), token=world.service_token(world.root, *others), json=BODIES.get(name))
        assert refused.status_code == 403, (method, path, refused.text)
        assert f'error="insufficient_scope", scope="{scope}"' in refused.headers["www-authenticate"]
        needed = sorted(admin_scopes.ALL) if name in EVERY else sorted({*scope.split(), *ALSO.get(name, ())})
        passed = world.call(method, filled(world, path), token=world.service_token(world.root, *needed), json=BODIES.get(name))
        assert passed.status_code in {200, 201, 202, 204}, (method, path, passed.text)


EVERY = {"create_hook", "change_hook", "delete_hook", "dry_run_hook"}
"""Operations that need every scope, because they decide about the sign-in of every admin (tests/integration/admin/test_hooks_admin.py)."""
ALSO = {
    **dict.fromkeys(
        ("create_organization_scim_client", "change_organization_scim_client", "rotate_organization_scim_token"),
        ("users:read", "users:write"),
    ),
    **dict.fromkeys(
        (
            "create_organization_connection", "change_organization_connection", "read_organization_connection_metadata",
            "prepare_organization_connection_certificates", "activate_organization_connection_certificates",
            "check_organization_connection_secret",
        ),
        tuple(ORGANISATION_SCOPES),
    ),
}  # fmt: skip
"""Operations that give a power over people, and what the caller needs for it beside the scope of the operation."""
SEVERAL = {"export_user", "create_import", "start_import", "preview_merge"}
"""Operations that need several scopes."""


def test_each_operation_names_existing_scopes(world: World) -> None:
    """Reading needs …:read, everything else …:write. Simulating policies counts as reading, because it has no effect."""
    for method, path, scope, name in operations(world):
        assert set(scope.split()) <= admin_scopes.ALL
        reads = method == "GET" or name == "simulate_policies"
        assert all(each.endswith(":read") == reads for each in scope.split()), (method, path)
    assert {scope for *_, scope, name in operations(world) if name not in SEVERAL} <= admin_scopes.ALL


@pytest.mark.parametrize(
    "path",
    [
        "/admin/v1/users/", "/admin/v1//users", "/admin//v1/users", "/admin/v1/users/%2e%2e/clients", "/admin/v1/users%2f",
        "/admin/v1/USERS",
        "/admin/v2/users", "/admin/v1", "/admin/v1/", "/admin", "/admin/", "/admin/users", "/admin/v1/docs", "/admin/docs", "/admin/redoc",
        "/admin/openapi.json", "/admin/v1/openapi.json/", "/admin/v1/openapi.json%00", "/admin/v1/users;a=b", "/admin/v1/users/x/y/z",
    ],
)  # fmt: skip
def test_an_address_in_another_spelling_is_refused(world: World, path: str) -> None:
    """Without a token the answer is 401 for each unknown address; an admin gets 404."""
    assert world.http.get(path).status_code in {401, 404}
    assert world.call("GET", path).status_code == 404
    assert world.http.request("GET", path).headers["content-type"].startswith(("application/problem+json", "text/html"))


def test_only_the_document_is_public(world: World) -> None:
    """GET only. There is no documentation page that a strict Content-Security-Policy would break."""
    assert world.http.get("/admin/v1/openapi.json").status_code == 200
    assert world.http.head("/admin/v1/openapi.json").status_code == 200
    assert world.http.post("/admin/v1/openapi.json").status_code == 401
    assert world.call("DELETE", "/openapi.json").status_code == 405


def test_an_address_lists_its_methods(world: World) -> None:
    """RFC 9110 §15.5.6: Allow has all of them, not those of one route."""
    assert world.call("PUT", "/users").headers["allow"] == "GET, POST"
    assert world.call("POST", f"/users/{world.admin.id}").headers["allow"] == "DELETE, GET, PATCH"
