"""A whole sign-in through the deployed function: Lambda's runtime client, API Gateway's events, DynamoDB."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.engines.lossy_proxy import LossyProxy
from tests.functions.conftest import ISSUER, ROOT, Deployed, environment, idp
from tests.functions.key_ages import age_active_keys
from tests.functions.roles import allowed, partitions, used
from tests.support.forms import Browser, Page
from tests.support.lambda_host import ApiGateway, LambdaHost

pytestmark = pytest.mark.functions


@dataclass
class Visit:
    """A person with a browser, and the app that they sign in to."""

    deployed: Deployed
    http: httpx.Client
    user: dict[str, str]
    app: dict[str, Any]

    def authorize(self, **more: str) -> tuple[Page, str]:
        """Return the page or the answer of a new request, and the verifier of its challenge."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        own = {
            "response_type": "code",
            "client_id": self.app["client_id"],
            "redirect_uri": self.app["redirect_uris"][0],
            "scope": "openid email offline_access",
            "state": "s+ %2B&",
            "nonce": "n1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return Browser(self.http, stop=self.app["redirect_uris"][0]).open("/authorize", {**own, **more}), verifier

    def sign_in(self) -> tuple[dict[str, str], str]:
        """Go through every page to the app's answer."""
        page, verifier = self.authorize()
        browser = Browser(self.http, stop=self.app["redirect_uris"][0])
        answers = {"email": self.user["email"], "password": self.user["password"]}
        for _ in range(5):
            if page.redirected_to:
                return page.answer, verifier
            if "code" in page.fields:
                page = browser.submit(page, {"code": pyotp.TOTP(self.user["totp_secret"]).at(int(time.time()))})
            elif "password" in page.fields:
                page = browser.submit(page, answers)
            else:
                page = browser.submit(page, button="approve")
        raise AssertionError(f"signing in does not end: {page}")

    def token(self, **form: str) -> httpx.Response:
        return self.http.post("/token", data=form, auth=(self.app["client_id"], self.app["client_secret"]))

    def redeem(self, answer: dict[str, str], verifier: str) -> httpx.Response:
        return self.token(
            grant_type="authorization_code", code=answer["code"], redirect_uri=self.app["redirect_uris"][0], code_verifier=verifier
        )


@pytest.fixture
def visit(deployed: Deployed) -> Visit:
    user = next(user for user in deployed.made["users"] if not user.get("totp_secret"))
    app = next(client for client in deployed.made["clients"] if client.get("client_secret"))
    return Visit(deployed, deployed.http(), user, app)


def test_a_whole_sign_in_works_through_the_function(visit: Visit) -> None:
    """Discovery, sign-in, ID Token under the published key, userinfo, refresh, revocation, logout; then the session has ended."""
    metadata = visit.http.get("/.well-known/openid-configuration").json()
    assert metadata["issuer"] == ISSUER
    answer, verifier = visit.sign_in()
    assert (answer["iss"], answer["state"]) == (ISSUER, "s+ %2B&")
    tokens = visit.redeem(answer, verifier).json()
    claims = jwt.decode(tokens["id_token"], KeySet.import_key_set(visit.http.get("/jwks").json()), algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, visit.app["client_id"], "n1")

    known = visit.http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    assert (known["sub"], known["email"]) == (claims["sub"], visit.user["email"])

    again = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    assert again["refresh_token"] != tokens["refresh_token"]

    revoked = visit.http.post("/revoke", data={"token": again["refresh_token"]}, auth=(visit.app["client_id"], visit.app["client_secret"]))
    assert revoked.status_code == 200
    assert visit.token(grant_type="refresh_token", refresh_token=again["refresh_token"]).json()["error"] == "invalid_grant"
    assert visit.http.get("/userinfo", headers={"Authorization": f"Bearer {again['access_token']}"}).status_code == 401

    assert visit.authorize()[0].answer["code"], "a live session needs no page"
    browser = Browser(visit.http, stop=visit.app["redirect_uris"][0])
    assert browser.open("/logout", {"id_token_hint": tokens["id_token"]}).status == 200
    assert "password" in visit.authorize()[0].fields


def test_a_sign_in_with_a_second_factor_works(visit: Visit) -> None:
    """The token states two factors."""
    visit.user = next(user for user in visit.deployed.made["users"] if user.get("totp_secret"))
    tokens = visit.redeem(*visit.sign_in()).json()
    claims = jwt.decode(tokens["id_token"], KeySet.import_key_set(visit.http.get("/jwks").json()), algorithms=["RS256"]).claims
    assert claims["acr"] == "aal2"
    assert set(claims["amr"]) >= {"pwd", "otp"}


def test_a_repeated_event_redeems_once(visit: Visit) -> None:
    """FI-10: the gateway, or a client behind it, sends the same request again."""
    answer, verifier = visit.sign_in()
    assert visit.redeem(answer, verifier).status_code == 200
    assert visit.redeem(answer, verifier).json()["error"] == "invalid_grant"


def test_several_cookies_and_a_base64_body_arrive(visit: Visit) -> None:
    """F-17: the gateway sends forms in base64; each cookie is set separately with its attributes."""
    page, _ = visit.authorize()
    cookies = page.response.headers.get_list("set-cookie")
    assert cookies
    for cookie in cookies:
        name, *attributes = cookie.split("; ")
        assert name.startswith("__Host-idp_"), cookie
        assert {"Secure", "HttpOnly", "Path=/"} <= set(attributes), cookie
    answered = Browser(visit.http, stop="https://nowhere.example").submit(
        page, {"email": visit.user["email"], "password": "wrong password"}
    )
    assert answered.status == 422


def test_nothing_secret_is_in_the_log(visit: Visit) -> None:
    """K-03: not the password, the client's secret, the code, a token, the session, nor what they were sent in."""
    answer, verifier = visit.sign_in()
    tokens = visit.redeem(answer, verifier).json()
    visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"] + "x")
    visit.http.get("/userinfo?access_token=" + tokens["access_token"], headers={"Authorization": "Bearer " + tokens["access_token"][:-4]})
    visit.http.post(
        "/token", content=b'{"password": "' + visit.user["password"].encode() + b'"', headers={"Content-Type": "application/json"}
    )
    canaries = [
        visit.user["password"],
        visit.app["client_secret"],
        answer["code"],
        verifier,
        *(value for value in tokens.values() if len(str(value)) > 20),
    ]
    canaries += [value for value in visit.http.cookies.values() if len(value) > 20]
    assert not [canary for canary in canaries if str(canary) in visit.deployed.host.output]


def test_the_api_function_stays_within_its_role(visit: Visit, resources: dict[str, dict[str, Any]]) -> None:
    """Every call of a journey, of the account page and of the admin API is one that ApiRole allows."""
    visit.deployed.proxy.take()
    test_a_whole_sign_in_works_through_the_function(visit)
    visit.sign_in()
    visit.http.get("/account")
    admin = visit.deployed.made["admin_client"]
    token = visit.http.post(
        "/token",
        data={"grant_type": "client_credentials", "scope": " ".join(admin["scopes"])},
        auth=(admin["client_id"], admin["client_secret"]),
    ).json()["access_token"]
    for method, path, body in [
        ("GET", "/admin/v1/users", None),
        ("POST", "/admin/v1/users", {"email": f"{secrets.token_hex(4)}@example.com"}),
        ("GET", "/admin/v1/clients", None),
        ("GET", "/admin/v1/audit", None),
        ("GET", "/admin/v1/keys", None),
        ("POST", "/admin/v1/keys/rotate", {"at_once": True}),
    ]:
        answer = visit.http.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code < 400, (method, path, answer.text)
    calls = visit.deployed.proxy.calls
    assert {use for call in calls for use in used(call)} <= allowed(resources["ApiRole"])
    assert {pk for call in calls if any(table.endswith("-keys") for table in call.tables) for pk in partitions(call)} == {"KEYS"}


def test_the_rotation_creates_keys_and_stays_within_its_role(
    quick_endpoint: str, tmp_path: Path, resources: dict[str, dict[str, Any]]
) -> None:
    """On tables as a first deployment leaves them: the first run makes keys, the next finds nothing due, a run after 90 days rotates."""
    env = environment(tmp_path, quick_endpoint)
    idp(env, "migrate")
    event = {"source": "aws.events"}
    with (
        LossyProxy(quick_endpoint) as proxy,
        LambdaHost("idp.functions.rotate_keys.handler", cwd=ROOT, env={**env, "AWS_ENDPOINT_URL_DYNAMODB": proxy.url}) as host,
    ):
        first, second = host.invoke(event), host.invoke(event)
        age_active_keys(quick_endpoint, env["IDP_TABLE_PREFIX"] + "-keys", days=91)
        due = host.invoke(event)
        calls = proxy.calls
    assert (first["rotated"], second["rotated"]) == ([], [])
    assert due["rotated"]
    assert first["keys"] == second["keys"]
    active = {kid for kid, state in first["keys"].items() if state == "active"}
    assert active
    assert {due["keys"][kid] for kid in active} == {"retiring"}
    assert {use for call in calls for use in used(call)} <= allowed(resources["RotateKeysRole"])


def test_a_missing_setting_stops_the_start() -> None:
    """With a sentence that says what to set, in the function's log."""
    with (
        LambdaHost("idp.functions.api.handler", cwd=ROOT, env={"IDP_ENV": "dev"}) as host,
        pytest.raises(AssertionError, match="IDP_ISSUER"),
    ):
        host.invoke({})


@pytest.mark.parametrize("function", ["api", "authorizer"])
def test_the_garbage_collector_is_off_only_during_the_start(tmp_path: Path, function: str) -> None:
    """It never scans the objects of the start. Afterwards it is on, because requests would leak memory otherwise."""
    env = {**environment(tmp_path, "http://127.0.0.1:1"), "IDP_AUDIENCE": "https://api.example"}
    program = (
        "import gc\n"
        "at = []\n"
        "gc.callbacks.append(lambda phase, info: at.append(phase))\n"
        f"import idp.functions.{function}\n"
        "print(len(at) < 30, gc.isenabled(), gc.get_freeze_count() > 10_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, **env}, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "True True True"  # a few run before this code; with the collector on there are hundreds


def test_a_snapshot_contains_code_and_no_key(tmp_path: Path) -> None:
    """With SnapStart, rarely used modules are loaded before the snapshot. Keys are read and connections opened after the restore."""
    env = {**environment(tmp_path, "http://127.0.0.1:1"), "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
    rare = (
        "idp.http.admin.app",
        "idp.http.oidc.token",
        "idp.oauth.sender.dpop",
        "idp.adapters.kms",
        "argon2",
        "joserfc.jwe",
        "fastapi",
        "jinja2",
    )
    program = f"import sys, idp.functions.api; print(all(name in sys.modules for name in {rare!r}))"
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, **env}, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "True"
    assert not (tmp_path / "key").exists()


@contextmanager
def restored(env: dict[str, str]) -> Iterator[tuple[LambdaHost, httpx.Client]]:
    """An environment that the runtime client treats as restored from a snapshot."""
    with (
        LambdaHost("idp.functions.api.handler", cwd=ROOT, env={**env, "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}) as host,
        httpx.Client(transport=ApiGateway(host), base_url=ISSUER) as http,
    ):
        yield host, http


def test_a_restored_environment_has_its_keys_before_the_first_request(deployed: Deployed) -> None:
    """The first request makes no call that a later one does not make."""
    with restored(deployed.env) as (host, http):
        assert http.get("/jwks").json()["keys"]
        assert "/jwks" in host.output
        assert "calls" not in host.output


def test_a_restore_while_the_store_is_down_ends_nothing(tmp_path: Path) -> None:
    """The process stays up: requests that need the store get 503."""
    with restored(environment(tmp_path, "http://127.0.0.1:1")) as (_, http):
        assert [http.get(path).status_code for path in ("/healthz", "/jwks")] == [200, 503]


def test_an_event_of_another_kind_is_refused(deployed: Deployed) -> None:
    """An event of another shape fails, also for a principal that may invoke the function. The next request is served."""
    with pytest.raises(AssertionError):
        deployed.host.invoke({"Records": []})
    assert deployed.http().get("/healthz").status_code == 200


def test_every_kind_of_json_is_sent_as_text(deployed: Deployed) -> None:
    """A result in base64 is a third larger, and only binary bodies need it."""
    with httpx.Client(transport=deployed.http()._transport, base_url=ISSUER) as http:  # noqa: SLF001  # the same transport
        assert http.get("/jwks").json()["keys"]
    event = {
        "version": "2.0", "rawPath": "/jwks", "rawQueryString": "", "headers": {}, "isBase64Encoded": False,
        "requestContext": {"http": {"method": "GET", "path": "/jwks", "sourceIp": "198.51.100.7"}, "requestId": "r"},
    }  # fmt: skip
    result = deployed.host.invoke(event)
    assert result["isBase64Encoded"] is False
    assert json.loads(result["body"])["keys"]
