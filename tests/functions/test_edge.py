"""CloudFront's template, and the provider's side of it (threats J-14)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from idp.domain.sessions.sign_in_step import STEPS
from idp.http.front import Front
from idp.http.static_files import url_of
from idp.settings import Settings, SettingsError, load
from tests.engines.lossy_proxy import LossyProxy
from tests.functions.conftest import ROOT, HttpApi, environment
from tests.support.lambda_host import LambdaHost
from tools import cloudformation

WORD = "w" * 64
DIGEST = sha256(WORD.encode()).hexdigest()
ISSUER = "https://id.example.com"
VIEWER = ("cloudfront-viewer-address", "203.0.113.9:4711")
SAID = ("x-idp-edge", WORD)


def scope(*headers: tuple[str, str], domain: str = "id.example.com") -> dict[str, Any]:
    """A request as the gateway passes it on: the address is CloudFront's."""
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return {"headers": raw, "client": ("198.51.100.7", 0), "aws.event": {"requestContext": {"domainName": domain}}}


def front(digests: str = DIGEST, mtls_url: str = "") -> Front:
    return Front(Settings(ISSUER, edge_sha256=digests, mtls_url=mtls_url))


@pytest.mark.parametrize(
    ("written", "address"),
    [("203.0.113.9:4711", "203.0.113.9"), ("[2001:db8::1]:443", "2001:db8::1"), ("2001:db8:0:0:0:0:0:1:443", "2001:db8::1")],
)
def test_the_address_is_the_one_that_cloudfront_states(written: str, address: str) -> None:
    """The address of the connection (CloudFront's) and X-Forwarded-For are not used."""
    request = scope(SAID, ("cloudfront-viewer-address", written), ("x-forwarded-for", "192.0.2.1"))
    assert front().viewer(request) == address


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([VIEWER], id="no word"),
        pytest.param([VIEWER, ("x-idp-edge", "")], id="an empty one"),
        pytest.param([VIEWER, ("x-idp-edge", WORD[:-1])], id="a short one"),
        pytest.param([VIEWER, ("x-idp-edge", DIGEST)], id="its digest"),
        pytest.param([VIEWER, ("x-idp-edge", f"{WORD},{WORD}")], id="two in one"),
        pytest.param([VIEWER, SAID, SAID], id="two"),
        pytest.param([SAID], id="no address"),
        pytest.param([SAID, VIEWER, VIEWER], id="two addresses"),
        pytest.param([SAID, ("cloudfront-viewer-address", "somebody:1")], id="an address that is none"),
        pytest.param([SAID, ("cloudfront-viewer-address", "203.0.113.9")], id="one without a port"),
    ],
)
def test_a_request_without_the_secret_is_refused(headers: list[tuple[str, str]]) -> None:
    assert front().viewer(scope(*headers)) is None


@pytest.mark.parametrize(
    ("stated", "country"),
    [
        ([b"DE"], "DE"), ([], ""), ([b""], ""), ([b"de"], ""), ([b"DEU"], ""), ([b"DE\n"], ""), ([b"D\xc3"], ""), ([b"<b"], ""),
        ([b"DE", b"FR"], ""),
    ],
)  # fmt: skip
def test_the_country_is_the_one_that_cloudfront_states(stated: list[bytes], country: str) -> None:
    """Anything but two capital letters, once, is no country."""
    request = scope(SAID, VIEWER)
    request["headers"] += [(b"cloudfront-viewer-country", each) for each in stated]
    assert front().viewer(request)
    assert front().country(request) == country


def test_a_client_with_a_certificate_has_no_country() -> None:
    """It did not come through CloudFront, so it wrote the header itself."""
    request = scope(("cloudfront-viewer-country", "DE"), domain="mtls.example.com")
    assert front(mtls_url="https://mtls.example.com").country(request) == ""


def test_two_secrets_are_accepted_while_the_secret_changes() -> None:
    """The old one and the new one, and no third."""
    other = sha256(b"other").hexdigest()
    for word in (WORD, "other"):
        assert front(f"{DIGEST} {other}").viewer(scope(("x-idp-edge", word), VIEWER)) == "203.0.113.9"
    assert front(f"{DIGEST} {other}").viewer(scope(("x-idp-edge", "third"), VIEWER)) is None


def test_clients_with_certificates_use_a_domain_without_cloudfront() -> None:
    """CloudFront would end their TLS. The domain comes from the gateway, not from the Host header."""
    direct = front(mtls_url="https://mtls.example.com")
    assert direct.viewer(scope(domain="mtls.example.com")) == "198.51.100.7"
    assert direct.viewer(scope(("host", "mtls.example.com"))) is None
    assert front().viewer(scope(domain="mtls.example.com")) is None


@pytest.mark.parametrize("given", ["abc", DIGEST.upper(), f"{DIGEST},{DIGEST}", f"{DIGEST} {DIGEST} {DIGEST}", WORD])
def test_a_setting_that_is_no_digest_stops_the_start(given: str) -> None:
    """The secret itself, set by mistake, stops the start."""
    with pytest.raises(SettingsError, match="IDP_EDGE_SHA256"):
        load({"IDP_ISSUER": ISSUER, "IDP_KMS_KEY_ID": "k", "IDP_EDGE_SHA256": given})


@pytest.fixture(scope="module")
def edge(node_clients: Path) -> dict[str, Any]:
    """The resources of deploy/edge."""
    del node_clients
    found: dict[str, Any] = json.loads(cloudformation.render_edge())["Resources"]
    return found


def test_cloudfront_adds_the_secret_header_and_forwards_everything(edge: dict[str, Any]) -> None:
    """By reference to the secret. No answer that depends on the caller is cached."""
    config = edge["Distribution"]["Properties"]["DistributionConfig"]
    (header,) = config["Origins"][0]["OriginCustomHeaders"]
    assert header == {"HeaderName": "x-idp-edge", "HeaderValue": {"Fn::Sub": "{{resolve:secretsmanager:${EdgeWord}}}"}}
    assert config["DefaultCacheBehavior"]["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert [behaviour["PathPattern"] for behaviour in config["CacheBehaviors"]] == ["/static/*", "/theme/*"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    policy = edge["EverythingAndTheViewer"]["Properties"]["OriginRequestPolicyConfig"]["HeadersConfig"]
    assert policy == {
        "HeaderBehavior": "allViewerAndWhitelistCloudFront",
        "Headers": ["CloudFront-Viewer-Address", "CloudFront-Viewer-Country"],
    }


def test_files_are_cached_by_their_version(edge: dict[str, Any]) -> None:
    """The provider allows caching for a year by the version: in the query of its own files, in the path of those of a theme."""
    files, theme = edge["Distribution"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
    assert {**theme, "PathPattern": files["PathPattern"]} == files
    assert files["CachePolicyId"] == {"Ref": "FilesByVersion"}
    kept = edge["FilesByVersion"]["Properties"]["CachePolicyConfig"]
    (name,) = parse_qs(urlsplit(url_of("idp.css")).query)
    assert kept["ParametersInCacheKeyAndForwardedToOrigin"]["QueryStringsConfig"] == {
        "QueryStringBehavior": "whitelist",
        "QueryStrings": [name],
    }
    assert kept["MinTTL"] == 0, "what may not be kept is not"


def test_the_firewall_decodes_a_path_as_the_gateway_does(edge: dict[str, Any]) -> None:
    """The gateway decodes paths: /l%6Fgin signs in and must be counted."""
    for rule in edge["Firewall"]["Properties"]["Rules"]:
        if about := rule["Statement"].get("RateBasedStatement"):
            (match,) = about["ScopeDownStatement"].values()
            assert match["FieldToMatch"] == {"UriPath": {}}
            assert [each["Type"] for each in match["TextTransformations"]] == ["URL_DECODE"], rule["Name"]


def test_the_firewall_counts_sign_ins_and_tokens_by_address(edge: dict[str, Any]) -> None:
    rules = {rule["Name"]: rule for rule in edge["Firewall"]["Properties"]["Rules"]}
    limits = {name: rule["Statement"]["RateBasedStatement"] for name, rule in rules.items() if "RateBasedStatement" in rule["Statement"]}
    assert {name: (limit["Limit"], limit["AggregateKeyType"]) for name, limit in limits.items()} == {
        "sign-in": (100, "IP"),
        "token": (1000, "IP"),
    }
    managed = {rule["Statement"]["ManagedRuleGroupStatement"]["Name"] for rule in rules.values() if "OverrideAction" in rule}
    assert managed == {"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet"}


def test_the_firewall_counts_each_form_that_checks_a_secret_or_sends_a_mail(edge: dict[str, Any]) -> None:
    """G-06, M-07: each step of a sign-in with a secret, and the forms that check a code, a password or a link, or cause a mail."""
    (rule,) = [rule for rule in edge["Firewall"]["Properties"]["Rules"] if rule["Name"] == "sign-in"]
    counted = re.compile(rule["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["RegexMatchStatement"]["RegexString"])
    harmless = {
        "/recovery-codes",
        "/consent",
        "/enrol",
        "/enrol-passkey",
        "/offer-passkey",
        "/upgrade-passkey",
    }  # they follow a proved first factor
    paths = [path for step in STEPS for path in step.forms if path not in harmless]
    for path in [
        *paths,
        "/upstream/corp/callback",
        "/delete-undo",
        "/email-undo",
        "/not-me",
        "/join",
        "/device",
        "/account/confirm",
        "/account/password",
        "/account/email/ask",
        "/account/email/code",
        "/account/verify-email",
        "/account/verify-email/code",
    ]:
        assert counted.search(path), path
    assert len(counted.pattern) <= 512  # AWS WAF takes no longer one


@pytest.fixture
def deployed_behind(quick_endpoint: str, tmp_path: Path) -> Iterator[tuple[httpx.Client, LossyProxy, LambdaHost]]:
    """The function with the digest of CloudFront's secret."""
    with LossyProxy(quick_endpoint) as proxy:
        env = {**environment(tmp_path, proxy.url), "IDP_EDGE_SHA256": DIGEST}
        with LambdaHost("idp.functions.api.handler", cwd=ROOT, env=env) as host:
            yield httpx.Client(transport=HttpApi(host), base_url=ISSUER), proxy, host


@pytest.mark.functions
def test_requests_around_cloudfront_are_refused(deployed_behind: tuple[httpx.Client, LossyProxy, LambdaHost]) -> None:
    """Through the deployed function: 403 for everything, before any call of DynamoDB. With the secret it works."""
    http, proxy, host = deployed_behind
    for path in ("/.well-known/openid-configuration", "/authorize", "/healthz", "/admin/v1/users"):
        assert http.get(path).status_code == 403, path
        assert http.get(path, headers={"x-idp-edge": "guess", "cloudfront-viewer-address": "203.0.113.9:1"}).status_code == 403
    assert proxy.take().total() == 0
    known = http.get("/.well-known/openid-configuration", headers=dict([SAID, VIEWER]))
    assert known.status_code == 200
    assert [word for word in (WORD, "guess") if word in host.output] == [], "the word is not logged"
