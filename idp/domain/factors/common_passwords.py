"""Common passwords, which attackers try first (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 6.2.4). data/README.md names the source."""

from functools import cache
from pathlib import Path

_LIST = Path(__file__).parent / "data" / "common_passwords.txt"


@cache
def blocklist() -> frozenset[str]:
    """Return the list, casefolded. It is read when a password is first set, because a sign-in does not need it."""
    return frozenset(_LIST.read_text(encoding="utf-8").split("\n")) - {""}
