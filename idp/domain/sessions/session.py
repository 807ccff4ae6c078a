"""A browser session: the facts that were proved, and when. The dispatcher decides from these alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AAL1 = "aal1"
"""acr: one factor."""
AAL2 = "aal2"
"""acr: two different factors."""
EMAIL = "email"
"""The method of a sign-in by a code from a mail. RFC 8176 has no value for it."""
FED = "fed"
"""The method of a sign-in by a connection. RFC 8176 has no value for it."""
AUTH_TIME = "auth_time"
"""The member of `Session.upstream` with the time at which the upstream authenticated the person (epoch seconds, as a text)."""
TIMELESS = "timeless"
"""The member of `Session.upstream` that says that this upstream cannot tell that time."""


@dataclass(frozen=True, slots=True)
class Session:
    """`amr` (RFC 8176) lists the proved methods: the first factor's, then the second factor's, then mfa. Times are epoch seconds.

    `proved_for` is the id of the request during which the person last signed in: it answers prompt=login and max_age.
    `security_stamp` is the stamp of the user (`User`) when the password was checked.
    `first_id`: the id that it had before its person signed in again, in this browser, for the first time; empty before that.
    `earlier`: further ids by which apps know a session that an earlier release began. Nothing is added to it any more.
    `remembered_device`: the id of the remembered device that stood for the second factor, or empty.
    `address`, `country`, `user_agent`: of the request that began it. The country is empty if it was unknown (`Origin`).
    `browser_known_since`: when this person first signed in in this browser, by its cookie (`Devices`); None if the session was begun by an
    earlier release, which did not store it.
    `upstream`: for a sign-in by a connection, its id (`connection`), the id of the link (`link`), and the upstream's session (`sid`), if it
    told one, and AUTH_TIME or TIMELESS; None for every other sign-in. Without these two, the upstream was not asked for the time.
    `pending`: the password is proved and a second factor is still due. Only the sign-in pages accept such a session.
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
    country: str = ""
    user_agent: str = ""
    first_id: str = ""
    earlier: tuple[str, ...] = ()
    remembered_device: str = ""
    browser_known_since: int | None = None
    upstream: Mapping[str, str] | None = None

    @property
    def sid(self) -> str:
        """The id by which apps know the session (`sid`, OpenID Connect Front-Channel Logout §3). It outlives a change of `id`."""
        return self.first_id or self.id

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id under which apps were given access in it."""
        return tuple(dict.fromkeys((*self.earlier, self.sid, self.id)))

    @property
    def by_mail(self) -> bool:
        """Whether it began with a code from a mail."""
        return self.amr[:1] == (EMAIL,)

    @property
    def used_own_factor(self) -> bool:
        """Whether the person proved a factor of this provider in it, and not only an account at an upstream."""
        return bool({*self.amr} - {FED, "mfa"})

    @property
    def is_timeless(self) -> bool:
        """Whether it began at an upstream that cannot tell when it authenticated the person."""
        return TIMELESS in (self.upstream or {})

    @property
    def has_unknown_age(self) -> bool:
        """Whether only an upstream vouches for the person, and was not asked when it authenticated them: it may have been days ago."""
        return self.upstream is not None and not self.used_own_factor and not {AUTH_TIME, TIMELESS} & self.upstream.keys()

    @property
    def authenticated_at(self) -> int:
        """When the person was last authenticated: here, or by the upstream if that told the time (OIDC Core §2, auth_time)."""
        told = (self.upstream or {}).get(AUTH_TIME)
        return self.auth_time if told is None or self.used_own_factor else min(int(told), self.auth_time)

    @property
    def passed_second_factor(self) -> bool:
        """Whether a second factor was used after the first one, or a first one that stands for two."""
        return "mfa" in self.amr

    @property
    def acr(self) -> str:
        """What these facts are worth (OIDC Core §2, acr).

        A mail is no authenticator (NIST SP 800-63B-4 §3.1.3), so a sign-in by mail is worth one factor, also with a second one.
        """
        return AAL2 if self.passed_second_factor and not self.by_mail else AAL1

    @property
    def told_amr(self) -> tuple[str, ...]:
        """The methods as apps are told them: `mfa` only with two factors."""
        return tuple(method for method in self.amr if method != "mfa" or self.acr == AAL2)

    def is_live(self, now: int, idle_lifetime: int) -> bool:
        """Whether it may still be used: not ended, neither its absolute nor its idle lifetime over."""
        return self.ended_at is None and now < self.expires_at and now < self.last_seen_at + idle_lifetime
