"""Merging two accounts of one person: which account stays, what moves to it, and what does not (docs/merging.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.trusted_issuer import IssuerLink
    from idp.domain.organisations.membership import Membership
    from idp.domain.people.user import User


class MergeChoice(NamedTuple):
    """What the admin lets move. `links`: ids of links. `organizations`: ids of organisations. `roles`: roles and groups, all or none."""

    roles: bool = False
    links: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge of these two accounts could move.

    `roles`, `groups`: assignments that the kept account does not have. `links`: all links of the account that goes. `memberships`: those in
    organisations of which the kept account is no member, except those that a SCIM client made: it could not end them any more.
    `shared`: ids of the organisations of both, whose memberships stay as they are.
    `kept_links`: the number of links of the kept account.
    """

    kept: User
    merged: User
    roles: Mapping[str, str]
    groups: Mapping[str, str]
    links: tuple[IssuerLink, ...]
    memberships: tuple[Membership, ...]
    shared: tuple[str, ...]
    kept_links: int = 0

    @property
    def opens_by_mail_alone(self) -> bool:
        """Return whether the kept account has no password, passkey or link: without one that moves, only a mail lets the person in."""
        return self.kept.password_hash is None and not self.kept.all_passkeys and not self.kept_links

    @property
    def needs_second_factor(self) -> bool:
        """Return whether the kept account has to have a second factor from then on, and needed none before."""
        return self.merged.needs_second_factor and not self.kept.needs_second_factor

    def chosen_links(self, choice: MergeChoice) -> tuple[IssuerLink, ...]:
        """Return the links that move."""
        return tuple(link for link in self.links if link.id in choice.links)

    def chosen_memberships(self, choice: MergeChoice) -> tuple[Membership, ...]:
        """Return the memberships that move."""
        return tuple(each for each in self.memberships if each.org_id in choice.organizations)

    def kept_after(self, choice: MergeChoice, now: int) -> User:
        """Return the account that stays, as it is after the merge.

        Who needed a second factor for the account that goes needs one for this account, because it has what the other one had.
        """
        moved = len(self.chosen_memberships(choice))
        roles, groups = (self.roles, self.groups) if choice.roles else ({}, {})
        return replace(
            self.kept, roles={**self.kept.roles, **roles}, groups={**self.kept.groups, **groups},
            mfa_required=self.kept.mfa_required or self.merged.needs_second_factor, memberships=self.kept.memberships + moved,
            updated_at=now,
        )  # fmt: skip

    def merged_after(self, choice: MergeChoice, now: int) -> User:
        """Return the account that goes: disabled, without rights as an admin, all access ended, and to be erased at once."""
        moved = len(self.chosen_memberships(choice))
        return replace(
            self.merged, disabled=True, admin=False, deleting_until=now, security_stamp=self.merged.security_stamp + 1,
            memberships=max(0, self.merged.memberships - moved), updated_at=now,
        )  # fmt: skip


def moved_link(link: IssuerLink, kept_id: str) -> IssuerLink:
    """Return the link as one of the kept account. It counts as added in an unknown browser: "this was not me" removes it."""
    return replace(link, user_id=kept_id, browser_known_since=None)


def moved_membership(was: Membership, kept_id: str, new_id: str) -> Membership:
    """Return the membership of the kept account. The organisation does not own that account: its admins could otherwise take it over."""
    return replace(was, id=new_id, user_id=kept_id, owned=False, version=1)
