"""openid-client 6 and oauth4webapi 3 with each extension: each client is registered to require the extension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from joserfc.jwk import ECKey

from tests.real_clients.conftest import APP, CALLBACK
from tests.support import node_client
from tests.support.forms import Browser, sign_in
from tests.support.served_provider import served_provider
from tests.support.tls import Authority, HttpsSite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.real_clients.conftest import Register, Visitor
    from tests.support.served_provider import ServedProvider

SCOPE = "openid email offline_access"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The certificate authority of the apps' sites."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def running(quick_endpoint: str, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with every extension switched on. No test here is about a race, so one engine is enough."""
    everything = {"registration": "open", "dpop_nonce": "on", "dev_fetch_hosts": "localhost", "dev_fetch_ca": str(authority.file)}
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("idp"), **everything) as running:
        yield running


@pytest.fixture(params=["openid_client", "oauth4webapi"])
def library(node_clients: Path, request: pytest.FixtureRequest) -> Path:
    """The scripts of one of the two libraries."""
    return node_clients / str(request.param)


@pytest.fixture(scope="module")
def key() -> ECKey:
    """The key of an app."""
    return ECKey.generate_key("P-256", {"kid": "of-the-app"})


def keyed(register: Register, key: ECKey, method: str = "client_secret_basic", **metadata: Any) -> dict[str, Any]:
    """A client with this registered key."""
    return {**register(method, jwks={"keys": [key.as_dict(private=False)]}, **metadata), "key": key.as_dict(private=True)}


def run(script: Path, idp: ServedProvider, visit: Callable[[str], str], client: dict[str, Any]) -> dict[str, Any]:
    """Let a client run the script."""
    own = {"issuer": idp.issuer, "redirect_uri": CALLBACK, "home": APP, "scope": SCOPE}
    return node_client.run(script, {**own, **client}, visit)


def signed_in(found: dict[str, Any], ada: Visitor) -> bool:
    """Whether the client got the subject and the email of this person."""
    return (found["sub"], found["userinfo"]["email"]) == (ada.person.user.id, ada.person.email)


def shown_or_called_back(ada: Visitor) -> Callable[[str], str]:
    """A function that opens an address and returns the callback, or "page:STATUS" if the provider shows an error page."""

    def visit(url: str) -> str:
        page = ada.open(url)
        return page.redirected_to or f"page:{page.status}"

    return visit


def test_a_pushed_request_is_used_once(library: Path, idp: ServedProvider, ada: Visitor, register: Register) -> None:
    """RFC 9126: the browser gets only a reference, which works once. A client that must push cannot sign in without one."""
    client = register(require_pushed_authorization_requests=True)
    found = run(library / "par.mjs", idp, shown_or_called_back(ada), client)
    assert signed_in(found, ada)
    assert found["carried"] == ["client_id", "request_uri"]
    assert found["refused"] == "invalid_request"
    assert "code=" not in found["again"] + found["plain"]


def test_private_key_jwt(library: Path, idp: ServedProvider, ada: Visitor, register: Register, key: ECKey) -> None:
    """RFC 7523: the registered key authenticates the client at every endpoint, and no other key at any."""
    found = run(library / "private_key_jwt.mjs", idp, ada.come_back, keyed(register, key, "private_key_jwt"))
    assert signed_in(found, ada)
    assert found["refused"] == 401


@pytest.mark.parametrize("method", ["client_secret_basic", "none"])
def test_stolen_dpop_tokens_are_useless(library: Path, idp: ServedProvider, ada: Visitor, register: Register, method: str) -> None:
    """RFC 9449 with the provider's nonces: stolen tokens are refused without the key. A public client's refresh token is bound too."""
    found = run(library / "dpop.mjs", idp, ada.come_back, register(method, dpop_bound_access_tokens=True))
    assert signed_in(found, ada)
    assert found["type"].lower() == "dpop"
    assert found.get("demanded", 1) >= 1
    assert (found["stolen"], found["bearer"]) == (401, 401)
    assert found["renewed"] == {"none": "invalid_grant", "client_secret_basic": "dpop"}[method]


def test_answers_as_jwt(library: Path, idp: ServedProvider, ada: Visitor, register: Register) -> None:
    """JARM: the response, also an error, is one signed parameter. The library refuses a wrong signature."""
    found = run(library / "jarm.mjs", idp, ada.come_back, register())
    assert signed_in(found, ada)
    assert found["answered"] == ["response"]
    assert found["refused"] == "invalid_scope"
    assert found["broken"] == "OAUTH_INVALID_RESPONSE"


def test_an_unsigned_or_changed_request_gets_no_code(
    library: Path, idp: ServedProvider, ada: Visitor, register: Register, key: ECKey
) -> None:
    """RFC 9101: neither an unsigned request nor a changed one gets a code."""
    client = keyed(register, key, require_signed_request_object=True)
    found = run(library / "request_object.mjs", idp, shown_or_called_back(ada), client)
    assert signed_in(found, ada)
    assert found["carried"] == ["client_id", "request"]
    assert "code=" not in found["plain"] + found["broken"]


def test_a_device_gets_tokens_after_approval(library: Path, idp: ServedProvider, ada: Visitor, register: Register) -> None:
    """RFC 8628: the person compares the code, signs in with two factors and approves. The device gets its tokens once."""

    def connect(url: str) -> str:
        browser = Browser(ada.http, stop=APP)
        page = browser.submit(browser.open(url), button="continue")
        code = ada.person.phone.code() if ada.person.phone else None
        page = sign_in(browser, page, email=ada.person.email, password=ada.person.password, code=code)
        assert "Your device is connected" in page.text, str(page)
        idp.clock.ahead += 5
        return url

    client = register("none", grant_types=[DEVICE, "refresh_token"], redirect_uris=[])
    found = run(library / "device.mjs", idp, connect, client)
    assert signed_in(found, ada)
    assert found["again"] == "invalid_grant"
    assert found.get("pending", "authorization_pending") == "authorization_pending"
    assert found["uri"] == idp.issuer + "/device"
    assert found["code"] in found["complete"]


def test_a_client_registers_changes_and_deletes_itself(library: Path, idp: ServedProvider, ada: Visitor, register: Register) -> None:
    """RFC 7591, RFC 7592: the registered metadata applies until the client changes it or deletes itself."""
    found = run(library / "registration.mjs", idp, ada.come_back, register())
    assert signed_in(found, ada)
    assert found["endpoint"] == idp.issuer + "/register"
    assert found["names"] == ["A stranger", "A stranger", "A friend"]
    assert found["gone"] == 204
    assert found["dead"] == 401
    assert found["bad"] == "invalid_redirect_uri"


def test_an_app_hears_of_a_sign_out(
    library: Path, idp: ServedProvider, ada: Visitor, register: Register, authority: Authority, node_clients: Path
) -> None:
    """Back-Channel Logout 1.0: over https to an app with a certificate. jose accepts the logout token."""
    with HttpsSite(authority, "localhost") as site:
        site.answer = [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
        address = f"https://localhost:{site.port}/backchannel"
        client = register(backchannel_logout_uri=address, backchannel_logout_session_required=True)
        found = run(library / "logout.mjs", idp, ada.come_back, client)
        assert found["goodbye"].startswith(APP)
        assert site.asked.acquire(timeout=60)  # a sign-out waits for apps only for a limited time
        head, _, body = site.requests[0].decode().partition("\r\n\r\n")
    assert head.startswith("POST /backchannel ")
    name, _, token = body.partition("=")
    assert name == "logout_token"
    told = run(node_clients / "logout_token.mjs", idp, ada.come_back, {**client, "logout_token": token})["payload"]
    assert (told["sub"], told["sid"]) == (found["sub"], found["sid"])
    assert told["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in told
