"""Filters (RFC 7644 §3.4.2.2): parsed by a grammar, with bounds on length, terms and depth (threats P-06). Nothing here reads a resource.

Beyond the grammar `emails[type eq "work"].value eq "a"` is understood, because Microsoft Entra sends it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

from idp.domain.scim.refusal import ScimRefusal

LONGEST, MOST_TERMS, MOST_DEPTH = 8192, 100, 20
OPERATORS = frozenset({"eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le"})
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[()\[\]]|[^\s()\[\]"]+)')
_PATH = re.compile(r"(?:[Uu][Rr][Nn]:[A-Za-z0-9._:-]+:)?\$?[A-Za-z][A-Za-z0-9_-]*(?:\.\$?[A-Za-z][A-Za-z0-9_-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Compare:
    """`path op value`. The operator is in lower case; `pr` has no value."""

    path: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class All:
    """Filters that are joined by `and`."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Filters that are joined by `or`."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A filter that must not hold."""

    part: Filter


@dataclass(frozen=True, slots=True)
class Within:
    """One value of a multi-valued attribute must fit all of the filter: `path[filter]`."""

    path: str
    part: Filter


Filter = Compare | All | Some | Not | Within


def parse(text: str) -> Filter:
    """Parse a filter.

    Raises:
        ScimRefusal: invalidFilter, if it is not a filter, or too long, too deep or of too many terms.
    """
    return _Parser(text).whole()


class _Parser:
    """Reads the tokens of one filter from left to right. Brackets are the only recursion, and its depth is limited."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            _refuse()
        self._tokens, self._at, self._terms, self._inside = _tokens(text), 0, 0, False

    def whole(self) -> Filter:
        found = self._some(0)
        if self._at != len(self._tokens):
            _refuse()
        return found

    def _some(self, depth: int) -> Filter:
        parts = [self._all(depth)]
        while self._takes("or"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _all(self, depth: int) -> Filter:
        parts = [self._one(depth)]
        while self._takes("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Filter:
        if depth > MOST_DEPTH:
            _refuse()
        if self._takes("not"):
            self._expect("(")
            inner = self._some(depth + 1)
            self._expect(")")
            return Not(inner)
        if self._takes("("):
            inner = self._some(depth + 1)
            self._expect(")")
            return inner
        return self._term(depth)

    def _term(self, depth: int) -> Filter:
        self._terms += 1
        path = self._next()
        if self._terms > MOST_TERMS or not _PATH.fullmatch(path):
            _refuse()
        if self._takes("["):
            if self._inside:  # RFC 7644 §3.4.2.2: the grammar of a value filter has no other one in it
                _refuse()
            self._inside = True
            inner = self._some(depth + 1)
            self._inside = False
            self._expect("]")
            after = self._peek()
            if after.startswith(".") and _PATH.fullmatch(after[1:]):
                self._at += 1
                return Within(path, All((inner, self._comparison(after[1:]))))
            return Within(path, inner)
        return self._comparison(path)

    def _comparison(self, path: str) -> Compare:
        op = self._next().lower()
        if op == "pr":
            return Compare(path, op)
        if op not in OPERATORS:
            _refuse()
        try:
            value = json.loads(self._next())
        except (ValueError, RecursionError):
            _refuse()
        if isinstance(value, dict | list) or (isinstance(value, float) and not isfinite(value)):
            _refuse()
        return Compare(path, op, value)

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            _refuse()
        self._at += 1
        return token

    def _takes(self, word: str) -> bool:
        if self._peek().lower() == word:
            self._at += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            _refuse()


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        token = _TOKEN.match(text, at)
        if token is None:
            _refuse()
        found.append(token[1])
        at = token.end()
    return found


def _refuse() -> NoReturn:
    raise ScimRefusal("scim.filter_invalid", scim_type="invalidFilter")
