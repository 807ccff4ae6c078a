"""A sign-in with another provider through the deployed function, under Lambda's runtime client: its calls, and that it ends at the app."""

from __future__ import annotations

import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.oauth.token.upstream_token import ACCESS_TOKEN
from tests.engines.lossy_proxy import LossyProxy
from tests.functions.conftest import ISSUER, ROOT, Deployed, environment, idp_json
from tests.functions.upstream_calls import CALLBACK, CALLS, admin
from tests.support.forms import Browser
from tests.support.lambda_host import LambdaHost
from tests.support.oidc_provider import HOST, oidc_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from tests.support.oidc_provider import Upstream

pytestmark = pytest.mark.functions
SECRET = secrets.token_urlsafe(24)
PEOPLE = {name: {"email": f"{name}@up.example", "email_verified": True} for name in ("ada", "bob", "cal")}
LOGOUT_CALLS = 12
REFRESHED = 8
"""The most DynamoDB calls of a token exchange that refreshes the token of an upstream."""


class Inbox(ThreadingHTTPServer):
    """Where the upstream sends its logout tokens, on loopback. The test hands each to the function, as a gateway does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taken)
        self.got: Queue[tuple[str, bytes]] = Queue()
        self.port = self.server_address[1]


class Taken(BaseHTTPRequestHandler):
    """It accepts every message."""

    server: Inbox

    def do_POST(self) -> None:
        self.server.got.put((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    """The receiver of logout tokens."""
    with Inbox() as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def upstream(inbox: Inbox, node_clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upstream]:
    """The other provider."""
    client = {
        "client_id": "idp", "client_secret": SECRET, "redirect_uris": [f"{ISSUER}/upstream/corp/callback"],
        "token_endpoint_auth_method": "client_secret_basic",
        "backchannel_logout_uri": f"http://127.0.0.1:{inbox.port}/upstream/corp/backchannel-logout",
        "backchannel_logout_session_required": True,
    }  # fmt: skip
    kept = {
        "client_id": "kept", "client_secret": SECRET, "redirect_uris": [f"{ISSUER}/upstream/kept/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("upstream")
    with oidc_provider(folder, node_clients, clients=[client, kept], people=PEOPLE, access_seconds=30) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def site(quick_endpoint: str, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The function, with a connection that an admin made."""
    env = environment(tmp_path_factory.mktemp("deployed"), quick_endpoint) | {
        "IDP_SIGN_UP": "open", "IDP_DEV_FETCH_HOSTS": HOST, "IDP_DEV_FETCH_CA": str(upstream.authority.file),
    }  # fmt: skip
    made = idp_json(env, "bootstrap", "--json", "--demo")
    with LossyProxy(quick_endpoint) as proxy:
        seen = env | {"AWS_ENDPOINT_URL_DYNAMODB": proxy.url}
        with LambdaHost("idp.functions.api.handler", cwd=ROOT, env=seen) as api:
            deployed = Deployed(api, proxy, seen, made)
            admin(deployed, "/connections", {
                "id": "corp", "preset": "oidc", "name": "Corp", "issuer": upstream.issuer, "client_id": "idp", "secret": SECRET,
                "email_trust": "verified",
            })  # fmt: skip
            app = admin(deployed, "/clients", {
                "client_name": "App", "redirect_uris": [CALLBACK], "scope": "openid email", "first_party": True, "require_pkce": False,
            })  # fmt: skip
            made["app"] = app
            made["keeper"] = admin(deployed, "/clients", {
                "client_name": "Calendar", "redirect_uris": [CALLBACK], "scope": "openid email upstream:kept", "first_party": True,
                "require_pkce": False, "grant_types": ["authorization_code", TOKEN_EXCHANGE],
            })  # fmt: skip
            admin(deployed, "/connections", {
                "id": "kept", "preset": "oidc", "name": "Kept", "issuer": upstream.issuer, "client_id": "kept", "secret": SECRET,
                "email_trust": "verified", "scopes": ["openid", "email", "offline_access"], "keeps_tokens": True,
                "token_apps": [made["keeper"]["client_id"]],
            })  # fmt: skip
            yield deployed


def sign_in(site: Deployed, upstream: Upstream, person: str, within: httpx.Client | None = None) -> Browser:
    """A whole sign-in, in a new browser, with the token request of the app. `within`: the browser as the upstream knows it."""
    return tokens_of(site, upstream, person, within)[0]


def tokens_of(
    site: Deployed, upstream: Upstream, person: str, within: httpx.Client | None = None, *, app: str = "app", name: str = "corp",
    **more: str,
) -> tuple[Browser, str]:  # fmt: skip
    """The same by this app and connection, with the access token. `more`: of the authorization request."""
    browser, client = Browser(site.http(), stop=upstream.issuer), site.made[app]
    asked = {"response_type": "code", "client_id": client["client_id"], "redirect_uri": CALLBACK, "scope": "openid email", "state": "s"}
    away = browser.submit(browser.open("/authorize", asked | more), button=f"connection-{name}")
    assert away.redirected_to
    back = urlsplit(upstream.visit(away.redirected_to, person, within=within).url)
    browser.stop = CALLBACK
    page = browser.open(f"{back.path}?{back.query}")
    if "prompt" in more:
        page = browser.submit(page, button="approve")
    form = {"grant_type": "authorization_code", "code": page.answer["code"], "redirect_uri": CALLBACK}
    tokens = site.http().post("/token", data=form, auth=(client["client_id"], client["client_secret"]))
    assert tokens.status_code == 200, tokens.text
    return browser, str(tokens.json()["access_token"])


def exchange(site: Deployed, token: str) -> httpx.Response:
    """The token exchange of the app that may have the upstream's tokens."""
    app = site.made["keeper"]
    form = {
        "grant_type": TOKEN_EXCHANGE, "subject_token": token, "subject_token_type": ACCESS_TOKEN, "audience": f"{ISSUER}/upstream/kept",
    }  # fmt: skip
    return site.http().post("/token", data=form, auth=(app["client_id"], app["client_secret"]))


def test_an_app_calls_the_upstream_for_a_person_and_each_refresh_token_counts_once(site: Deployed, upstream: Upstream) -> None:
    """oidc-provider replaces refresh tokens, and ends all of them if one is used twice. Its tokens here end within a minute."""
    _, token = tokens_of(site, upstream, "cal", app="keeper", name="kept", scope="openid upstream:kept", prompt="consent")
    site.proxy.take()
    seen = []
    for _ in range(3):
        answer = exchange(site, token)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["token_type"], answer.headers["Cache-Control"]) == ("Bearer", "no-store")
        assert "refresh_token" not in answer.json()
        seen.append(answer.json()["access_token"])
    calls = site.proxy.take()
    assert len(set(seen)) == 3
    assert calls.total() <= 3 * REFRESHED, calls
    with upstream.browser() as client:
        told = client.get(f"{upstream.issuer}/me", headers={"Authorization": f"Bearer {seen[-1]}"})
    assert (told.status_code, told.json()["sub"]) == (200, "cal")


def test_a_later_sign_in_that_keeps_tokens_takes_no_call_more(site: Deployed, upstream: Upstream) -> None:
    """Nothing is asked there, so that the upstream gives no refresh token: the former one is used."""
    tokens_of(site, upstream, "cal", app="keeper", name="kept", scope="openid upstream:kept", prompt="consent")
    site.proxy.take()
    _, token = tokens_of(site, upstream, "cal", app="keeper", name="kept", scope="openid upstream:kept")
    calls = site.proxy.take()
    assert calls.total() <= CALLS, calls
    assert exchange(site, token).json()["access_token"] != exchange(site, token).json()["access_token"]


def test_a_sign_in_by_a_connection_stays_within_its_budget_of_calls(site: Deployed, upstream: Upstream) -> None:
    """The first sign-in of a person makes the account; every later one costs 8 calls, as the data model says."""
    sign_in(site, upstream, "ada")
    site.proxy.take()
    sign_in(site, upstream, "ada")
    calls = site.proxy.take()
    assert calls.total() <= CALLS, calls


def test_a_new_account_takes_one_call_more(site: Deployed, upstream: Upstream) -> None:
    sign_in(site, upstream, "ada")
    site.proxy.take()
    sign_in(site, upstream, "bob")
    calls = site.proxy.take()
    assert calls.total() <= CALLS + 1, calls


def test_a_person_who_signs_out_at_the_upstream_is_signed_out_here(site: Deployed, upstream: Upstream, inbox: Inbox) -> None:
    """oidc-provider makes and sends the logout token (Back-Channel Logout 1.0 §2.5). Another session of the same person stays."""
    with upstream.browser() as theirs:
        ours, other = sign_in(site, upstream, "ada", within=theirs), sign_in(site, upstream, "ada")
        assert ours.open("/account").status == other.open("/account").status == 200
        upstream.sign_out(theirs)
    path, body = inbox.got.get(timeout=60)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    site.proxy.take()
    answer = site.http().post(path, content=body, headers=form)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), answer.text
    calls = site.proxy.take()
    assert calls.total() <= LOGOUT_CALLS, calls
    assert "password" in ours.open("/account").fields
    assert "password" not in other.open("/account").fields
    again = site.http().post(path, content=body, headers=form)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_request"})
