"""The passwords that are tried first (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 6.2.4). Where they come from: data/README.md."""

from functools import cache
from pathlib import Path

_LIST = Path(__file__).parent / "data" / "common_passwords.txt"


@cache
def blocklist() -> frozenset[str]:
    """Read the list when a password is first set, not at the start: signing in does not need it."""
    return frozenset(_LIST.read_text(encoding="utf-8").split("\n")) - {""}
