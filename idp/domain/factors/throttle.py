"""The waits after wrong attempts: NIST SP 800-63B-4 §3.2.2. This is arithmetic only; the counters are in the store.

An attempt reads the counter, adds one to it atomically, and only then checks the password. The addition puts parallel attempts in an
order, so they get no more answers than the same guesses one after the other. Waits end by themselves, and a success resets the count.
"""

FREE = 5
FIRST_WAIT = 30
LONGEST_WAIT = 3600

# Of the million TOTP codes, three are right at any moment (domain/factors/totp.py: one step to each side). A limit for a period is not
# enough: 10 attempts in every 20 minutes find a code within a year with 55 %. So the failures of a factor add up over all sign-ins until
# a success. 50 guesses find a code with 0.015 % (NIST allows 100 guesses). Then the factor is disabled until it is reset.
TOTP_CAP = 50


def wait_seconds(failures: int, *, free: int = FREE) -> int:
    """Return the seconds between the last failure and the next attempt: 0 for the first ones, then 30, doubled each time up to 3600."""
    if failures < free:
        return 0
    return min(FIRST_WAIT << min(failures - free, LONGEST_WAIT.bit_length()), LONGEST_WAIT)


def retry_after(failures: int, last_failed_at: int, now: int, free: int = FREE) -> int:
    """Return the seconds that are left, for the Retry-After header; 0 if the next attempt may be made."""
    return max(0, last_failed_at + wait_seconds(failures, free=free) - now)


def may_disclose_verdict(position: int, seen: int, free: int = FREE) -> bool:
    """Return whether the answer to an attempt may depend on the password.

    `seen` is the count that the attempt read when it found no lock; `position` is the count after its own addition. The attempt must be a
    free one, or the next one after a wait that is over. Of parallel attempts that read the same count, one is the next. The rule is not
    `position <= seen + 1`: after a reset, parallel attempts that read the old count would get `seen` more answers.
    """
    return position <= free or position == seen + 1


def is_totp_disabled(failures: int) -> bool:
    """Return whether a factor is disabled because of its failures."""
    return failures >= TOTP_CAP
