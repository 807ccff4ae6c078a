"""A sign-in by SAML through the deployed function: its calls of DynamoDB, and that it invokes the other function once."""

from __future__ import annotations

import time
import zlib
from base64 import b64decode
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from idp.functions import saml
from tests.engines.lossy_proxy import LossyProxy
from tests.functions.conftest import ISSUER, ROOT, Deployed, environment, idp_json
from tests.functions.upstream_calls import CALLBACK, CALLS, admin
from tests.support.forms import Browser
from tests.support.lambda_host import LambdaHost
from tests.support.lambda_invoke import invoking
from tests.support.saml_idp import metadata, response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.lambda_invoke import Invoking

pytestmark = pytest.mark.functions
SSO = "https://idp.corp.example/sso"


@pytest.fixture(scope="module")
def judge() -> Iterator[Invoking]:
    """The function for SAML, as Lambda invokes it."""
    with invoking(lambda event: saml.handler(event, None)) as server:
        yield server


@pytest.fixture(scope="module")
def site(quick_endpoint: str, judge: Invoking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The function of the provider, with a connection that an admin made from metadata."""
    env = environment(tmp_path_factory.mktemp("deployed"), quick_endpoint) | {"IDP_SIGN_UP": "open"}
    made = idp_json(env, "bootstrap", "--json", "--demo")
    with LossyProxy(quick_endpoint) as proxy:
        seen = env | {
            "AWS_ENDPOINT_URL_DYNAMODB": proxy.url, "AWS_ENDPOINT_URL_LAMBDA": judge.url, "IDP_SAML_FUNCTION": "idp-prod-saml",
        }  # fmt: skip
        with LambdaHost("idp.functions.api.handler", cwd=ROOT, env=seen) as api:
            deployed = Deployed(api, proxy, seen, made)
            admin(deployed, "/connections", {
                "id": "corp", "preset": "saml", "name": "Corp", "metadata": metadata(), "domains": ["corp.example"],
                "email_trust": "domains",
            })  # fmt: skip
            made["app"] = admin(deployed, "/clients", {
                "client_name": "App", "redirect_uris": [CALLBACK], "scope": "openid email", "first_party": True, "require_pkce": False,
            })  # fmt: skip
            yield deployed


def sign_in(site: Deployed, person: str) -> None:
    """A whole sign-in, in a new browser, with the token request of the app."""
    browser, app = Browser(site.http(), stop=SSO), site.made["app"]
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": CALLBACK, "scope": "openid email", "state": "s"}
    away = browser.submit(browser.open("/authorize", asked), button="connection-corp")
    query = parse_qs(urlsplit(away.redirected_to or "").query)
    request: Any = etree.fromstring(zlib.decompress(b64decode(query["SAMLRequest"][0]), -15))
    place = f"{ISSUER}/upstream/corp"
    value = response(
        request_id=request.get("ID"), now=int(time.time()), audience=place, recipient=f"{place}/callback", destination=f"{place}/callback",
        name_id=person, attributes={"email": [f"{person}@corp.example"]},
    )  # fmt: skip
    form = {"SAMLResponse": value, "RelayState": query["RelayState"][0]}
    posted = site.http().post("/upstream/corp/callback", data=form, headers={"Origin": "https://idp.corp.example"}, follow_redirects=False)
    assert posted.status_code == 303, posted.text
    back = urlsplit(posted.headers["location"])
    browser.stop = CALLBACK
    code = browser.open(f"{back.path}?{back.query}").answer["code"]
    tokens = site.http().post(
        "/token", data={"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK},
        auth=(app["client_id"], app["client_secret"]),
    )  # fmt: skip
    assert tokens.status_code == 200, tokens.text


def test_a_sign_in_by_saml_makes_one_call_more_and_one_invocation(site: Deployed, judge: Invoking) -> None:
    """The form of the identity provider is a request more than the answer of another upstream: it reads the connection."""
    sign_in(site, "ada")
    site.proxy.take()
    judge.asked.clear()
    sign_in(site, "ada")
    calls = site.proxy.take()
    assert calls.total() <= CALLS + 1, calls
    assert len(judge.asked) == 1
