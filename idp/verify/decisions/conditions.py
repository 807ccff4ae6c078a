"""Conditions of ABAC rules: JSON, made into functions once. Each answers True, False, or None: not known. It runs no code of anybody's.

    {"all": […]}  {"any": […]}  {"not": …}                               of conditions
    {"equals": [a, b]}  {"in": [a, list]}  {"contains": [list, a]}       texts, numbers, truth values; never one kind for another
    {"less": [a, b]}  {"at_most": [a, b]}                                numbers
    {"level": {"of": "classification", "at_least": [a, b]}}              an order that the rules name
    {"within": {"address": a, "ranges": ["10.0.0.0/8"]}}                 IPv4, IPv6, and IPv4 inside IPv6
    {"time": {"zone": "Europe/Berlin", "days": ["mon"], "from": "08:00", "to": "18:00"}}
    {"present": {"get": "…"}}

A value is a literal, or {"get": "subject.properties.department"}: from subject, action, resource or context, by a path of names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from idp.verify.decisions import values
from idp.verify.decisions.office_hours import office_hours
from idp.verify.decisions.question import Question
from idp.verify.decisions.shapes import RulesError, items, members, scalar, text

MOST_DEPTH, MOST_NODES = 10, 2000

Test = Callable[[Question], bool | None]
Value = values.Value


class Compiler:
    """Makes one document's conditions. `levels`: ordered names, lowest first."""

    def __init__(self, levels: Mapping[str, Sequence[str]]) -> None:
        self._levels, self._nodes = levels, 0
        self._kinds: dict[str, Callable[[Any, str, int], Test]] = {
            "all": self._all, "any": self._any, "not": self._not, "equals": self._equals, "in": self._in, "contains": self._contains,
            "less": self._less, "at_most": self._at_most, "level": self._level, "within": self._within, "time": self._time,
            "present": self._present,
        }  # fmt: skip

    def condition(self, told: Any, path: str, depth: int = 0) -> Test:
        """One condition.

        Raises:
            RulesError: it is none, or there are too many, too deep.
        """
        self._count(path, depth)
        kind, argument = self._single(told, path)
        if kind not in self._kinds:
            raise RulesError(path, f"there is no condition of this name; there are {', '.join(self._kinds)}")
        return self._kinds[kind](argument, f"{path}.{kind}", depth + 1)

    def _count(self, path: str, depth: int) -> None:
        self._nodes += 1
        if depth > MOST_DEPTH or self._nodes > MOST_NODES:
            raise RulesError(path, f"conditions go {MOST_DEPTH} levels deep at most, and there are {MOST_NODES} at most")

    @staticmethod
    def _single(told: Any, path: str) -> tuple[str, Any]:
        if not isinstance(told, dict) or len(told) != 1:
            raise RulesError(path, "this has to be an object with one member: the kind of condition")
        return next(iter(told.items()))

    def _several(self, told: Any, path: str, depth: int) -> list[Test]:
        return [self.condition(each, f"{path}[{i}]", depth) for i, each in enumerate(items(told, path, least=1))]

    def _all(self, told: Any, path: str, depth: int) -> Test:
        tests = self._several(told, path, depth)
        return lambda q: values.lowest(test(q) for test in tests)

    def _any(self, told: Any, path: str, depth: int) -> Test:
        tests = self._several(told, path, depth)
        return lambda q: values.highest(test(q) for test in tests)

    def _not(self, told: Any, path: str, depth: int) -> Test:
        test = self.condition(told, path, depth)
        return lambda q: values.opposite(test(q))

    def _equals(self, told: Any, path: str, depth: int) -> Test:
        a, b = self._pair(told, path, depth)
        return lambda q: values.same(a(q), b(q))

    def _in(self, told: Any, path: str, depth: int) -> Test:
        one, many = self._pair(told, path, depth)
        return lambda q: values.among(one(q), many(q))

    def _contains(self, told: Any, path: str, depth: int) -> Test:
        many, one = self._pair(told, path, depth)
        return lambda q: values.among(one(q), many(q))

    def _less(self, told: Any, path: str, depth: int) -> Test:
        a, b = self._pair(told, path, depth)
        return lambda q: values.numbers(a(q), b(q), lambda x, y: x < y)

    def _at_most(self, told: Any, path: str, depth: int) -> Test:
        a, b = self._pair(told, path, depth)
        return lambda q: values.numbers(a(q), b(q), lambda x, y: x <= y)

    def _level(self, told: Any, path: str, depth: int) -> Test:
        told = members(told, path, {"of", "at_least"})
        order = self._levels.get(told["of"]) if isinstance(told["of"], str) else None
        if order is None:
            raise RulesError(f"{path}.of", "the rules name no levels of this name")
        rank = {name: number for number, name in enumerate(order)}
        a, b = self._pair(told["at_least"], f"{path}.at_least", depth)
        return lambda q: values.numbers(values.rank(rank, a(q)), values.rank(rank, b(q)), lambda x, y: x >= y)

    def _within(self, told: Any, path: str, depth: int) -> Test:
        told = members(told, path, {"address", "ranges"})
        ranges = []
        for i, each in enumerate(items(told["ranges"], f"{path}.ranges", least=1)):
            try:
                ranges.append(ip_network(text(each, f"{path}.ranges[{i}]")))
            except RulesError:
                raise
            except ValueError:
                raise RulesError(f"{path}.ranges[{i}]", "this is no range of addresses such as 10.0.0.0/8 or 2001:db8::/32") from None
        address = self._value(told["address"], f"{path}.address", depth)

        def test(question: Question) -> bool | None:
            known = values.address(address(question))
            return None if known is None else any(known.version == each.version and known in each for each in ranges)

        return test

    def _time(self, told: Any, path: str, depth: int) -> Test:
        told = members(told, path, {"zone", "days", "from", "to"}, {"at"})
        at = self._value(told.get("at", {"get": "context.time"}), f"{path}.at", depth)
        try:
            within = office_hours(told["zone"], told["days"], told["from"], told["to"])
        except ValueError as problem:
            raise RulesError(path, str(problem)) from None
        return lambda q: within(at(q))

    def _present(self, told: Any, path: str, depth: int) -> Test:
        value = self._value(told, path, depth)
        return lambda q: value(q) is not None

    def _pair(self, told: Any, path: str, depth: int) -> tuple[Value, Value]:
        if not isinstance(told, list) or len(told) != 2:  # noqa: PLR2004 – a pair
            raise RulesError(path, "this has to be a list of two values")
        return self._value(told[0], f"{path}[0]", depth), self._value(told[1], f"{path}[1]", depth)

    def _value(self, told: Any, path: str, depth: int) -> Value:
        self._count(path, depth)
        if isinstance(told, dict):
            return values.reference(members(told, path, {"get"})["get"], path)
        literal = [scalar(each, f"{path}[{i}]") for i, each in enumerate(items(told, path))] if isinstance(told, list) else None
        fixed = scalar(told, path) if literal is None else literal
        return lambda _: fixed
