"""What a verified assertion says about a person (SAML Core §2.4, §2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.adapters.saml.conditions import SKEW, at
from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.safe_xml import children, one, text_of
from idp.domain.connections.saml import TRANSIENT, UNSPECIFIED, Assertion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from idp.domain.connections.saml import Expected

LONGEST, MOST_VALUES = 255, 20
"""Characters of a value that is used, and values of an attribute."""


def read(assertion: _Element, expected: Expected) -> Assertion:
    """Return what it says. The caller has verified and checked it.

    Raises:
        SamlRefused: the NameID is missing, transient or of another format; or the session there is over.
    """
    subject = one(assertion, "saml", "Subject")
    named = children(subject, "saml", "NameID")
    if len(named) > 1 or children(subject, "saml", "EncryptedID") or children(subject, "saml", "BaseID"):
        raise SamlRefused("the subject has no NameID, or several")
    name_id, form = (text_of(named[0]), named[0].get("Format", UNSPECIFIED)) if named else ("", "")
    if expected.name_id_format:
        _check_name_id(name_id, form, expected)
    statement = _authentication(assertion, expected)
    contexts = children(statement, "saml", "AuthnContext")
    context = [text_of(each).strip() for one_of in contexts for each in children(one_of, "saml", "AuthnContextClassRef")]
    return Assertion(
        id=assertion.get("ID", ""),
        name_id=name_id,
        format=form,
        name_qualifier=named[0].get("NameQualifier", "") if named else "",
        sp_name_qualifier=named[0].get("SPNameQualifier", "") if named else "",
        attributes=dict(_attributes(assertion, expected)),
        context=context[0] if len(context) == 1 and len(context[0]) <= LONGEST else "",
        session_index=_short(statement.get("SessionIndex", "")),
        authenticated_at=at(statement, "AuthnInstant"),
    )


def _check_name_id(name_id: str, form: str, expected: Expected) -> None:
    """A transient NameID is another one at each sign-in, so it can name no account (threats S-07)."""
    if form == TRANSIENT or form != expected.name_id_format:
        raise SamlRefused("the format of the NameID")
    if not 0 < len(name_id) <= LONGEST or not name_id.isprintable() or name_id != name_id.strip():
        raise SamlRefused("the NameID")


def _authentication(assertion: _Element, expected: Expected) -> _Element:
    """Return the first statement about the sign-in (SAML Profiles §4.1.4.2: at least one)."""
    found = children(assertion, "saml", "AuthnStatement")
    if not found:
        raise SamlRefused("no statement about the sign-in")
    if any("SessionNotOnOrAfter" in each.attrib and expected.now >= at(each, "SessionNotOnOrAfter") + SKEW for each in found):
        raise SamlRefused("the session at the identity provider is over")
    if at(found[0], "AuthnInstant") > expected.now + SKEW:
        raise SamlRefused("the person signs in in the future")
    return found[0]


def _attributes(assertion: _Element, expected: Expected) -> Iterator[tuple[str, list[str]]]:
    """Return the attributes that were asked for. Values that are no short text are left out."""
    found: dict[str, list[str]] = {}
    for statement in children(assertion, "saml", "AttributeStatement"):
        for attribute in children(statement, "saml", "Attribute"):
            if (name := attribute.get("Name", "")) in expected.attributes:
                found.setdefault(name, []).extend(filter(None, map(_value, children(attribute, "saml", "AttributeValue"))))
    return ((name, values[:MOST_VALUES]) for name, values in found.items())


def _value(element: _Element) -> str:
    return "" if len(element) else _short(text_of(element).strip())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST and text.isprintable() else ""
