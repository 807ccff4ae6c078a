"""The result of a check: ok, wrong with what to do, advice, or skipped with the reason. It contains no secret."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

State = Literal["ok", "wrong", "advice", "skipped"]
STATES: frozenset[str] = frozenset(get_args(State))
_PLACE = re.compile(r"\{([a-z_]+)\}")
_MOST = 300
"""Characters of a value. A longer one is cut off."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: a short name, such as `table state`. `text`: an English sentence, which pages translate. `values`: its placeholders."""

    about: str
    state: State
    text: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def says(self) -> str:
        """Return the sentence with its values, in English."""
        return fill(self.text, self.values)


class NotToldError(Exception):
    """A service of AWS refused or did not answer what a check asked. The text is its error code."""


def fill(sentence: str, values: Mapping[str, str]) -> str:
    """Return the sentence with its values. A placeholder without a value stays. Values are never read as a format (threats Q-01)."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), sentence)


def ok(about: str, text: str, **values: object) -> Finding:
    """Return a finding of a passed check."""
    return _finding(about, "ok", text, values)


def wrong(about: str, text: str, **values: object) -> Finding:
    """Return a finding of a failed check. `text` ends with what to do."""
    return _finding(about, "wrong", text, values)


def advice(about: str, text: str, **values: object) -> Finding:
    """Return a finding of something that works and could be better. It makes `idp doctor` not fail."""
    return _finding(about, "advice", text, values)


def skipped(about: str, text: str, **values: object) -> Finding:
    """Return a finding of a check that does not apply or cannot be made."""
    return _finding(about, "skipped", text, values)


def _finding(about: str, state: State, text: str, values: Mapping[str, object]) -> Finding:
    return Finding(about, state, text, {name: str(value)[:_MOST] for name, value in values.items()})
