"""The header WWW-Authenticate of a refusal (RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3)."""

from __future__ import annotations

from idp.verify.authorization import DPOP
from idp.verify.refused import Refused
from idp.verify.signatures import ALGORITHMS

_DPOP_ERRORS = frozenset({"invalid_dpop_proof"})


def challenge(refused: Refused, *, scheme: str = "") -> str:
    """The header's value. `scheme`: the scheme with which the token was sent; empty if none was sent (RFC 6750 §3, §3.1)."""
    members = {}
    if refused.error:
        members = {"error": refused.error, "error_description": refused.description, **refused.parameters}
    if scheme == DPOP or refused.error in _DPOP_ERRORS:
        return "DPoP " + _format({**members, "algs": " ".join(ALGORITHMS)})
    return f"Bearer {_format(members)}".rstrip()


def _format(parameters: dict[str, str]) -> str:
    """RFC 6750 §3: error_description "MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E"."""
    clean = {name: "".join(c for c in value if " " <= c <= "~" and c not in '"\\') for name, value in parameters.items() if value}
    return ", ".join(f'{name}="{value}"' for name, value in clean.items())
