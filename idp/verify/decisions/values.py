"""Values in ABAC rules: where they come from, and comparisons. A comparison of values that cannot be compared is None (unknown)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from idp.verify.decisions.question import Question
from idp.verify.decisions.shapes import RulesError, check_text, kind

Value = Callable[[Question], Any]

_OF = {"subject": {"type", "id", "properties"}, "resource": {"type", "id", "properties"}, "action": {"name", "properties"}}


def compile_reference(raw: Any, path: str) -> Value:
    """The function that reads the value of `{"get": …}`, a path of names in the question. It returns None if there is no value.

    Raises:
        RulesError: the path is wrong.
    """
    start, *names = check_text(raw, path).split(".")
    if start != "context" and (start not in _OF or not names or names[0] not in _OF[start]):
        raise RulesError(path, "a value comes from subject, action, resource or context, as in subject.properties.department")
    if not all(names) or not names or names == ["properties"]:
        raise RulesError(path, "this path is incomplete")
    steps = names if start == "context" else names[1:]
    attribute = "" if start == "context" else names[0]

    def value(question: Question) -> Any:
        found: Any = getattr(question, start)
        found = getattr(found, attribute) if attribute else found
        for name in steps:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    return value


def kleene_and(answers: Iterable[bool | None]) -> bool | None:
    """Three-valued AND (Kleene): one False makes it False, also beside unknowns."""
    known = list(answers)
    return False if False in known else None if None in known else True


def kleene_not(answer: bool | None) -> bool | None:  # noqa: FBT001 – it is the value itself
    """Three-valued NOT."""
    return None if answer is None else not answer


def kleene_or(answers: Iterable[bool | None]) -> bool | None:
    """Three-valued OR (Kleene): one True makes it True."""
    return kleene_not(kleene_and(kleene_not(answer) for answer in answers))


def is_equal(a: Any, b: Any) -> bool | None:
    """Whether both are equal and have the same type."""
    kinds = kind(a), kind(b)
    return None if None in kinds or kinds[0] is not kinds[1] else bool(a == b)


def is_in_list(one: Any, many: Any) -> bool | None:
    """Whether the list `many` contains `one`."""
    return kleene_or(is_equal(one, each) for each in many) if isinstance(many, (list, tuple)) and kind(one) else None


def compare_numbers(a: Any, b: Any, compare: Callable[[Any, Any], bool]) -> bool | None:
    """Compare two numbers with `compare`."""
    return compare(a, b) if kind(a) is float and kind(b) is float else None


def rank(order: Mapping[str, int], value: Any) -> int | None:
    """The position of a value in an order, from 0. None if it is not in it."""
    return order.get(value) if isinstance(value, str) else None


def parse_address(value: Any) -> Any:
    """The IP address of a text; an IPv4 address inside IPv6 (::ffff:10.0.0.1) is the IPv4 address. None for other texts and for zones."""
    if not isinstance(value, str) or "%" in value:
        return None
    try:
        known = ip_address(value)
    except ValueError:
        return None
    return getattr(known, "ipv4_mapped", None) or known
