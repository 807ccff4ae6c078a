"""A TOTP step is accepted once, for any order of codes and any clocks (RFC 6238 §5.2, threats H-01, H-02)."""

import base64

import pyotp
from hypothesis import given
from hypothesis import strategies as st

from idp.services.factors.totp_codes import matching_step

secrets_ = st.binary(min_size=20, max_size=20).map(lambda drawn: base64.b32encode(drawn).decode())


@given(secrets_, st.integers(300, 2**33), st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 45)), max_size=30))
def test_accepted_steps_only_rise(secret: str, start: int, presented: list[tuple[int, int]]) -> None:
    now, last_step, accepted = start, None, []
    for drift, pause in presented:
        now += pause
        step = matching_step(secret, pyotp.TOTP(secret).at(now + 30 * drift), now=now, last_step=last_step)
        if step is not None:
            assert abs(step - now // 30) <= 1
            accepted.append(step)
            last_step = step
    assert accepted == sorted(set(accepted))


@given(secrets_, st.integers(0, 2**33), st.one_of(st.text(max_size=8), st.from_regex(r"[0-9]{6}", fullmatch=True)))
def test_no_other_code_is_accepted(secret: str, now: int, code: str) -> None:
    right = {pyotp.HOTP(secret).at(max(0, now // 30 + step)) for step in (-1, 0, 1)}
    assert (matching_step(secret, code, now=now, last_step=None) is not None) == (code in right)
