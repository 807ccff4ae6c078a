"""How guessing is slowed down: NIST SP 800-63B-4 §3.2.2. Arithmetic only; the counters are the store's.

An attempt reads the counter, adds one to it atomically, and only then looks at the password. The add is what puts
parallel attempts in an order, so that no burst buys more answers than the same guesses one after the other.
Waits end by themselves, and success resets the count.
"""

FREE = 5
FIRST_WAIT = 30
LONGEST_WAIT = 3600

# Of the million TOTP codes, three are right at any moment (domain/factors/totp.py: one step to each side). A limit that only slides
# does not hold: 10 tries in 20 minutes, kept up for a year, find one with 55 %. So the failures of a factor add up, over
# all sign-ins, until it succeeds: 50 guesses are right with 0.015 % (NIST allows 100), then it is disabled until it is reset.
TOTP_CAP = 50


def wait_seconds(failures: int, *, free: int = FREE) -> int:
    """Answer how long the next attempt must wait after the last: nothing at first, then 30 s, doubled each time up to an hour."""
    if failures < free:
        return 0
    return min(FIRST_WAIT << min(failures - free, LONGEST_WAIT.bit_length()), LONGEST_WAIT)


def retry_after(failures: int, last_failed_at: int, now: int, free: int = FREE) -> int:
    """Answer how many seconds are left, for the Retry-After header; 0 when the next attempt may be made."""
    return max(0, last_failed_at + wait_seconds(failures, free=free) - now)


def verdict_allowed(position: int, seen: int, free: int = FREE) -> bool:
    """Say whether the answer to an attempt may depend on the password.

    `seen` is the count that the attempt read when it found no lock, `position` the count that its own add gave. Either it
    is one of the free ones, or it is the very next one after a wait that was over; of a burst that read the same count,
    one attempt is. (Not `position <= seen + 1`: after a reset that would hand an old reader's burst `seen` more answers.)
    """
    return position <= free or position == seen + 1


def totp_disabled(failures: int) -> bool:
    """Say whether a factor has used up its guesses."""
    return failures >= TOTP_CAP
