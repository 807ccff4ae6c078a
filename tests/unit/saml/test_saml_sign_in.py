"""The way of a SAML sign-in through the browser: bound to it, used once, and within the limits of the bindings (threats I-03, O-08)."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from functools import partial
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from idp.adapters.saml.signatures import certificate
from idp.adapters.saml_function import NoJudge, SamlFunction
from idp.domain.errors import Invalid
from idp.functions import saml
from idp.services.upstream.refusal import UpstreamRefused
from idp.services.upstream.saml import own_keys
from idp.services.upstream.state import LIFETIME
from tests.support.lambda_invoke import invoking
from tests.support.saml_idp import IDP, SP, key_pair, response
from tests.support.sealing import Sealing
from tests.unit.saml.service_provider import SSO, ServiceProvider, connection, relay_state_of, request_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.services.upstream.sign_in import Finished

EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"


def _reason(act: Callable[..., Any], *values: Any) -> str:
    with pytest.raises(UpstreamRefused) as refused:
        act(*values)
    return refused.value.message.id.removeprefix("upstream.")


def test_a_whole_sign_in_gives_the_identity() -> None:
    finished = ServiceProvider().sign_in(attributes={"mail": ["Ada@Corp.example"], "givenName": ["Ada"], "groups": ["x"]})
    who = finished.identity
    assert (finished.purpose, finished.carried) == ("sign_in", "request")
    assert (who.connection_id, who.issuer, who.tenant, who.subject) == ("corp", IDP, "2.0:nameid-format:persistent", "person-1")
    assert (who.email, who.email_verified, who.email_authoritative) == ("ada@corp.example", False, False)
    assert (dict(who.claims), who.sid) == ({"given_name": "Ada"}, "session-1")


def test_the_request_says_where_the_answer_goes_and_who_asks() -> None:
    begun = ServiceProvider().begin()
    request = request_of(begun)
    assert begun.url.startswith(SSO + "&SAMLRequest=")
    assert (request.get("Destination"), request.get("AssertionConsumerServiceURL")) == (SSO, SP + "/callback")
    assert [each.text for each in request] == [SP, None]
    assert request.get("ForceAuthn") is None
    assert request[1].get("Format", "").endswith("persistent")
    assert len(begun.url) < 2048, "IIS refuses a longer query, and AD FS runs on it"


def test_the_relay_state_is_as_short_as_the_binding_demands() -> None:
    """SAML Bindings §3.4.3: at most 80 bytes. A key id has 8 characters, that of this test 2."""
    assert len(relay_state_of(ServiceProvider().begin(carried="x" * 2000))) + 6 <= 80


def test_a_request_that_fits_into_no_cookie_is_refused() -> None:
    with pytest.raises(Invalid, match="asks for so much"):
        ServiceProvider().begin(carried=token_urlsafe(3000))


@pytest.mark.parametrize("options", [{"prompt": "login"}, {"max_age": 0}, {"max_age": 3600}])
def test_a_fresh_sign_in_is_asked_for(options: dict[str, Any]) -> None:
    assert request_of(ServiceProvider().begin(**options)).get("ForceAuthn") == "true"


def test_an_old_sign_in_is_refused_if_its_age_counts() -> None:
    up = ServiceProvider()
    begun = up.begin(max_age=100)
    query = up.reply(begun, now=up.now - 200)
    assert _reason(lambda: up.finish(begun, query)) == "answer_invalid"
    begun = up.begin(max_age=300)
    assert up.finish(begun, up.reply(begun, now=up.now - 200)).identity.auth_time == up.now - 200


def test_a_request_is_signed_if_the_connection_says_so() -> None:
    """SAML Bindings §3.4.4.1: the signature is over the encoded query."""
    made = connection(signs_requests=True)
    query = urlsplit(ServiceProvider(made).begin().url).query.removeprefix("tenant=1&")
    signed, _, signature = query.partition("&Signature=")
    assert parse_qs(signed)["SigAlg"] == ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"]
    value = b64decode(parse_qs("s=" + signature)["s"][0])
    key: Any = certificate(made.own_certificates["signing"]).public_key()
    key.verify(value, signed.encode(), padding.PKCS1v15(), SHA256())
    assert "Signature" not in ServiceProvider().begin().url


def test_another_browser_is_refused() -> None:
    """Login CSRF: an attacker sends their own answer to a victim, whose browser has not the cookie."""
    up = ServiceProvider()
    begun, others = up.begin(), up.begin()
    query = up.reply(begun)
    for cookie in (None, "", "x", others.cookie_value, begun.cookie_value[:-1]):
        assert _reason(up.service.finish, up.connection, query, cookie, up.now) == "other_browser"
    assert up.finish(begun, query).identity.subject == "person-1"


def test_the_answer_to_another_attempt_is_refused() -> None:
    """Also with the right cookie: what was judged is sealed with the attempt."""
    up = ServiceProvider()
    mine, others = up.begin(), up.begin()
    query = up.reply(others)
    assert _reason(lambda: up.finish(mine, {**query, "state": relay_state_of(mine)})) == "answer_invalid"
    assert _reason(lambda: up.finish(mine, query)) == "other_browser"


def test_the_answer_to_another_request_is_refused_with_this_relay_state() -> None:
    """The RelayState is not signed, so an attacker can exchange it. InResponseTo is."""
    up = ServiceProvider()
    mine, others = up.begin(), up.begin()
    query = up.reply(mine, request_id=request_of(others).get("ID"))
    assert _reason(lambda: up.finish(mine, query)) == "answer_invalid"


def test_a_replay_has_the_same_mark() -> None:
    """S-05: the mark is written once. An assertion answers one request only, so each use of it has the mark of this attempt."""
    up = ServiceProvider()
    begun = up.begin()
    value = response(request_id=request_of(begun).get("ID"), now=up.now)
    marks = [up.finish(begun, up.reply(begun, value=value)).mark for _ in range(2)]
    assert marks[0] == marks[1]
    up.now += LIFETIME
    assert _reason(lambda: up.reply(begun, value=value)) == "answer_invalid", "the mark is forgotten, and the attempt is over"


def test_an_answer_without_a_request_is_refused_before_it_is_read() -> None:
    """A sign-in that the identity provider begins is off. Nothing is invoked for it."""

    def fails(_: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("not asked")

    up = ServiceProvider(judge=fails)
    begun = up.begin()
    other = replace(up.connection, id="other")
    stranger = relay_state_of(ServiceProvider(other).begin())
    for handle in ("", "x", "k1.AAAA", "é", "\ud800", "x" * 100_000, stranger, begun.cookie_value):
        assert _reason(partial(up.reply, begun, relay_state=handle, value="x")) == "answer_invalid"
    up.now += LIFETIME
    assert _reason(lambda: up.reply(begun, value="x")) == "answer_invalid"


@pytest.mark.parametrize("value", ["", "x", "é", "x" * 70_000, "\ud800"])
def test_a_form_without_a_response_is_refused(value: str) -> None:
    up = ServiceProvider()
    begun = up.begin()
    query = up.reply(begun, value=value)
    assert _reason(lambda: up.finish(begun, query)) == "answer_invalid"


def test_a_refusal_reaches_the_page_of_the_request() -> None:
    """It travels sealed, because the form comes without a cookie."""
    up = ServiceProvider()
    begun = up.begin()
    responder = "urn:oasis:names:tc:SAML:2.0:status:Responder"
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"by": key_pair("attacker")}, "answer_invalid"),
        ({"status": responder}, "misconfigured"),
        ({"status": responder, "inner_status": "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"}, "cancelled"),
    )
    for changes, reason in cases:
        query = up.reply(begun, **changes)
        with pytest.raises(UpstreamRefused) as refused:
            up.finish(begun, query)
        assert (refused.value.message.id, refused.value.carried) == ("upstream." + reason, "request")


@pytest.mark.parametrize("posted", ["", "x", "k1.AAAA", None])
def test_an_answer_that_was_not_posted_is_refused(posted: str | None) -> None:
    up = ServiceProvider()
    begun = up.begin()
    query = up.reply(begun)
    changed = {name: value for name, value in {**query, "posted": posted}.items() if value is not None}
    assert _reason(lambda: up.finish(begun, changed)) == "answer_invalid"
    up.now += 60
    assert _reason(lambda: up.finish(begun, query)) == "answer_invalid"


def test_the_address_of_the_own_page_stays_short() -> None:
    """A gateway refuses long ones. Claims are left out first; the person stays the same."""
    up = ServiceProvider(
        replace(connection(), claims={f"{name}": name for name in ("nickname", "profile", "website", "gender", "picture")})
    )
    begun = up.begin()
    noise = {name: ["".join(chr(0x4E00 + (n * 7919 + len(name)) % 20_000) for n in range(255))] for name in up.connection.claims.values()}
    query = up.reply(begun, attributes=noise)
    assert len(query["posted"]) <= 5000
    assert up.finish(begun, query).identity.subject == "person-1"


def _identity(attributes: dict[str, list[str]] | None = None, *, answer: dict[str, Any] | None = None, **members: Any) -> Any:
    finished: Finished = ServiceProvider(connection(**members)).sign_in(attributes=attributes or {}, **(answer or {}))
    return finished.identity


def test_the_key_of_a_person_has_format_and_qualifiers() -> None:
    """S-07. A qualifier that is the default is the same as none."""
    plain = _identity()
    assert _identity(answer={"qualifiers": f' NameQualifier="{IDP}" SPNameQualifier="{SP}"'}).tenant == plain.tenant
    other = _identity(answer={"qualifiers": ' NameQualifier="https://else.example"'})
    assert other.tenant == "2.0:nameid-format:persistent|https://else.example"
    third = _identity(answer={"qualifiers": ' SPNameQualifier="https://else.example"'})
    assert third.tenant == "2.0:nameid-format:persistent||https://else.example"
    mail = _identity(answer={"format": EMAIL_FORMAT}, name_id_format="email")
    assert mail.tenant == "1.1:nameid-format:emailAddress"


def test_an_attribute_can_be_the_subject_and_has_exactly_one_value() -> None:
    who = _identity({"uid": ["u1"]}, claims={"sub": "uid"}, name_id_format="persistent")
    assert (who.tenant, who.subject) == ("attribute:uid", "u1")
    for values in ([], ["u1", "u2"], ["x" * 256]):
        assert _reason(partial(_identity, {"uid": values}, claims={"sub": "uid"})) == "answer_invalid"


def test_an_address_counts_only_for_the_domains_of_the_connection() -> None:
    """SAML says nothing about the verification of an address (O-05)."""
    told = {"email": ["ada@corp.example"]}
    cases: tuple[tuple[dict[str, Any], bool], ...] = (
        ({"email_trust": "domains", "domains": ("corp.example",)}, True),
        ({"email_trust": "domains", "domains": ("other.example",)}, False),
        ({"email_trust": "verified"}, False),
        ({}, False),
    )
    for members, verified in cases:
        who = _identity(told, **members)
        assert (who.email_verified, who.email_authoritative) == (verified, verified)
    mapped: dict[str, Any] = {"email_trust": "verified", "claims": {"email_verified": "verified"}}
    assert _identity({**told, "verified": ["true"]}, **mapped).email_verified
    assert not _identity({**told, "verified": ["1"]}, **mapped).email_verified


def test_an_address_with_two_values_is_none() -> None:
    assert _identity({"email": ["ada@corp.example", "bob@corp.example"]}).email is None
    assert _identity({"email": ["ada@corp.example"], "mail": ["bob@corp.example"]}).email is None
    assert _identity({"email": ["ada@corp.example"], "mail": ["ada@corp.example"]}).email == "ada@corp.example"
    assert _identity({"email": ["no address"]}).email is None


def test_an_encrypted_assertion_is_read_with_our_key_also_after_it_changed() -> None:
    keyring: Any = Sealing()
    made = connection(wants_encryption=True)
    up = ServiceProvider(made)
    old = certificate(made.own_certificates["encryption"])
    pair = replace(key_pair("sp"), key=_public(old), certificate=old)
    assert up.sign_in(to=pair).identity.subject == "person-1"
    up.connection = own_keys.prepare(keyring, made, "https://id.example.com", up.now)
    assert up.sign_in(to=pair).identity.subject == "person-1"
    up.connection = own_keys.activate(keyring, up.connection)
    assert up.connection.own_certificates["encryption"] != made.own_certificates["encryption"]
    assert up.sign_in(to=pair).identity.subject == "person-1", "the identity provider may still have the certificate before"
    assert _reason(up.sign_in) == "answer_invalid", "it is not encrypted"


class _public:  # noqa: N801  # in place of a private key, whose public half is all that encrypts
    def __init__(self, found: Any) -> None:
        self.public_key = found.public_key


def test_the_key_for_signatures_never_leaves_this_function() -> None:
    """The function that parses gets the key that decrypts, only if it needs it, and nothing else that is secret."""
    seen: list[dict[str, Any]] = []

    def judge(event: dict[str, Any]) -> dict[str, Any]:
        seen.append(event)
        return saml.handler(event, None)

    for wants, keys in ((False, 0), (True, 1)):
        made = connection(wants_encryption=wants, signs_requests=True)
        up = ServiceProvider(made, judge=judge)
        begun = up.begin()
        up.reply(begun)
        assert len(seen[-1]["expected"]["keys"]) == keys
        assert own_keys.signing_key(Sealing(), made) not in str(seen[-1])  # type: ignore[arg-type]  # a stand-in
        assert begun.cookie_value not in str(seen[-1])


def test_the_function_is_invoked_once_for_a_sign_in() -> None:
    with invoking(lambda event: saml.handler(event, None)) as server:
        up = ServiceProvider(judge=SamlFunction("idp-prod-saml", region="us-east-1", endpoint=server.url))
        assert up.sign_in().identity.subject == "person-1"
    ((path, headers, _),) = server.asked
    assert path == "/2015-03-31/functions/idp-prod-saml/invocations"
    assert "/us-east-1/lambda/aws4_request" in headers["authorization"]


@pytest.mark.parametrize(
    ("answer", "reason"), [(500, "unreachable"), (({"errorMessage": "boom"}, "Unhandled"), "unreachable"), ({}, "answer_invalid")]
)
def test_a_function_that_fails_makes_the_sign_in_fail(answer: Any, reason: str) -> None:
    with invoking(answer) as server:
        up = ServiceProvider(judge=SamlFunction("idp-prod-saml", region="us-east-1", endpoint=server.url))
        begun = up.begin()
        query = up.reply(begun)
        assert _reason(lambda: up.finish(begun, query)) == reason


def test_without_the_libraries_the_sign_in_fails() -> None:
    def absent(_: dict[str, Any]) -> dict[str, Any]:
        raise NoJudge("signxml is not installed", installed=False)

    up = ServiceProvider(judge=absent)
    begun = up.begin()
    query = up.reply(begun)
    assert _reason(lambda: up.finish(begun, query)) == "misconfigured"


def test_the_provider_itself_never_parses_xml() -> None:
    """Not for the request, the metadata or the form: lxml is in another package."""
    code = """if True:
        import sys
        from idp.domain.connections.connection import Connection
        from idp.services.upstream.saml import own_keys, own_metadata, sign_in
        from tests.support.sealing import Sealing
        up = sign_in.SamlSignIn("https://id.example", Sealing(), lambda event: {"refused": "x", "kind": "invalid"})
        made = own_keys.make(Sealing(), Connection("up", "saml", authorization_endpoint="https://idp.example/sso"), "https://id.example", 1)
        attempt, url, cookie = up.begin(made, purpose="sign_in", carried="", prompt="", max_age=None, now=1)
        state = url.partition("RelayState=")[2]
        assert "posted=" in up.repost(made, {"RelayState": state, "SAMLResponse": "x"}, 1)
        assert own_metadata.own_metadata(made, "https://id.example/acs").startswith("<?xml")
        print([name for name in sys.modules if name.partition(".")[0] in ("lxml", "signxml")])
    """
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
