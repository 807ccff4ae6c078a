"""A browser session: the facts that were proved, and when. The dispatcher decides from these alone."""

from __future__ import annotations

from dataclasses import dataclass

AAL1 = "aal1"
"""acr: one factor."""
AAL2 = "aal2"
"""acr: two different factors."""


@dataclass(frozen=True, slots=True)
class Session:
    """`amr` (RFC 8176) lists what was proved: pwd, then otp or a recovery code, then mfa. Times are epoch seconds.

    `proved_for` is the id of the request during which the person last signed in: it answers prompt=login and max_age.
    `security_stamp` is the user's as it was read with the password: see domain.user.
    `first_id`: the id that it had before its person signed in again, in this browser, for the first time; empty before that.
    `earlier`: further ids by which apps know it, of sessions that an earlier release began. It grows no more.
    `pending`: the password is proved but a second factor is still owed; nothing but the sign-in pages accepts such a session.
    """

    id: str
    user_id: str
    created_at: int
    auth_time: int
    amr: tuple[str, ...]
    expires_at: int
    last_seen_at: int
    security_stamp: int = 0
    pending: bool = False
    proved_for: str = ""
    ended_at: int | None = None
    address: str = ""
    user_agent: str = ""
    first_id: str = ""
    earlier: tuple[str, ...] = ()

    @property
    def sid(self) -> str:
        """By what apps know it (OpenID Connect Front-Channel Logout §3, sid). It stays the same when the session gets a new id."""
        return self.first_id or self.id

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id under which apps were given access in it."""
        return tuple(dict.fromkeys((*self.earlier, self.sid, self.id)))

    @property
    def acr(self) -> str:
        """What these facts are worth (OIDC Core §2, acr)."""
        return AAL2 if "mfa" in self.amr else AAL1

    def live(self, now: int, idle_lifetime: int) -> bool:
        """Whether it may still be used: not ended, neither its absolute nor its idle lifetime over."""
        return self.ended_at is None and now < self.expires_at and now < self.last_seen_at + idle_lifetime
