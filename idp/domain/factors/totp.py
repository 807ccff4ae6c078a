"""The steps of time-based one-time passwords: RFC 6238.

Secrets that are made here have SHA-1, six digits and thirty seconds, because every authenticator app supports them. Imported ones may have
another hash function, another period, and eight digits (`Parameters`). services/factors/totp_codes.py computes the codes.
"""

import re
from typing import NamedTuple

DIGITS = 6
PERIOD = 30
# RFC 6238 §5.2: "We RECOMMEND that at most one time step is allowed as the network delay"; one step more is for a clock that is fast.
WINDOW = 1

_CODE = re.compile(r"[0-9]{6}|[0-9]{8}", re.ASCII)
_MAX_TYPED = 32


class Parameters(NamedTuple):
    """How the codes of a secret are made: the hash function of HMAC (RFC 6238 §1.2), the seconds of a step, and the length of a code."""

    algorithm: str = "SHA1"
    period: int = PERIOD
    digits: int = DIGITS


OURS = Parameters()
"""The parameters of secrets that are made here, and of stored ones that name none."""
ALGORITHMS = ("SHA1", "SHA256", "SHA512")
PERIODS = (30, 60)
LENGTHS = (6, 8)
"""The numbers of digits that a code may have. RFC 4226 §5.3: "Implementations MUST extract a 6-digit code at a minimum and possibly 7 and
8-digit code." Systems that people come from have 6 or 8."""


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


def parse_code(typed: str, digits: int = DIGITS) -> str | None:
    """Return the ASCII digits that a person typed, without the spaces that apps show between them; None for other texts.

    `digits`: how many the authenticator shows, 6 or 8. A text with the other number is no code.
    """
    code = typed.replace(" ", "") if len(typed) <= _MAX_TYPED else ""
    return code if len(code) == digits and _CODE.fullmatch(code) else None
