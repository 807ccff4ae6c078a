"""The checks of a verified assertion (SAML Core §2.4, §2.5; SAML Profiles §4.1.4.2 and §4.1.4.3; threats S-04)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.safe_xml import children, name, one, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from idp.domain.connections.saml import Expected

SKEW = 60
"""Seconds by which the two clocks may differ."""
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
ENTITY = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z", re.ASCII)
_KNOWN = frozenset(name("saml", each) for each in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction"))


def check(assertion: _Element, expected: Expected) -> None:
    """Check issuer, subject confirmation and conditions of an assertion that was verified.

    Raises:
        SamlRefused: a check fails. The detail names it.
    """
    if assertion.get("Version") != "2.0":
        raise SamlRefused("the version of the assertion")
    check_issuer(one(assertion, "saml", "Issuer"), expected)
    if at(assertion, "IssueInstant") > expected.now + SKEW:
        raise SamlRefused("the assertion is from the future")
    subject = one(assertion, "saml", "Subject")
    problems = [_confirmation_problem(each, expected) for each in children(subject, "saml", "SubjectConfirmation")]
    if "" not in problems:
        raise SamlRefused("subject confirmation: " + (problems[0] if problems else "none"))
    _check_conditions(one(assertion, "saml", "Conditions"), expected)


def check_issuer(issuer: _Element, expected: Expected) -> None:
    """Raise SamlRefused unless it is exactly the identity provider of the connection."""
    if text_of(issuer).strip() != expected.issuer or issuer.get("Format", ENTITY) != ENTITY:
        raise SamlRefused("another issuer")


def at(element: _Element, attribute: str) -> int:
    """Return a moment in epoch seconds. SAML Core §1.3.3: in UTC."""
    found = _TIME.fullmatch(element.get(attribute, ""))
    try:
        return int(datetime.fromisoformat(found[1]).replace(tzinfo=UTC).timestamp()) if found else _no_time(attribute)
    except ValueError:
        return _no_time(attribute)


def _no_time(attribute: str) -> int:
    raise SamlRefused(f"{attribute} is no time in UTC")


def _confirmation_problem(confirmation: _Element, expected: Expected) -> str:
    """Return why a confirmation does not count, or "". One that counts is enough (SAML Profiles §4.1.4.3)."""
    if confirmation.get("Method") != BEARER:
        return "no bearer"
    data = one(confirmation, "saml", "SubjectConfirmationData")
    if data.get("Recipient") != expected.recipient:
        return "another recipient"
    if not expected.request_id or data.get("InResponseTo") != expected.request_id:
        return "it does not answer the request of this browser"
    if data.get("NotBefore") is not None:
        return "NotBefore is not allowed"
    if expected.now >= at(data, "NotOnOrAfter") + SKEW:
        return "expired"
    return ""


def _check_conditions(conditions: _Element, expected: Expected) -> None:
    if "NotBefore" in conditions.attrib and at(conditions, "NotBefore") > expected.now + SKEW:
        raise SamlRefused("the assertion is not valid yet")
    if "NotOnOrAfter" in conditions.attrib and expected.now >= at(conditions, "NotOnOrAfter") + SKEW:
        raise SamlRefused("the assertion is expired")
    if any(each.tag not in _KNOWN for each in conditions):
        raise SamlRefused("a condition is not known")
    restrictions = children(conditions, "saml", "AudienceRestriction")
    if not restrictions:
        raise SamlRefused("no audience")
    for each in restrictions:
        if expected.audience not in [text_of(audience).strip() for audience in children(each, "saml", "Audience")]:
            raise SamlRefused("another audience")
