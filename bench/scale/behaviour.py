"""What people and apps do: the assumptions of docs/scale.md.

Change them here, and run `make bench ARGS="--only scale --write docs/scale.md"`.
"""

from __future__ import annotations

from tools.costs import A_MONTH

DAYS = 30
SIGN_IN_SHARES = {
    "sign-in with a password": 0.70, "sign-in with a password and TOTP": 0.18, "sign-in with another provider": 0.08,
    "sign-in with a code from a mail": 0.04,
}  # fmt: skip
"""How people sign in."""
A_DAY = {
    **{name: share * A_MONTH["login"] / DAYS for name, share in SIGN_IN_SHARES.items()},
    "SSO visit": A_MONTH["SSO visit"] / DAYS,
    "refresh": A_MONTH["refresh"] / DAYS,
    "UserInfo": A_MONTH["login"] / DAYS,
    "sign-out": A_MONTH["login"] / DAYS / 4,
    "failed sign-in": A_MONTH["login"] / DAYS / 10,
    "sign-up": 0.02 / DAYS,
    "reset of a password": 0.02 / DAYS,
    "client credentials": 2 * 24 / 10_000,
}
"""Of one person and day. Sign-ins, visits and refreshes are those of the table in docs/deploy.md. One of four sign-ins is ended by a
sign-out, one of ten has a wrong password before it, two of a hundred people a month are new, as many forget their password. Ten thousand
people have an app with two services, each of which fetches a token an hour.
"""
PEAK = 5
"""How many times the average of a day its busiest second has."""
HEADROOM = 2
"""How many times the busiest second is asked for."""
APPS = 1_000
"""Apps, whose popularity follows Zipf's law."""
ENVIRONMENT_HOURS = 2
"""How long Lambda keeps an execution environment. AWS does not say; a shorter life means more calls of KMS."""
