"""A verified assertion counts only here, now, and for the request of this browser (threats S-04, S-07; SAML Profiles §4.1.4.3)."""

from __future__ import annotations

from typing import Any

import pytest

from idp.adapters.saml.refused import CANCELLED, FAILED, INVALID, SamlRefused
from idp.adapters.saml.response import judge
from tests.support.saml_idp import ACS, NOW, SP, Answer, expected, moment, response

TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
UNTIL = moment(NOW + 300)
BEARER = '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">{}</saml:SubjectConfirmation>'
DATA = f'<saml:SubjectConfirmationData Recipient="{ACS}" NotOnOrAfter="{UNTIL}" InResponseTo="_request"/>'
AUDIENCE = f"<saml:AudienceRestriction><saml:Audience>{SP}</saml:Audience></saml:AudienceRestriction>"


def _problem(changes: dict[str, Any], **more: Any) -> tuple[str, str]:
    try:
        judge(response(sign="both", **changes), expected(**more))
    except SamlRefused as refused:
        return refused.detail, refused.kind
    return "", ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "https://other.example"}, "another issuer"),
        ({"response_issuer": "https://other.example"}, "another issuer"),
        ({"audience": "https://other-service.example"}, "another audience"),
        ({"audience": SP + "/"}, "another audience"),
        ({"recipient": "https://other-service.example/acs"}, "another recipient"),
        ({"recipient": ACS + "?x=1"}, "another recipient"),
        ({"destination": "https://other-service.example/acs"}, "another destination"),
        ({"destination": None}, "another destination"),
        ({"request_id": "_another"}, "does not answer the request"),
        ({"answers": "_another"}, "does not answer the request"),
        ({"request_id": "_another", "answers": "_request"}, "the response does not answer the request"),
        ({"request_id": ""}, "does not answer the request"),
        ({"answers": ""}, "does not answer the request"),
        ({"not_on_or_after": -60}, "expired"),
        ({"now": NOW + 61}, "future"),
        ({"now": NOW - 3600}, "expired"),
        ({"confirmation": ""}, "subject confirmation: none"),
        ({"confirmation": BEARER.format("")}, "SubjectConfirmationData"),
        ({"confirmation": BEARER.format(DATA.replace("/>", f' NotBefore="{moment(NOW - 5)}"/>'))}, "NotBefore is not allowed"),
        ({"confirmation": BEARER.format(DATA.replace(f' NotOnOrAfter="{UNTIL}"', ""))}, "NotOnOrAfter"),
        ({"confirmation": BEARER.format(DATA).replace("bearer", "sender-vouches")}, "no bearer"),
        ({"confirmation": BEARER.format(DATA).replace("bearer", "holder-of-key")}, "no bearer"),
        ({"conditions": ""}, "Conditions"),
        ({"conditions": "<saml:Conditions/>"}, "no audience"),
        ({"conditions": f'<saml:Conditions NotOnOrAfter="{moment(NOW - 60)}">{AUDIENCE}</saml:Conditions>'}, "the assertion is expired"),
        ({"conditions": f'<saml:Conditions NotBefore="{moment(NOW + 61)}">{AUDIENCE}</saml:Conditions>'}, "not valid yet"),
        ({"conditions": f'<saml:Conditions NotOnOrAfter="tomorrow">{AUDIENCE}</saml:Conditions>'}, "no time in UTC"),
        ({"conditions": f'<saml:Conditions NotOnOrAfter="2099-13-01T00:00:00Z">{AUDIENCE}</saml:Conditions>'}, "no time in UTC"),
        ({"conditions": f'<saml:Conditions NotOnOrAfter="2099-01-01T00:00:00+02:00">{AUDIENCE}</saml:Conditions>'}, "no time in UTC"),
        ({"conditions": f"<saml:Conditions>{AUDIENCE}<saml:Condition/></saml:Conditions>"}, "a condition is not known"),
        (
            {"conditions": f"<saml:Conditions>{AUDIENCE}{AUDIENCE.replace(SP, 'https://else.example')}</saml:Conditions>"},
            "another audience",
        ),
        ({"statements": ""}, "no statement"),
        (
            {"statements": f'<saml:AuthnStatement AuthnInstant="{moment(NOW)}" SessionNotOnOrAfter="{moment(NOW - 60)}"/>'},
            "the session at the identity provider is over",
        ),
        ({"statements": f'<saml:AuthnStatement AuthnInstant="{moment(NOW + 100)}"/>'}, "in the future"),
        ({"format": TRANSIENT}, "the format of the NameID"),
        ({"format": EMAIL}, "the format of the NameID"),
        ({"name_id": ""}, "the NameID"),
        ({"name_id": " person-1"}, "the NameID"),
        ({"name_id": "x" * 256}, "the NameID"),
        ({"name_id": "a\u202eb"}, "the NameID"),
        ({"name_id": "<saml:x/>"}, "elements where a text is expected"),
        ({"subject": ""}, "the NameID"),
        ({"subject": "<saml:BaseID/>"}, "no NameID, or several"),
        ({"subject": "<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>"}, "no NameID, or several"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(changes: dict[str, Any], reason: str) -> None:
    detail, kind = _problem(changes)
    assert reason in detail
    assert kind == INVALID


def test_a_transient_name_is_refused_also_where_the_connection_asks_for_it() -> None:
    """S-07: it is another one at each sign-in."""
    assert _problem({"format": TRANSIENT}, name_id_format=TRANSIENT)[0] == "the format of the NameID"


def test_an_answer_to_no_request_is_refused_also_without_a_request() -> None:
    """A sign-in that the identity provider begins is off: nothing binds it to this browser."""
    assert "does not answer" in _problem({"request_id": "", "answers": ""}, request_id="")[0]


@pytest.mark.parametrize("changes", [{"not_on_or_after": -59}, {"now": NOW + 60}, {"not_before": 60}])
def test_clocks_may_differ_by_less_than_a_minute(changes: dict[str, Any]) -> None:
    assert _problem(changes) == ("", "")


def test_a_second_confirmation_or_audience_does_no_harm() -> None:
    other = BEARER.format(DATA.replace(ACS, "https://else.example/acs"))
    assert _problem({"confirmation": other + BEARER.format(DATA)}) == ("", "")
    two = f"<saml:Conditions>{AUDIENCE.replace('<saml:Audience>', '<saml:Audience>x</saml:Audience><saml:Audience>')}</saml:Conditions>"
    assert _problem({"conditions": two}) == ("", "")


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        ("urn:oasis:names:tc:SAML:2.0:status:AuthnFailed", CANCELLED),
        ("urn:oasis:names:tc:SAML:2.0:status:RequestDenied", CANCELLED),
        ("urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal", FAILED),
        ("", FAILED),
    ],
)
def test_an_error_counts_as_one_also_with_an_assertion(inner: str, kind: str) -> None:
    problem = _problem({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder", "inner_status": inner})
    assert problem[1] == kind


def test_an_attribute_can_be_the_subject_with_any_name() -> None:
    answer = Answer(format=TRANSIENT, attributes={"uid": ["u1"]})
    found = judge(response(answer), expected(name_id_format="", attributes=["uid"]))
    assert found.attributes == {"uid": ["u1"]}


def test_only_the_attributes_that_were_asked_for_come_back_and_only_short_texts() -> None:
    told = {"email": ["ada@corp.example", "x" * 256, "a\u202eb", "<b>c</b>"], "groups": ["1"]}
    assert judge(response(attributes=told), expected()).attributes == {"email": ["ada@corp.example"]}
