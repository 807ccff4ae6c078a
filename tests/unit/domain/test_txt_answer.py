"""The answer of a DNS resolver in JSON: what is in it, and that nothing else is taken for an answer (threats O-17)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.organisations.txt_answer import texts

NAME = "_idp-challenge.acme.example"
QUESTION = [{"name": f"{NAME}.", "type": 16}]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["Status", "TC", "Question", "Answer", "name", "type", "data"]), inner)
    ),
    max_leaves=12,
)


def answer(*records: Any, **given: Any) -> dict[str, Any]:
    return {
        "Status": 0,
        "TC": False,
        "RD": True,
        "RA": True,
        "AD": False,
        "CD": False,
        "Question": QUESTION,
        "Answer": list(records),
        **given,
    }


def txt(data: str, name: str = NAME, **given: Any) -> dict[str, Any]:
    return {"name": name, "type": 16, "TTL": 300, "data": data, **given}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("idp-domain-verification=a", "idp-domain-verification=a"),
        ('"idp-domain-verification=a"', "idp-domain-verification=a"),
        ('"one" "two"', "onetwo"),
        ('"one""two"', "onetwo"),
        (r'"a\"b\\c"', 'a"b\\c'),
        (r'"\195\188"', "\u00c3\u00bc"),
        ('""', ""),
        ("", ""),
        ("plain text with spaces", "plain text with spaces"),
    ],
)
def test_the_text_of_a_record_is_read_in_both_notations(data: str, text: str) -> None:
    """dns.google gives the text, cloudflare-dns.com gives strings in quotation marks (RFC 1035 §5.1)."""
    assert texts(answer(txt(data)), NAME) == frozenset({text})


@pytest.mark.parametrize("data", ['"', '"a', '"a" b', '"a"b"', '"a\\"', '"\\25"'])
def test_a_broken_record_is_no_text(data: str) -> None:
    assert texts(answer(txt(data)), NAME) == frozenset()


def test_names_are_compared_without_case_and_last_dot() -> None:
    asked = answer(txt("a", NAME.upper() + "."), Question=[{"name": NAME.title(), "type": 16}])
    assert texts(asked, NAME) == frozenset({"a"})


def test_records_of_other_names_and_types_do_not_count() -> None:
    """A resolver that adds records must not prove a domain of another owner."""
    others = [txt("a", "_idp-challenge.other.example"), txt("a", "acme.example"), {**txt("a"), "type": 1}, txt("a", f"x.{NAME}")]
    assert texts(answer(*others), NAME) == frozenset()


def test_an_alias_is_followed() -> None:
    alias = {"name": NAME, "type": 5, "TTL": 1, "data": "a.dns.example."}
    second = {"name": "a.dns.example", "type": 5, "TTL": 1, "data": "B.dns.example"}
    assert texts(answer(alias, second, txt("a", "b.dns.example.")), NAME) == frozenset({"a"})
    assert texts(answer(alias, txt("a", "b.dns.example.")), NAME) == frozenset()


def test_a_circle_of_aliases_ends() -> None:
    one = {"name": NAME, "type": 5, "TTL": 1, "data": "a.example"}
    other = {"name": "a.example", "type": 5, "TTL": 1, "data": NAME}
    assert texts(answer(one, other, txt("a", "c.example")), NAME) == frozenset()


def test_a_name_that_does_not_exist_has_no_record() -> None:
    assert texts({"Status": 3, "TC": False, "Question": QUESTION}, NAME) == frozenset()
    assert texts({"Status": 0, "TC": False, "Question": QUESTION}, NAME) == frozenset()


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "x",
        5,
        {},
        answer(txt("a"), Status=2),
        answer(txt("a"), Status="0"),
        answer(txt("a"), Status=False),
        answer(txt("a"), TC=True),
        answer(txt("a"), TC="no"),
        answer(txt("a"), Question=[]),
        answer(txt("a"), Question=QUESTION * 2),
        answer(txt("a"), Question="x"),
        answer(txt("a"), Question=[{"name": "other.example", "type": 16}]),
        answer(txt("a"), Question=[{"name": NAME, "type": 1}]),
        answer(txt("a"), Question=[{"type": 16}]),
        answer(txt("a"), Question=["x"]),
        answer(txt("a"), Answer=None),
        answer(txt("a"), Answer={"0": txt("a")}),
        answer("x"),
        answer({"name": NAME}),
        answer(txt("a", type="16")),
        answer(txt("a", type=True)),
        answer({**txt("a"), "data": 5}),
        answer(txt("a" * 5000)),
        answer(*[txt("a")] * 201),
        {**answer(), "Status": None},
    ],
    ids=lambda document: str(document)[:50],
)
def test_anything_else_is_unknown_and_not_absent(document: object) -> None:
    """A domain would otherwise be lost by trouble of the resolver."""
    assert texts(document, NAME) is None


@given(JSON)
def test_any_json_is_an_answer_or_unknown(document: object) -> None:
    found = texts(document, NAME)
    assert found is None or all(isinstance(text, str) for text in found)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_strings_in_quotation_marks_are_put_together(parts: list[str]) -> None:
    """As RFC 1035 §5.1 writes them: a quotation mark and a backslash are escaped."""
    escaped = [part.replace("\\", "\\\\").replace('"', '\\"') for part in parts]
    data = " ".join(f'"{part}"' for part in escaped)
    readable = not any(character.isdigit() for part in parts for character in part if "\\" in part)
    if readable:
        assert texts(answer(txt(data)), NAME) == frozenset({"".join(parts)})
