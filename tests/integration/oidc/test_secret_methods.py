"""A new confidential client may use both secret methods; a client registered for one must use it (threats E-02, E-11)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from idp.domain.errors import Invalid
from idp.store import app_keys, client_metadata
from idp.store import clients as stored_clients
from tests.integration.oidc.conftest import WithSettings
from tests.integration.oidc.registering import initial_access, own, register
from tests.support.calling import Answer
from tests.support.deployment import App, Deployment, asked_by

BASIC, POST = "client_secret_basic", "client_secret_post"
OURS = {"redirect_uris": ["https://shop.example/cb"], "scope": "openid offline_access"}
SIGNING = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "1"}]}
ENDPOINTS: dict[str, dict[str, str]] = {
    "/token": {"grant_type": "refresh_token", "refresh_token": "x"},
    "/introspect": {"token": "x"},
    "/revoke": {"token": "x"},
    "/par": {},
}
each_endpoint = pytest.mark.parametrize("path", ENDPOINTS)


def created(idp: Deployment, **metadata: Any) -> App:
    """An app, created as by the admin API and `idp clients create`."""
    client, secret = idp.services.client_service.create({**OURS, **metadata}, scope=DEPLOYMENT)
    return App(client, secret or "")


def sent(idp: Deployment, client: App, method: str, path: str) -> Answer:
    """A request of this client that sends its secret by this method."""
    form = dict(ENDPOINTS[path])
    if path == "/par":
        form = {name: value for name, value in asked_by(client).items() if name != "client_id"}
    if method == BASIC:
        return idp.post(path, form, auth=client.auth)
    return idp.post(path, {**form, "client_id": client.id, "client_secret": client.secret})


def let_in(answer: Answer) -> bool:
    """Whether the client was authenticated: the answer has no error, or its error is about the grant."""
    return answer.status in {200, 201} or answer.error in {"invalid_grant", "unauthorized_client"}


def methods_of(idp: Deployment, client_id: str) -> tuple[str, ...]:
    """The stored methods of the client."""
    client = idp.services.clients.get(client_id)
    assert client
    return client.auth_methods


@each_endpoint
@pytest.mark.parametrize("method", [BASIC, POST])
def test_an_app_that_named_no_method_uses_either(idp: Deployment, path: str, method: str) -> None:
    """Libraries have different defaults: openid-client sends the secret in the form, Authlib in the header."""
    assert let_in(sent(idp, created(idp), method, path))


@each_endpoint
@pytest.mark.parametrize(("registered", "other"), [(BASIC, POST), (POST, BASIC)])
@pytest.mark.parametrize("member", ["token_endpoint_auth_method", "auth_methods"])
def test_an_app_that_named_one_method_uses_that_one(idp: Deployment, path: str, registered: str, other: str, member: str) -> None:
    """E-02: the error names the registered method, since the caller has the correct secret."""
    client = created(idp, **{member: registered if member == "token_endpoint_auth_method" else [registered]})
    assert methods_of(idp, client.id) == (registered,)
    assert let_in(sent(idp, client, registered, path))
    refused = sent(idp, client, other, path)
    assert (refused.status, refused.error) == (401, "invalid_client")
    assert registered in refused.json["error_description"]


@each_endpoint
def test_both_methods_in_one_request_are_refused(idp: Deployment, path: str) -> None:
    """E-02, RFC 6749 §2.3: this also applies to a client that may use both."""
    client = created(idp)
    answer = idp.post(path, {**ENDPOINTS[path], "client_id": client.id, "client_secret": client.secret}, auth=client.auth)
    assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.parametrize("method", [BASIC, POST])
def test_a_wrong_secret_is_refused_either_way(idp: Deployment, method: str) -> None:
    """Both methods check the same secret."""
    client = created(idp)
    wrong = App(client.client, client.secret[:-1])
    answer = sent(idp, wrong, method, "/token")
    assert (answer.status, answer.json["error_description"]) == (401, "Client authentication failed.")


def test_a_service_that_named_no_method_uses_either(idp: Deployment) -> None:
    """This also applies to client_credentials."""
    client = created(idp, grant_types=["client_credentials"], redirect_uris=[], scope="books:read", resources=["https://api.example"])
    form = {"grant_type": "client_credentials"}
    assert idp.post("/token", form, auth=client.auth).status == 200
    assert idp.post("/token", {**form, "client_id": client.id, "client_secret": client.secret}).status == 200


def test_an_app_of_an_earlier_release_keeps_its_one_method(idp: Deployment) -> None:
    """An item of an earlier release without methods means client_secret_basic. Only an admin can add client_secret_post."""
    client = created(idp, token_endpoint_auth_method=BASIC)
    assert "auth_methods" not in client_metadata.members_of(client.client)
    assert Client(id="x").auth_methods == (BASIC,)
    assert let_in(sent(idp, client, BASIC, "/token"))
    assert not let_in(sent(idp, client, POST, "/token"))
    widened = idp.services.client_service.patch(client.id, {"auth_methods": [BASIC, POST]}, scope=DEPLOYMENT)
    assert widened.auth_methods == (BASIC, POST)
    assert let_in(sent(idp, client, POST, "/token"))


def test_the_methods_of_a_new_app_are_stored(idp: Deployment) -> None:
    """The methods are stored, so a later release with another default does not change them."""
    client = created(idp)
    raw = idp.services.database.get(stored_clients.ClientItem, app_keys.client(client.id))
    assert raw
    assert raw.metadata["auth_methods"] == [BASIC, POST]


def test_an_admin_narrows_an_app_to_one_method(idp: Deployment) -> None:
    """The admin sets `auth_methods` or names another method. Sending back the unchanged metadata changes nothing (E-11)."""
    client = created(idp)
    service = idp.services.client_service
    assert service.patch(client.id, {"token_endpoint_auth_method": BASIC}, scope=DEPLOYMENT).auth_methods == (BASIC, POST)
    assert service.patch(client.id, {"auth_methods": [BASIC]}, scope=DEPLOYMENT).auth_methods == (BASIC,)
    assert not let_in(sent(idp, client, POST, "/token"))
    other = created(idp)
    assert service.patch(other.id, {"token_endpoint_auth_method": POST}, scope=DEPLOYMENT).auth_methods == (POST,)
    assert not let_in(sent(idp, other, BASIC, "/token"))


@pytest.mark.parametrize("profile", ["fapi2", "fapi2-message-signing"])
@pytest.mark.parametrize("methods", [{}, {"token_endpoint_auth_method": BASIC}, {"auth_methods": [POST]}, {"auth_methods": [BASIC, POST]}])
def test_a_fapi_app_has_no_secret(idp: Deployment, profile: str, methods: dict[str, Any]) -> None:
    """FAPI 2.0 §5.3.2.1: it must name private_key_jwt or mutual TLS; there is no default."""
    with pytest.raises(Invalid, match="private_key_jwt"):
        created(idp, profile=profile, jwks=SIGNING, **methods)


def test_an_app_that_signs_or_is_public_gets_no_secret(idp: Deployment) -> None:
    """The default applies only to apps that name no method."""
    signing = created(idp, token_endpoint_auth_method="private_key_jwt", jwks=SIGNING)
    assert (signing.client.auth_methods, signing.secret) == (("private_key_jwt",), "")
    public = created(idp, token_endpoint_auth_method="none")
    assert (public.client.auth_methods, public.secret) == (("none",), "")


@pytest.fixture
def opened(with_settings: WithSettings) -> Deployment:
    """A provider with open registration."""
    return with_settings(registration="open")


def registered(idp: Deployment, made: dict[str, Any]) -> App:
    """The app from the answer to a registration."""
    client = idp.services.clients.get(made["client_id"])
    assert client
    return App(client, made["client_secret"])


@pytest.mark.parametrize("method", [BASIC, POST])
def test_a_registration_that_named_no_method_uses_either(opened: Deployment, method: str) -> None:
    """RFC 7591 §2: "If unspecified or omitted, the default is "client_secret_basic"": the answer names it, and it works."""
    made = register(opened).json
    assert made["token_endpoint_auth_method"] == BASIC
    assert "auth_methods" not in made
    assert let_in(sent(opened, registered(opened, made), method, "/token"))


@pytest.mark.parametrize("token", [False, True], ids=["openly", "with a token"])
@pytest.mark.parametrize(("asked", "other"), [(BASIC, POST), (POST, BASIC)])
def test_a_registration_that_named_one_method_uses_that_one(opened: Deployment, asked: str, other: str, *, token: bool) -> None:
    """RFC 7591 §2: it must use the registered method, and the answer shows this method."""
    made = register(opened, token=initial_access(opened) if token else "", token_endpoint_auth_method=asked).json
    assert made["token_endpoint_auth_method"] == asked
    client = registered(opened, made)
    assert let_in(sent(opened, client, asked, "/token"))
    assert not let_in(sent(opened, client, other, "/token"))


def replaced(idp: Deployment, made: dict[str, Any], **changes: Any) -> Answer:
    """RFC 7592 §2.2: the registration sent back, with changes. A member that is ... is left out."""
    ours = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")
    body = {**{name: value for name, value in made.items() if name not in ours}, **changes}
    return own(idp, "PUT", made, {name: value for name, value in body.items() if value is not ...})


@pytest.mark.parametrize("first", [..., BASIC, POST])
def test_a_registration_that_is_sent_back_keeps_its_methods(opened: Deployment, first: Any) -> None:
    """E-11, RFC 7592 §2.2: the client sends the metadata back as it got them, and its methods do not change."""
    made = register(opened, token_endpoint_auth_method=first).json
    before = methods_of(opened, made["client_id"])
    again = replaced(opened, made)
    assert again.status == 200, again.text
    assert methods_of(opened, made["client_id"]) == before
    assert again.json["token_endpoint_auth_method"] == made["token_endpoint_auth_method"]


def test_a_registration_that_names_another_method_uses_that_one(opened: Deployment) -> None:
    """A registration without the member gets the default again (RFC 7592 §2.2)."""
    made = register(opened).json
    assert replaced(opened, made, token_endpoint_auth_method=POST).json["token_endpoint_auth_method"] == POST
    assert methods_of(opened, made["client_id"]) == (POST,)
    assert replaced(opened, made, token_endpoint_auth_method=...).json["token_endpoint_auth_method"] == BASIC
    assert methods_of(opened, made["client_id"]) == (BASIC, POST)


def test_a_method_that_an_admin_chose_stays(opened: Deployment) -> None:
    """J-02: a later change of the registration does not change the method."""
    made = register(opened).json
    opened.services.client_service.patch(made["client_id"], {"auth_methods": [BASIC]}, scope=DEPLOYMENT)
    for changes in ({}, {"token_endpoint_auth_method": ...}, {"token_endpoint_auth_method": POST}):
        assert replaced(opened, made, **changes).status == 200
        assert methods_of(opened, made["client_id"]) == (BASIC,)


def test_the_answer_of_the_api_shows_both(idp: Deployment) -> None:
    """`token_endpoint_auth_method` is RFC 7591's member and names one method; `auth_methods` lists all."""
    from idp.services.apps.client_metadata import describe

    told = json.loads(json.dumps(describe(created(idp).client)))
    assert (told["token_endpoint_auth_method"], told["auth_methods"]) == (BASIC, [BASIC, POST])
