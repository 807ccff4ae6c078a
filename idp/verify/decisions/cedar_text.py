"""Positions in Cedar text: its tokens, its policies, and the place of a syntax error.

The engine reports a syntax error without a position. A left-to-right parser fails at the first token that cannot follow those before it;
without that token, the text before is only incomplete. So the position is found by parsing shorter beginnings of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r'(?P<skip>\s+|//[^\n]*)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<other>::|&&|\|\||[=!<>]=|.)', re.DOTALL
)
UNFINISHED = "unexpected end of input"
_AT_ONCE = ("unexpected token", "invalid token")
"""Messages about the token that cannot be parsed. All other problems are reported at the end of a policy or declaration."""
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
MOST_DEPTH, MOST_TOKENS, MOST_OF_SCHEMA = 40, 4000, 100_000
"""Limits: levels of nesting; tokens of a policy; tokens of a schema, whose declarations are not nested like conditions."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token and its position in the text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a text. Line and column begin at 1."""

    message: str
    line: int = 1
    column: int = 1
    policy: str = ""


def tokens(text: str) -> Iterator[Token]:
    """All tokens except white space and comments. Characters that are not Cedar are tokens of one character, so any text has tokens."""
    for found in _TOKEN.finditer(text):
        if found.lastgroup != "skip":
            yield Token(found.group(), found.start())


def policies(text: str) -> list[tuple[Token, ...]]:
    """The tokens of each policy, up to its semicolon."""
    found: list[list[Token]] = [[]]
    for token in tokens(text):
        found[-1].append(token)
        if token.text == ";":
            found.append([])
    return [tuple(each) for each in found if each]


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def first_problem(text: str, read: Callable[[str], str]) -> Problem | None:
    """The first syntax error of a text, or None. `read` returns the engine's message, "" if it can parse the text."""
    message = read(text)
    if not message:
        return None
    known = list(tokens(text))
    if UNFINISHED in message or not known:
        return Problem("the text ends too early", *place(text, len(text.rstrip())))
    low, high = 0, len(known)  # the first `low` tokens are a valid beginning, the first `high` are not
    while high - low > 1:
        middle = (low + high) // 2
        of_beginning = read(text[: known[middle - 1].end])
        low, high = (middle, high) if not of_beginning or UNFINISHED in of_beginning else (low, middle)
    where = known[high - 1]
    if quoted := re.match(r"(?:error parsing schema: )?unexpected token `([^`]+)`", message):
        # After an error that the engine recovers from, it first reports the end of the text. Then the wrong token is the one before.
        where = next((token for token in reversed(known[:high]) if token.text == quoted[1]), where)
    elif not message.startswith(_AT_ONCE):
        begun = max((n for n, token in enumerate(known[: high - 1], 1) if token.text == ";"), default=0)
        where = find_mentioned(message, tuple(known[begun:high]), otherwise=where)
    return Problem(_sentence(message), *place(text, where.start))


def find_mentioned(message: str, among: tuple[Token, ...], *, otherwise: Token) -> Token:
    """The token that a message is about: the first one that it quotes and that is in the text, words before texts in quotes."""
    for name in [*re.findall(r"`([^`]+)`", message), message.rpartition(": ")[2]]:
        for known in (name, name.rpartition("::")[2], f'"{name}"'):
            for token in among:
                if token.text == known:
                    return token
    return otherwise


def too_deep(text: str, *, schema: bool = False) -> Problem | None:
    """The problem of a text that is too deep or too long for the engine. Its parser is recursive: deep nesting would end the process."""
    opening, closing, most = (_OPEN | {"<"}, _CLOSE | {">"}, MOST_OF_SCHEMA) if schema else (_OPEN, _CLOSE, MOST_TOKENS)
    depth = ifs = size = 0
    for token in tokens(text):
        depth += (token.text in opening) - (token.text in closing)
        ifs, size = ifs + (token.text == "if"), size + 1
        if depth > MOST_DEPTH or ifs > MOST_DEPTH or size > most:
            limit = f"a policy has {MOST_DEPTH} levels of brackets at most, {MOST_DEPTH} times if, and {most} words and signs"
            return Problem(limit, *place(text, token.start))
        if token.text == ";" and depth <= 0:
            depth = ifs = size = 0
    return None


def _sentence(message: str) -> str:
    return message.strip().splitlines()[0].removeprefix("error parsing schema: ")[:300] if message.strip() else "it cannot be read"
