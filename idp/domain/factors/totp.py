"""Time-based one-time passwords, the arithmetic of their steps: RFC 6238.

SHA-1, six digits, thirty seconds: what every authenticator app can do. The codes themselves: services/factors/totp_codes.py.
"""

import re

DIGITS = 6
PERIOD = 30
# RFC 6238 §5.2: "We RECOMMEND that at most one time step is allowed as the network delay"; one more for a clock that is fast.
WINDOW = 1

_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_MAX_TYPED = 32


def step_at(epoch: int) -> int:
    """Number the step that a moment lies in (RFC 6238 §4.2, T0 = 0). See RFC 6238 §4.1."""
    return epoch // PERIOD


def acceptable_steps(now: int, last_step: int | None) -> tuple[int, ...]:
    """List the steps whose code counts now, newest first.

    RFC 6238 §5.2: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation has been
    issued for the first OTP". A step before the last one used is refused as well: its code may have been seen on the way.
    """
    current = step_at(now)
    oldest = max(current - WINDOW, 0 if last_step is None else last_step + 1)
    return tuple(range(current + WINDOW, oldest - 1, -1))


def parse_code(typed: str) -> str | None:
    """Read what a person typed: six ASCII digits, with the spaces that apps show between them taken out."""
    code = typed.replace(" ", "") if len(typed) <= _MAX_TYPED else ""
    return code if _CODE.fullmatch(code) else None
