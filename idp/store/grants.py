"""Grants (`state`), in the user's partition. A code and its refresh token family are one item."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.errors import Unavailable
from idp.domain.tokens.grant import Grant
from idp.store import keys
from idp.store.attributes import ObjectAttribute, has_shape
from idp.store.database import FEW, Refused
from idp.store.grant_outcomes import AlreadyRedeemed, Missing, Redeemed, Rotated, Superseded
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.clock import NewId
    from idp.store.database import Database


KEPT = 86400
"""Seconds for which an item outlives its code, or its family if the code was redeemed. So late replays are recognised."""


class GrantItem(StateItem):
    """The item of a grant. Attributes that only the code needs are removed at the first rotation, so that later writes stay under 1 KB."""

    kind_name = "grant"
    always_written = (
        "security_stamp", "client_stamp", "resources", "redirect_uri_given", "code_expires_at", "generation", "rotated_at", "expires_at",
        "not_after",
    )  # fmt: skip
    grant_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    client_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    created_at = NumberAttribute()
    auth_time = NumberAttribute()
    acr = UnicodeAttribute()
    amr = UnicodeAttribute()
    session_id = UnicodeAttribute()
    security_stamp = NumberAttribute(default=0)
    client_stamp = UnicodeAttribute(default="")
    resources = UnicodeAttribute(default="")
    redirect_uri = UnicodeAttribute(null=True)
    redirect_uri_given = BooleanAttribute(default=True)
    code_challenge = UnicodeAttribute(null=True)
    nonce = UnicodeAttribute(null=True)
    code_expires_at = NumberAttribute(default=0)
    redeemed_at = NumberAttribute(null=True)
    redeemed_by = UnicodeAttribute(null=True)
    generation = NumberAttribute(default=0)
    rotated_at = NumberAttribute(default=0)
    rotated_by = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(default=0)
    not_after = NumberAttribute(default=0)
    revoked_at = NumberAttribute(null=True)
    revoked_by = UnicodeAttribute(null=True)
    org_id = UnicodeAttribute(null=True)
    membership_id = UnicodeAttribute(null=True)
    org_stamp = NumberAttribute(null=True)
    more = ObjectAttribute(null=True)

    def grant(self) -> Grant:
        """Convert it to the domain's class."""
        more = self.more or {}
        return Grant(
            claims=more.get("claims"), authorization_details=tuple(more.get("authorization_details", ())), confirmation=more.get("cnf"),
            s_hash=more.get("s_hash"),
            id=self.grant_id, user_id=self.user_id, client_id=self.client_id, scopes=tuple(self.scope.split()),
            created_at=int(self.created_at), auth_time=int(self.auth_time), acr=self.acr, amr=tuple(self.amr.split()),
            session_id=self.session_id, security_stamp=int(self.security_stamp), client_stamp=self.client_stamp,
            resources=tuple(self.resources.split()), redirect_uri=self.redirect_uri,
            redirect_uri_given=self.redirect_uri_given, code_challenge=self.code_challenge, nonce=self.nonce,
            code_expires_at=int(self.code_expires_at), redeemed_at=_int(self.redeemed_at), redeemed_by=self.redeemed_by or "",
            generation=int(self.generation), rotated_at=int(self.rotated_at), rotated_by=self.rotated_by or "",
            expires_at=int(self.expires_at), not_after=int(self.not_after), revoked_at=_int(self.revoked_at),
            org_id=self.org_id or "", membership_id=self.membership_id or "", org_stamp=int(self.org_stamp or 0),
        )  # fmt: skip

    def check(self) -> None:
        """Raise TypeError if an optional member is damaged, and ValueError if it is not said when the code was redeemed."""
        super().check()
        has_shape(self.more, claims=dict, authorization_details=list, cnf=dict, s_hash=str)
        if self.redeemed_by and not self.redeemed_at:
            raise ValueError("redeemed_at is missing")


def _int(number: float | None) -> int | None:
    return None if number is None else int(number)


def item(grant: Grant) -> GrantItem:
    """The item of a grant with a new code."""
    return GrantItem.new(
        keys.grant(grant.user_id, grant.id), grant_id=grant.id, user_id=grant.user_id, client_id=grant.client_id,
        scope=" ".join(grant.scopes), created_at=grant.created_at, auth_time=grant.auth_time, acr=grant.acr,
        amr=" ".join(grant.amr), session_id=grant.session_id, security_stamp=grant.security_stamp,
        client_stamp=grant.client_stamp,
        resources=" ".join(grant.resources), redirect_uri=grant.redirect_uri,
        redirect_uri_given=grant.redirect_uri_given, code_challenge=grant.code_challenge, nonce=grant.nonce,
        code_expires_at=grant.code_expires_at, generation=grant.generation, rotated_at=grant.rotated_at, expires_at=grant.expires_at,
        not_after=grant.not_after, ttl=grant.code_expires_at + KEPT,
        more=_more(grant, grant.confirmation), org_id=grant.org_id or None, membership_id=grant.membership_id or None,
        org_stamp=grant.org_stamp or None,
    )  # fmt: skip


def _more(grant: Grant, confirmation: Mapping[str, str] | None) -> dict[str, Any] | None:
    """The members that few grants have, or None."""
    details = list(grant.authorization_details)
    found = {"claims": grant.claims, "authorization_details": details, "cnf": confirmation and dict(confirmation), "s_hash": grant.s_hash}
    return {name: value for name, value in found.items() if value} or None


class Grants:
    """Reads and writes grants. `new_id` makes the attempt ids of revocations."""

    def __init__(self, database: Database, new_id: NewId = secrets.token_urlsafe) -> None:
        self._db, self._new_id = database, new_id

    def get(self, user_id: str, grant_id: str) -> Grant | None:
        """The grant, or None."""
        found = self._db.get(GrantItem, keys.grant(user_id, grant_id))
        return found.grant() if found else None

    def put(self, grant: Grant) -> None:
        """Write a new grant. Its code may now be redeemed."""
        self._add(item(grant))

    def give(self, grant: Grant) -> None:
        """Write a grant without a code. It is live at once, until `not_after`."""
        made = item(grant)
        made.redeemed_at, made.redeemed_by, made.ttl = grant.redeemed_at, grant.redeemed_by, grant.not_after + KEPT
        self._add(made)

    def _add(self, made: GrantItem) -> None:
        """Write a grant that is not there. So a call that arrives after its own retry does not undo a redemption, a rotation or an end."""
        if self._db.put(made, GrantItem.pk.does_not_exist()):
            raise Unavailable(detail="a grant has this id")

    def redeem_code(
        self, grant: Grant, *, attempt: str, now: int, expires_at: int, confirmation: Mapping[str, str] | None = None
    ) -> Redeemed | AlreadyRedeemed | Missing:
        """Use the code once. `attempt` is the id of this request, by which a retry recognises its own write (docs/design.md, State 2).

        `now` and `expires_at` (of the first refresh token, if it is not used) are epoch seconds. `confirmation`: the key or certificate
        that the refresh tokens are bound to.
        """
        unused = (
            GrantItem.pk.exists() & GrantItem.redeemed_at.does_not_exist() & GrantItem.revoked_at.does_not_exist()
            & (GrantItem.code_expires_at > now)
        )  # fmt: skip
        actions = [
            GrantItem.redeemed_at.set(now), GrantItem.redeemed_by.set(attempt), GrantItem.expires_at.set(expires_at),
            GrantItem.ttl.set(max(grant.not_after, grant.code_expires_at) + KEPT),
        ]  # fmt: skip
        if confirmation and confirmation != grant.confirmation:
            actions.append(GrantItem.more.set(_more(grant, confirmation)))
        done = self._db.update(GrantItem, keys.grant(grant.user_id, grant.id), actions, unused)
        if not isinstance(done, Refused):
            return Redeemed(done.grant())
        found = GrantItem.of(done.old)
        old = found.grant() if found else None
        if old is None or old.redeemed_at is None:
            return Missing()
        return Redeemed(old) if old.redeemed_by == attempt and old.revoked_at is None else AlreadyRedeemed(old)

    def rotate(self, grant: Grant, *, generation: int, attempt: str, now: int, expires_at: int) -> Rotated | Superseded | Missing:
        """Rotate the refresh token from `generation` to the next one, once, if the grant is live. Times are epoch seconds."""
        current = (
            (GrantItem.generation == generation) & GrantItem.redeemed_at.exists() & GrantItem.revoked_at.does_not_exist()
            & (GrantItem.expires_at > now) & (GrantItem.not_after > now)
        )  # fmt: skip
        actions = [
            GrantItem.generation.set(generation + 1), GrantItem.rotated_at.set(now), GrantItem.rotated_by.set(attempt),
            GrantItem.expires_at.set(expires_at), GrantItem.nonce.remove(), GrantItem.code_challenge.remove(),
        ]  # fmt: skip
        done = self._db.update(GrantItem, keys.grant(grant.user_id, grant.id), actions, current)
        if not isinstance(done, Refused):
            return Rotated(done.grant())
        found = GrantItem.of(done.old)
        if found is None:
            return Missing()
        old = found.grant()
        mine = old.rotated_by == attempt and old.generation == generation + 1 and old.revoked_at is None
        return Rotated(old) if mine else Superseded(old)

    def prolong(self, grant: Grant, *, now: int, expires_at: int) -> bool:
        """Extend the life of the current refresh token without a rotation. False if the family was rotated or has ended."""
        current = (
            (GrantItem.generation == grant.generation) & GrantItem.redeemed_at.exists() & GrantItem.revoked_at.does_not_exist()
            & (GrantItem.expires_at > now) & (GrantItem.not_after > now)
        )  # fmt: skip
        done = self._db.update(GrantItem, keys.grant(grant.user_id, grant.id), [GrantItem.expires_at.set(expires_at)], current)
        return not isinstance(done, Refused)

    def revoke(self, user_id: str, grant_id: str, now: int) -> bool:
        """Revoke the grant with its code and tokens. True for the one call that revoked it, also if its reply was lost. One write.

        `now` in epoch seconds.
        """
        attempt = self._new_id()
        live = GrantItem.pk.exists() & GrantItem.revoked_at.does_not_exist()
        actions = [GrantItem.revoked_at.set(now), GrantItem.revoked_by.set(attempt)]
        done = self._db.update(GrantItem, keys.grant(user_id, grant_id), actions, live)
        found = GrantItem.of(done.old) if isinstance(done, Refused) else done
        return found is not None and found.revoked_by == attempt

    def revoke_all(self, grants: Sequence[Grant], now: int) -> list[Grant]:
        """Revoke grants with their codes and tokens, 25 per write. Returns those that were not revoked before. `now` in epoch seconds."""
        places = {keys.grant(grant.user_id, grant.id): grant for grant in grants}
        if len(places) <= FEW:
            return [grant for grant in places.values() if self.revoke(grant.user_id, grant.id, now)]
        marked = self._db.mark_all(GrantItem, places, "revoked_at", now)
        return [grant for place, grant in places.items() if place in marked]

    def of(self, user_id: str) -> list[Grant]:
        """All grants of a user, also ended ones until DynamoDB removes them."""
        found = self._db.query_all("state", keys.user_pk(user_id), sk_begins="GRANT#")
        return [i.grant() for i in GrantItem.readable(found)]
