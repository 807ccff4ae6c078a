"""The steps of time-based one-time passwords: RFC 6238.

Secrets that are made here have SHA-1, six digits and thirty seconds, because every authenticator app supports them. Imported ones may have
another hash function and another period (`Parameters`). services/factors/totp_codes.py computes the codes.
"""

import re
from typing import NamedTuple

DIGITS = 6
PERIOD = 30
# RFC 6238 §5.2: "We RECOMMEND that at most one time step is allowed as the network delay"; one step more is for a clock that is fast.
WINDOW = 1

_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_MAX_TYPED = 32


class Parameters(NamedTuple):
    """How the codes of a secret are made: the hash function of HMAC (RFC 6238 §1.2) and the seconds of a step."""

    algorithm: str = "SHA1"
    period: int = PERIOD


OURS = Parameters()
"""The parameters of secrets that are made here, and of stored ones that name none."""
ALGORITHMS = ("SHA1", "SHA256", "SHA512")
PERIODS = (30, 60)


def step_at(epoch: int, period: int = PERIOD) -> int:
    """Return the number of the step at a time in epoch seconds (RFC 6238 §4.2, T0 = 0). See RFC 6238 §4.1."""
    return epoch // period


def acceptable_steps(now: int, last_step: int | None, period: int = PERIOD) -> tuple[int, ...]:
    """Return the steps whose code is accepted now, the newest first.

    RFC 6238 §5.2: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation has been
    issued for the first OTP". Steps before the last used one are refused too, because their codes may have been observed.
    """
    current = step_at(now, period)
    oldest = max(current - WINDOW, 0 if last_step is None else last_step + 1)
    return tuple(range(current + WINDOW, oldest - 1, -1))


def parse_code(typed: str) -> str | None:
    """Return the six ASCII digits that a person typed, without the spaces that apps show between them; None for other texts."""
    code = typed.replace(" ", "") if len(typed) <= _MAX_TYPED else ""
    return code if _CODE.fullmatch(code) else None
