"""Where something stands in Cedar text: its tokens, its single policies, the place at which reading it failed.

The engine reports a problem without a place. A grammar that is read from left to right fails at the first token that cannot follow those
before it; with that token left out, all before it is merely unfinished. So the place is found by asking the engine about less of the text.
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
"""What is told of the very token that cannot be read. Any other problem is noticed where a policy or declaration ends."""
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
MOST_DEPTH, MOST_TOKENS, MOST_OF_SCHEMA = 40, 4000, 100_000
"""Levels; words and signs of a policy, and of a schema, whose declarations are not nested like conditions."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text and where it begins."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a text, and where: line and column from 1."""

    message: str
    line: int = 1
    column: int = 1
    policy: str = ""


def tokens(text: str) -> Iterator[Token]:
    """All but white space and comments. Any text has tokens; what is no Cedar is tokens of one character."""
    for found in _TOKEN.finditer(text):
        if found.lastgroup != "skip":
            yield Token(found.group(), found.start())


def policies(text: str) -> list[tuple[Token, ...]]:
    """The tokens of each policy: up to the semicolon that ends it."""
    found: list[list[Token]] = [[]]
    for token in tokens(text):
        found[-1].append(token)
        if token.text == ";":
            found.append([])
    return [tuple(each) for each in found if each]


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def first_problem(text: str, read: Callable[[str], str]) -> Problem | None:
    """The first problem of a text. `read` gives the engine's message, "" when it can read it."""
    message = read(text)
    if not message:
        return None
    known = list(tokens(text))
    if UNFINISHED in message or not known:
        return Problem("it ends too early", *place(text, len(text.rstrip())))
    low, high = 0, len(known)  # `low` tokens are fine as a beginning, `high` are not
    while high - low > 1:
        middle = (low + high) // 2
        told = read(text[: known[middle - 1].end])
        low, high = (middle, high) if not told or UNFINISHED in told else (low, middle)
    where = known[high - 1]
    if quoted := re.match(r"(?:error parsing schema: )?unexpected token `([^`]+)`", message):
        # Where the engine goes on after an error, it notices the end of the text first: then the token stands before.
        where = next((token for token in reversed(known[:high]) if token.text == quoted[1]), where)
    elif not message.startswith(_AT_ONCE):
        begun = max((n for n, token in enumerate(known[: high - 1], 1) if token.text == ";"), default=0)
        where = mentioned(message, tuple(known[begun:high]), otherwise=where)
    return Problem(_sentence(message), *place(text, where.start))


def mentioned(message: str, among: tuple[Token, ...], *, otherwise: Token) -> Token:
    """The token that a message is about: the first that it quotes and that stands there, as a word rather than as a text."""
    for name in [*re.findall(r"`([^`]+)`", message), message.rpartition(": ")[2]]:
        for known in (name, name.rpartition("::")[2], f'"{name}"'):
            for token in among:
                if token.text == known:
                    return token
    return otherwise


def too_deep(text: str, *, schema: bool = False) -> Problem | None:
    """What the engine is never given: it reads by recursion, and text that is nested without end would end the process."""
    opening, closing, most = (_OPEN | {"<"}, _CLOSE | {">"}, MOST_OF_SCHEMA) if schema else (_OPEN, _CLOSE, MOST_TOKENS)
    depth = ifs = size = 0
    for token in tokens(text):
        depth += (token.text in opening) - (token.text in closing)
        ifs, size = ifs + (token.text == "if"), size + 1
        if depth > MOST_DEPTH or ifs > MOST_DEPTH or size > most:
            told = f"a policy has {MOST_DEPTH} levels of brackets at most, {MOST_DEPTH} times if, and {most} words and signs"
            return Problem(told, *place(text, token.start))
        if token.text == ";" and depth <= 0:
            depth = ifs = size = 0
    return None


def _sentence(message: str) -> str:
    return message.strip().splitlines()[0].removeprefix("error parsing schema: ")[:300] if message.strip() else "it cannot be read"
