"""Writes imported people (`directory`): user, address, factors, links and the mark of the row in one transaction (threats R-10, R-12).

The mark makes an import idempotent. It has no user id and its key is a keyed hash, so it contains nothing about a person, and it stays when
the person is erased: importing the same file again does not bring them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.store import consents, factor_keys, issuer_keys, keys
from idp.store.admins import join_part
from idp.store.deletions import Deletions
from idp.store.expressions import NEW, TELLS_OLD
from idp.store.factors import RecoveryItem, recovery_item, totp_item
from idp.store.issuer_links import IssuerLinks, IssuerSubjectItem
from idp.store.passkey_items import CredentialItem
from idp.store.passkeys import Passkeys
from idp.store.source_marks import IDS, SourceItem
from idp.store.user_items import EmailItem, UserItem, item, take_email

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.access.trusted_issuer import IssuerLink
    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.people.consent import Consent
    from idp.domain.people.deletion import Deletion
    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.factors import Totp
    from idp.store.keys import Key
    from idp.store.transport import Raw

_ADDRESS = 2
"""The place of the address among the parts of a person."""
PARTS = 100
"""Parts of one transaction (DynamoDB)."""
_OWN = NEW | TELLS_OLD
"""The condition on the item by which a call recognises what it wrote before."""


class Outcome(Enum):
    """What happened to a person. All but CREATED and KNOWN are refusals."""

    CREATED = "created"
    KNOWN = "imported before"
    TAKEN = "another account has the address"
    ID_TAKEN = "another account has the id"
    LINK_TAKEN = "another account has a link"
    PASSKEY_TAKEN = "another account has a passkey"
    ADMINS_FULL = "there are too many admins"


class Codes(NamedTuple):
    """Recovery codes. `digests`: what is stored of them. `made_at`: epoch seconds.

    `key`: the key of the digests if it is not the one of this deployment, encrypted; else b"".
    """

    digests: tuple[str, ...]
    made_at: int
    key: bytes = b""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is written. `system`: the format. `source`: the keyed hash of the id there.

    `kept`: empty if `user.id` is new. If it is the id of the other system, a text that is new in each call of the import; then `id_mark` is
    the keyed hash by which this id is kept only once, and not after the erasure of a person who had it. `deletion`: of a user who is being
    deleted; the daily job erases them when it is due.
    """

    user: User
    system: str
    source: str
    totp: Totp | None = None
    links: tuple[IssuerLink, ...] = ()
    passkeys: tuple[Passkey, ...] = ()
    codes: Codes | None = None
    consents: tuple[Consent, ...] = ()
    kept: str = ""
    id_mark: str = ""
    deletion: Deletion | None = None

    @property
    def parts(self) -> int:
        """How many parts of a transaction the person takes."""
        single = (self.kept, self.totp, self.codes, self.deletion, self.joins)
        return 3 + sum(map(bool, single)) + 2 * len(self.links) + 2 * len(self.passkeys) + len(self.consents)

    @property
    def joins(self) -> bool:
        """Whether the person becomes a live admin."""
        return self.user.admin and not self.user.disabled

    @property
    def names(self) -> set[str]:
        """What no other person of the same transaction may have, because one transaction writes an item once."""
        listed = ["the list of admins"] if self.joins else []
        others = {each.id for each in self.links} | {each.id for each in self.passkeys}
        return {self.user.email, self.user.id, self.source, *listed} | others


class PeopleImports:
    """Writes imported people."""

    def __init__(self, database: Database) -> None:
        self._db, self._links, self._passkeys = database, IssuerLinks(database), Passkeys(database)

    def write(self, people: Sequence[NewPerson]) -> list[Outcome]:
        """Write people whose `names` differ and who have at most `PARTS` parts together. Returns one outcome each.

        All are written in one transaction. If the conditions of some do not hold, the others are written without them.

        Raises:
            Unavailable: it is unknown whether they were written. The same call again tells.
            Invalid: an item is too large. Nothing was written.
        """
        outcomes: dict[int, Outcome] = {}
        given_up = set[int]()
        while left := [number for number in range(len(people)) if number not in outcomes]:
            parts = {number: self._parts(people[number], given_up=number in given_up) for number in left}
            refused = self._transact([part for number in left for part in parts[number]])
            if refused is None:
                outcomes |= dict.fromkeys(left, Outcome.CREATED)
                break
            rest = iter(refused)
            for number in left:
                reasons = [next(rest) for _ in parts[number]]
                found = self._outcome(people[number], reasons)
                if found is Outcome.TAKEN and number not in given_up and _is_free_again(people[number], reasons[_ADDRESS]):
                    given_up.add(number)
                elif found:
                    outcomes[number] = found
        return [outcomes[number] for number in range(len(people))]

    def _transact(self, parts: list[Raw]) -> list[Raw | None] | None:
        """As `Database.transact`. The parts go in the order of their keys: to insert them so takes an engine with a B-tree less work."""
        order = sorted(range(len(parts)), key=lambda at: _pk(parts[at]))
        refused = self._db.transact(*(parts[at] for at in order), with_token=False)
        return None if refused is None else [reason for _, reason in sorted(zip(order, refused, strict=True), key=itemgetter(0))]

    def look(self, people: Sequence[NewPerson]) -> list[Outcome]:
        """Return what `write` would do, without a write."""
        return [self._look(each, iter(found)) for each, found in zip(people, self._read(people), strict=True)]

    def imported(self, system: str, source: str) -> bool:
        """Whether the row with this keyed hash was imported, also if its person was erased since. One call."""
        return self._db.get(SourceItem, keys.source(system, source)) is not None

    def _read(self, people: Sequence[NewPerson]) -> list[list[Any]]:
        """Return for each person the items that would stand in the way, in the order of `_wanted`. A call reads at most 100."""
        wanted = [_wanted(each) for each in people]
        flat, found = [each for own in wanted for each in own], list[Any]()
        for at in range(0, len(flat), PARTS):
            found += self._db.batch_get(*flat[at : at + PARTS])
        rest = iter(found)
        return [[next(rest) for _ in own] for own in wanted]

    @staticmethod
    def _look(person: NewPerson, found: Any) -> Outcome:
        mark, address = next(found), next(found)
        if mark:
            return Outcome.KNOWN
        if person.kept and any([next(found), next(found)]):
            return Outcome.ID_TAKEN
        if address and not address.is_free(person.user.updated_at):
            return Outcome.TAKEN
        links = [next(found) for _ in person.links]
        if any(links):
            return Outcome.LINK_TAKEN
        return Outcome.PASSKEY_TAKEN if any(found) else Outcome.CREATED

    def _parts(self, person: NewPerson, *, given_up: bool) -> list[Raw]:
        """Return the parts of a person. `given_up`: an account gave the address up, and it is free by now.

        For all other addresses the condition is shorter, which is less work for the engine.
        """
        user_id, kept = person.user.id, person.kept
        address = EmailItem.new(keys.email(person.user.email), user_id=user_id)
        return [
            self._db.put_part(self._item(person), NEW if kept else _OWN),
            self._db.put_part(_mark(person), _OWN if kept else NEW),
            take_email(self._db, person.user) if given_up else self._db.put_part(address, _OWN),
            *([self._db.put_part(_id_mark(person), NEW)] if kept else []),
            *(part for link in person.links for part in self._links.create_parts(link)),
            *(part for one in person.passkeys for part in self._passkeys.adding_parts(one, issued=0, attempt=kept or user_id)),
            *([self._db.put_part(totp_item(person.totp))] if person.totp else []),
            *([self._db.put_part(_recovery(user_id, person.codes))] if person.codes else []),
            *(self._db.put_part(consents.item(each)) for each in person.consents),
            *([Deletions(self._db).put_part(person.deletion)] if person.deletion else []),
            *([join_part(self._db, person.user)] if person.joins else []),
        ]

    def _item(self, person: NewPerson) -> UserItem:
        return item(person.user, sharded=bool(self._db.time_shards))

    def _outcome(self, person: NewPerson, reasons: Sequence[Raw | None]) -> Outcome | None:
        """Return the outcome of a person whose conditions did not hold, or None.

        A random id, and the mark of a kept one, are of this call: if the same item is stored, this call wrote it before.
        """
        user, mark, address, *others = reasons
        used = others.pop(0) if person.kept else None
        if self._db.was_written(mark, _mark(person)) if person.kept else self._db.was_written(user, self._item(person)):
            return Outcome.CREATED
        if mark:
            return Outcome.KNOWN
        if used or (user and person.kept):
            return Outcome.ID_TAKEN
        if address or user:
            return Outcome.TAKEN
        return _outcome_of_others(person, others) if any(others) else None


def _is_free_again(person: NewPerson, reason: Raw | None) -> bool:
    """Return whether the address met the item of an account that gave it up, and this person may have it by now (`take_email`)."""
    old = (reason or {}).get("Item")
    return any(
        one.is_free(person.user.updated_at) or (one.reserved_until is not None and one.user_id == person.user.id)
        for one in EmailItem.readable([old] if old else [])
    )


def _pk(part: Raw) -> str:
    (what,) = part.values()
    found: str = (what.get("Item") or what["Key"])["pk"]["S"]
    return found


def _outcome_of_others(person: NewPerson, reasons: Sequence[Raw | None]) -> Outcome:
    """Return the outcome of a person where a condition of what belongs to the account did not hold: links, passkeys, the list of admins."""
    if any(reasons[: 2 * len(person.links)]):
        return Outcome.LINK_TAKEN
    return Outcome.ADMINS_FULL if person.joins and reasons[-1] else Outcome.PASSKEY_TAKEN


def _recovery(user_id: str, codes: Codes) -> RecoveryItem:
    made = recovery_item(user_id, codes.digests, codes.made_at, None)
    made.digest_key = codes.key or None
    return made


def _id_mark(person: NewPerson) -> SourceItem:
    return SourceItem.new(keys.source(IDS, person.id_mark), imported_at=person.user.updated_at)


def _mark(person: NewPerson) -> SourceItem:
    return SourceItem.new(
        keys.source(person.system, person.source), imported_at=person.user.updated_at, written_by=person.kept or None
    )  # fmt: skip


def _wanted(person: NewPerson) -> list[tuple[type[Any], Key]]:
    """Return the items of which none may exist."""
    return [
        (SourceItem, keys.source(person.system, person.source)),
        (EmailItem, keys.email(person.user.email)),
        *([(UserItem, keys.user(person.user.id)), (SourceItem, keys.source(IDS, person.id_mark))] if person.kept else []),
        *((IssuerSubjectItem, issuer_keys.issuer_subject(each.id)) for each in person.links),
        *((CredentialItem, factor_keys.credential(each.id)) for each in person.passkeys),
    ]
