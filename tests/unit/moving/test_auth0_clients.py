"""Apps of Auth0: what each becomes here, what it loses, and which are refused (threats R-10)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from idp.domain.moving.clients.auth0 import read
from idp.domain.moving.clients.client import ImportedClient
from idp.domain.moving.person import BrokenFileError, RefusedRow
from tests.support.vendors.auth0 import client


def rows(raw: bytes) -> list[ImportedClient | RefusedRow]:
    """Read a file."""
    return list(read(io.BytesIO(raw)))


def only(**changes: Any) -> ImportedClient | RefusedRow:
    """What becomes of an app; a member that is None is left out."""
    (row,) = rows(json.dumps([client(1, **changes)]).encode())
    return row


def one(**changes: Any) -> ImportedClient:
    """The same, which has to be imported."""
    row = only(**changes)
    assert isinstance(row, ImportedClient), row
    return row


def test_an_app_with_a_server() -> None:
    """It keeps id, secret and addresses, and works without PKCE, as there."""
    row = one()
    assert (row.client_id, row.secret, row.row) == (f"{1:032d}", f"{1:064d}", 1)
    assert row.metadata == {
        "client_name": "Shop 1", "application_type": "web", "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "redirect_uris": ["https://shop1.example/callback"], "post_logout_redirect_uris": ["https://shop1.example/"],
        "token_endpoint_auth_method": "client_secret_post", "first_party": True, "require_pushed_authorization_requests": False,
        "id_token_claims": True, "id_token_signed_response_alg": "RS256", "require_pkce": False,
    }  # fmt: skip
    assert [note.params for note in row.notes] == [{"name": "implicit"}]


@pytest.mark.parametrize(
    ("changes", "public"),
    [
        ({"app_type": "spa", "token_endpoint_auth_method": "none"}, True),
        ({"app_type": "native", "token_endpoint_auth_method": None}, True),
        ({"app_type": "spa", "token_endpoint_auth_method": "client_secret_post"}, False),
        ({"app_type": None, "token_endpoint_auth_method": None}, False),
    ],
)
def test_a_public_app_has_no_secret_and_needs_pkce(changes: dict[str, Any], *, public: bool) -> None:
    """Auth0 gives each app a secret; a public one does not send it."""
    row = one(**changes)
    assert (row.metadata["token_endpoint_auth_method"] == "none", row.secret == "", "require_pkce" not in row.metadata) == (public,) * 3
    assert ("client_credentials" in row.metadata["grant_types"]) != public


def test_members_with_a_counterpart_are_taken_over() -> None:
    row = one(
        initiate_login_uri="https://shop1.example/login", logo_uri="https://shop1.example/logo.png", app_type="native",
        oidc_logout={"backchannel_logout_urls": ["https://shop1.example/logout"]}, require_pushed_authorization_requests=True,
        jwt_configuration={"alg": "PS256"}, grant_types=["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    )  # fmt: skip
    assert row.metadata["application_type"] == "native"
    assert row.metadata["backchannel_logout_uri"] == "https://shop1.example/logout"
    assert row.metadata["id_token_signed_response_alg"] == "PS256"
    assert row.metadata["grant_types"] == ["refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
    assert row.metadata["require_pushed_authorization_requests"] is True
    assert {"initiate_login_uri", "logo_uri"} <= set(row.metadata)


def test_members_without_a_counterpart_are_named() -> None:
    row = one(addons={"samlp": {}}, client_metadata={"a": "b"}, organization_usage="require", grant_types=["client_credentials"])
    assert [note.params for note in row.notes] == [{"names": "addons, client_metadata, organization_usage"}]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"global": True}, "moving.client_of_tenant"),
        ({"grant_types": ["implicit", "password"]}, "moving.client_without_grant"),
        ({"grant_types": ["implicit", "refresh_token"]}, "moving.client_without_grant"),
        ({"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"}, "moving.client_without_grant"),
        ({"grant_types": []}, "moving.client_without_grant"),
        ({"grant_types": None}, "moving.client_without_grant"),
        ({"grant_types": "authorization_code"}, "moving.wrong_type"),
        ({"client_authentication_methods": {"private_key_jwt": {"credentials": [{"id": "cred_1"}]}}}, "moving.client_keys"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "moving.client_keys"),
        ({"signed_request_object": {"required": True}}, "moving.client_keys"),
        ({"require_proof_of_possession": True}, "moving.client_profile"),
        ({"compliance_level": "fapi1_adv_pkj_par"}, "moving.client_profile"),
        ({"name": 7}, "moving.wrong_type"),
        ({"client_id": 7}, "moving.wrong_type"),
        ({"client_secret": 7}, "moving.wrong_type"),
        ({"callbacks": "https://shop.example/"}, "moving.wrong_type"),
        ({"callbacks": [7]}, "moving.wrong_type"),
        ({"is_first_party": "true"}, "moving.wrong_type"),
        ({"jwt_configuration": {"alg": 7}}, "moving.wrong_type"),
        ({"oidc_logout": {"backchannel_logout_urls": "x"}}, "moving.wrong_type"),
        ({"name": "a\0b"}, "moving.nul"),
        ({"name": "x" * 1_100_000}, "moving.too_long"),
    ],
)
def test_an_app_that_is_refused(changes: dict[str, Any], expected: str) -> None:
    """Rather than registered with less protection than it had."""
    row = only(**changes)
    assert isinstance(row, RefusedRow), row
    assert row.reason.id == expected


def test_an_answer_with_totals_is_read() -> None:
    raw = json.dumps({"total": 2, "start": 0, "limit": 50, "clients": [client(1), client(2)]}).encode()
    assert rows(raw) == rows(json.dumps([client(1), client(2)]).encode())


@pytest.mark.parametrize("raw", [b"", b"{}", b"7", b"[", b"[]x", b'{"clients": 7}', b'{"clients": []} {}', b'{"statusCode": 403}'])
def test_a_file_that_is_no_answer(raw: bytes) -> None:
    with pytest.raises(BrokenFileError):
        rows(raw)


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("7", "moving.not_object"),
        ('{"client_id": "1", "client_id": "2"}', "moving.duplicate_name"),
        ("[" * 99 + "]" * 99, "moving.not_object"),
    ],
)
def test_an_element_that_is_refused(element: str, expected: str) -> None:
    """The next app is read."""
    first, second = rows(f"[{element}, {json.dumps(client(1))}]".encode())
    assert isinstance(first, RefusedRow)
    assert first.reason.id == expected
    assert isinstance(second, ImportedClient)
