"""How long events are stored, by the type of the event (IDP_AUDIT_RETENTION)."""

from __future__ import annotations

import re
from typing import NamedTuple

_DAY = 86400
MOST_DAYS = 3660
MOST_RULES = 50
_RULE = r"([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*):([1-9][0-9]{0,3})"


class Retention(NamedTuple):
    """`days`: of every type without a rule. `rules`: days by the beginning of a type; the longest matching beginning counts."""

    days: int
    rules: dict[str, int]

    @classmethod
    def of(cls, days: int, text: str) -> Retention:
        """Return the retention of the settings IDP_AUDIT_RETENTION_DAYS and IDP_AUDIT_RETENTION."""
        return cls(days, parse(text))

    def seconds(self, type_: str) -> int:
        """Return how long an event of this type is stored."""
        beginning = type_ if self.rules else ""
        while beginning:
            if beginning in self.rules:
                return self.rules[beginning] * _DAY
            beginning = beginning.rpartition(".")[0]
        return self.days * _DAY

    @property
    def longest(self) -> int:
        """The longest time for which an event of any type is stored, in seconds."""
        return max(self.days, *self.rules.values()) * _DAY if self.rules else self.days * _DAY


def parse(text: str) -> dict[str, int]:
    """Return the days by the beginning of a type, of a text such as `sign_in:90,user.updated:400`. Empty for an empty text.

    Raises:
        ValueError: it has another form, a type twice, more than MOST_RULES rules, or more than MOST_DAYS days.
    """
    rules: dict[str, int] = {}
    for each in text.split(",") if text else ():
        found = re.fullmatch(_RULE, each)
        if not found or found[1] in rules or int(found[2]) > MOST_DAYS or len(rules) == MOST_RULES:
            raise ValueError(each[:80])
        rules[found[1]] = int(found[2])
    return rules
