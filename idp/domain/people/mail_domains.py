"""Lists of mail domains: which addresses may sign up.

An entry such as `example.com` is that domain. An entry with a dot in front, `.example.com`, is that domain and all its subdomains. Entries
and addresses are in ASCII and lower case, a domain of another script in its xn-- form (RFC 5890 §2.3.2.1).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_ENTRY = re.compile(rf"\.?{_LABEL}(\.{_LABEL})*", re.ASCII)
_LONGEST = 254


class MailDomains(NamedTuple):
    """`allowed`: the only domains; all if it is empty. `denied`: it counts more than `allowed`."""

    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()

    @classmethod
    def parse(cls, allowed: str, denied: str) -> MailDomains:
        """Return the lists of two settings: entries separated by spaces."""
        return cls(tuple(allowed.split()), tuple(denied.split()))

    def accept(self, address: str) -> bool:
        """Return whether this address may sign up. `address`: in canonical form (`email.normalise`)."""
        domain = address.rpartition("@")[2]
        if any(_covers(entry, domain) for entry in self.denied):
            return False
        return not self.allowed or any(_covers(entry, domain) for entry in self.allowed)


def is_entry(text: str) -> bool:
    """Return whether the text may stand in a list."""
    return len(text) <= _LONGEST and bool(_ENTRY.fullmatch(text))


def _covers(entry: str, domain: str) -> bool:
    return domain == entry.removeprefix(".") or (entry.startswith(".") and domain.endswith(entry))
