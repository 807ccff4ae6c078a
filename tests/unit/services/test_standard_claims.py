"""Profile claims: OpenID Connect Core §5.1, each with its type and its limit."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.errors import Invalid
from idp.domain.people.standard_claims import MOST_BYTES, check_claims, is_text

RIGHT: list[dict[str, Any]] = [
    {"name": "Ada King, Countess of Lovelace"}, {"name": "李小龍"}, {"nickname": "🦆"}, {"gender": "female"}, {"birthdate": "1815-12-10"},
    {"birthdate": "0000-02-29"}, {"birthdate": "1815"}, {"birthdate": "2000-02-29"}, {"zoneinfo": "Europe/London"}, {"zoneinfo": "UTC"},
    {"zoneinfo": "America/Argentina/Buenos_Aires"}, {"zoneinfo": "Etc/GMT+5"}, {"locale": "en-GB"}, {"locale": "en_GB"},
    {"locale": "zh-Hant-TW"},
    {"phone_number": "+1 (425) 555-1212"}, {"phone_number": "+1 (604) 555-1234;ext=5678"}, {"phone_number_verified": False},
    {"picture": "https://example.com/a.png?s=1#x"}, {"website": "http://[2001:db8::1]:8080/"}, {"profile": "https://xn--bcher-kva.example"},
    {"address": {"formatted": "1 Street\r\nCity\nCountry", "country": "UK"}}, {},
]  # fmt: skip
WRONG: list[dict[str, Any]] = [
    {"name": ""}, {"name": None}, {"name": "x" * 256}, {"name": "a\u202eb"}, {"name": "a\ud800b"}, {"name": "a\x7fb"}, {"name": True},
    {"birthdate": "1815-13-01"}, {"birthdate": "1900-02-29"}, {"birthdate": "18151210"}, {"birthdate": "2026-W01-1"},
    {"birthdate": "10.12.1815"},
    {"birthdate": "0000-00-00"}, {"birthdate": "١٨١٥"}, {"zoneinfo": "Europe/../London"}, {"zoneinfo": "/etc"}, {"zoneinfo": ""},
    {"locale": "e"}, {"locale": "en GB"}, {"phone_number": "x"}, {"phone_number": "1" * 50}, {"phone_number": 1425},
    {"phone_number_verified": 1},
    {"picture": "javascript:alert(1)"}, {"picture": "//example.com"}, {"picture": "https://"}, {"picture": "https://a b.example"},
    {"picture": "https://user@example.com"}, {"picture": "https://example.com:99999/"}, {"picture": "https://example.com/\\"},
    {"picture": "data:text/html,x"}, {"picture": "https://[::1"}, {"picture": "https://exämple.com"}, {"picture": "x" * 3000},
    {"address": {}}, {"address": []}, {"address": {"street": "x"}}, {"address": {"country": None}}, {"address": {"formatted": "a\x00"}},
    {"email": "a@example.com"}, {"sub": "x"}, {"updated_at": 1}, {"Name": "x"}, {"roles": ["admin"]}, {"x\ny": 1},
]  # fmt: skip


@pytest.mark.parametrize("claims", RIGHT, ids=str)
def test_valid_claims_are_kept_unchanged(claims: dict[str, Any]) -> None:
    """Nothing is repaired."""
    assert check_claims(claims) == claims


@pytest.mark.parametrize("claims", WRONG, ids=ascii)
def test_an_invalid_claim_is_named(claims: dict[str, Any]) -> None:
    """By its name, never by its value."""
    with pytest.raises(Invalid) as refused:
        check_claims(claims)
    assert refused.value.field.startswith("claims")
    assert refused.value.field.isprintable()
    assert refused.value.description


def test_the_size_of_all_claims_is_limited() -> None:
    """J-11: each claim may be within its limit and all together exceed theirs."""
    long = dict.fromkeys(("formatted", "street_address", "locality", "region", "postal_code", "country"), "\u20ac" * 1024)
    with pytest.raises(Invalid, match=str(MOST_BYTES)):
        check_claims({"address": long})


def test_a_name_may_have_joiners_and_no_direction_marks() -> None:
    """Persian and emoji are spelt with U+200C and U+200D; U+202E would reverse the rest of the line on a page."""
    assert is_text("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
    assert not is_text("Ada\u202eecalevoL")
