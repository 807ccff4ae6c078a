"""Conditions of ABAC rules: JSON that is compiled to functions once. Each returns True, False, or None for unknown. No code is evaluated.

    {"all": […]}  {"any": […]}  {"not": …}                               of conditions
    {"equals": [a, b]}  {"in": [a, list]}  {"contains": [list, a]}       texts, numbers, booleans; different types are never equal
    {"less": [a, b]}  {"at_most": [a, b]}                                numbers
    {"level": {"of": "classification", "at_least": [a, b]}}              an order that the document declares
    {"within": {"address": a, "ranges": ["10.0.0.0/8"]}}                 IPv4, IPv6, and IPv4 inside IPv6
    {"time": {"zone": "Europe/Berlin", "days": ["mon"], "from": "08:00", "to": "18:00"}}
    {"present": {"get": "…"}}

A value is a literal, or {"get": "subject.properties.department"}: a path of names in subject, action, resource or context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from idp.verify.decisions import values
from idp.verify.decisions.office_hours import office_hours
from idp.verify.decisions.question import Question
from idp.verify.decisions.shapes import RulesError, check_list, check_literal, check_object, check_text

MOST_DEPTH, MOST_NODES = 10, 2000

Test = Callable[[Question], bool | None]
Value = values.Value


class Compiler:
    """Compiles the conditions of one document. `levels`: ordered names, the lowest first."""

    def __init__(self, levels: Mapping[str, Sequence[str]]) -> None:
        self._levels, self._nodes = levels, 0
        self._kinds: dict[str, Callable[[Any, str, int], Test]] = {
            "all": self._all, "any": self._any, "not": self._not, "equals": self._equals, "in": self._in, "contains": self._contains,
            "less": self._less, "at_most": self._at_most, "level": self._level, "within": self._within, "time": self._time,
            "present": self._present,
        }  # fmt: skip

    def condition(self, raw: Any, path: str, depth: int = 0) -> Test:
        """Compile one condition. `path` is its place in the document.

        Raises:
            RulesError: it is wrong, or there are too many conditions or levels of nesting.
        """
        self._count(path, depth)
        kind, argument = self._single(raw, path)
        if kind not in self._kinds:
            raise RulesError(path, f"unknown kind of condition; known kinds are {', '.join(self._kinds)}")
        return self._kinds[kind](argument, f"{path}.{kind}", depth + 1)

    def _count(self, path: str, depth: int) -> None:
        self._nodes += 1
        if depth > MOST_DEPTH or self._nodes > MOST_NODES:
            raise RulesError(path, f"at most {MOST_DEPTH} levels and {MOST_NODES} conditions are allowed")

    @staticmethod
    def _single(raw: Any, path: str) -> tuple[str, Any]:
        if not isinstance(raw, dict) or len(raw) != 1:
            raise RulesError(path, "this has to be an object with one member: the kind of condition")
        return next(iter(raw.items()))

    def _several(self, raw: Any, path: str, depth: int) -> list[Test]:
        return [self.condition(each, f"{path}[{i}]", depth) for i, each in enumerate(check_list(raw, path, least=1))]

    def _all(self, raw: Any, path: str, depth: int) -> Test:
        tests = self._several(raw, path, depth)
        return lambda q: values.kleene_and(test(q) for test in tests)

    def _any(self, raw: Any, path: str, depth: int) -> Test:
        tests = self._several(raw, path, depth)
        return lambda q: values.kleene_or(test(q) for test in tests)

    def _not(self, raw: Any, path: str, depth: int) -> Test:
        test = self.condition(raw, path, depth)
        return lambda q: values.kleene_not(test(q))

    def _equals(self, raw: Any, path: str, depth: int) -> Test:
        a, b = self._pair(raw, path, depth)
        return lambda q: values.is_equal(a(q), b(q))

    def _in(self, raw: Any, path: str, depth: int) -> Test:
        one, many = self._pair(raw, path, depth)
        return lambda q: values.is_in_list(one(q), many(q))

    def _contains(self, raw: Any, path: str, depth: int) -> Test:
        many, one = self._pair(raw, path, depth)
        return lambda q: values.is_in_list(one(q), many(q))

    def _less(self, raw: Any, path: str, depth: int) -> Test:
        a, b = self._pair(raw, path, depth)
        return lambda q: values.compare_numbers(a(q), b(q), lambda x, y: x < y)

    def _at_most(self, raw: Any, path: str, depth: int) -> Test:
        a, b = self._pair(raw, path, depth)
        return lambda q: values.compare_numbers(a(q), b(q), lambda x, y: x <= y)

    def _level(self, raw: Any, path: str, depth: int) -> Test:
        raw = check_object(raw, path, {"of", "at_least"})
        order = self._levels.get(raw["of"]) if isinstance(raw["of"], str) else None
        if order is None:
            raise RulesError(f"{path}.of", "there are no levels of this name")
        rank = {name: number for number, name in enumerate(order)}
        a, b = self._pair(raw["at_least"], f"{path}.at_least", depth)
        return lambda q: values.compare_numbers(values.rank(rank, a(q)), values.rank(rank, b(q)), lambda x, y: x >= y)

    def _within(self, raw: Any, path: str, depth: int) -> Test:
        raw = check_object(raw, path, {"address", "ranges"})
        ranges = []
        for i, each in enumerate(check_list(raw["ranges"], f"{path}.ranges", least=1)):
            try:
                ranges.append(ip_network(check_text(each, f"{path}.ranges[{i}]")))
            except RulesError:
                raise
            except ValueError:
                raise RulesError(f"{path}.ranges[{i}]", "this is not a range of addresses such as 10.0.0.0/8 or 2001:db8::/32") from None
        address = self._value(raw["address"], f"{path}.address", depth)

        def test(question: Question) -> bool | None:
            known = values.parse_address(address(question))
            return None if known is None else any(known.version == each.version and known in each for each in ranges)

        return test

    def _time(self, raw: Any, path: str, depth: int) -> Test:
        raw = check_object(raw, path, {"zone", "days", "from", "to"}, {"at"})
        at = self._value(raw.get("at", {"get": "context.time"}), f"{path}.at", depth)
        try:
            within = office_hours(raw["zone"], raw["days"], raw["from"], raw["to"])
        except ValueError as problem:
            raise RulesError(path, str(problem)) from None
        return lambda q: within(at(q))

    def _present(self, raw: Any, path: str, depth: int) -> Test:
        value = self._value(raw, path, depth)
        return lambda q: value(q) is not None

    def _pair(self, raw: Any, path: str, depth: int) -> tuple[Value, Value]:
        if not isinstance(raw, list) or len(raw) != 2:  # noqa: PLR2004 – a pair
            raise RulesError(path, "this has to be a list of two values")
        return self._value(raw[0], f"{path}[0]", depth), self._value(raw[1], f"{path}[1]", depth)

    def _value(self, raw: Any, path: str, depth: int) -> Value:
        self._count(path, depth)
        if isinstance(raw, dict):
            return values.compile_reference(check_object(raw, path, {"get"})["get"], path)
        literal = [check_literal(each, f"{path}[{i}]") for i, each in enumerate(check_list(raw, path))] if isinstance(raw, list) else None
        fixed = check_literal(raw, path) if literal is None else literal
        return lambda _: fixed
