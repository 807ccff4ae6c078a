"""The items of organisations and memberships (`directory`). A sign-in reads them, so this module imports little."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.organisations.membership import Membership
from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from idp.store import organisation_keys as keys
from idp.store.attributes import ObjectAttribute, TextMapAttribute, has_shape
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.keys import Key


class OrganisationItem(DirectoryItem):
    """The item of an organisation. `members` and `admins` are counted by the transactions of memberships, which leave the version."""

    kind_name = "organisation"
    org_id = UnicodeAttribute()
    slug = UnicodeAttribute()
    name = UnicodeAttribute()
    policy = ObjectAttribute(null=True)
    disabled = BooleanAttribute(default=False)
    members = NumberAttribute(default=0)
    admins = NumberAttribute(default=0)
    branding = ObjectAttribute(null=True)
    metadata = ObjectAttribute(null=True)
    security_stamp = NumberAttribute(default=0)
    deleting_since = NumberAttribute(null=True)
    created_at = NumberAttribute(default=0)
    updated_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    listing_pk = UnicodeAttribute(null=True)
    listing_sk = UnicodeAttribute(null=True)

    def check(self) -> None:
        """Refuse a policy of another shape: what it demands would be guessed.

        Raises:
            TypeError: the item is damaged.
        """
        super().check()
        has_shape(self.policy, mfa_required=bool, session_hours=int, connections_only=bool, joins_by_connection=bool)
        OrganisationPolicy(**(self.policy or {}))

    def profile(self) -> OrganisationProfile:
        """Convert it to the domain's class."""
        return OrganisationProfile(
            id=self.org_id, slug=self.slug, name=self.name, policy=OrganisationPolicy(**(self.policy or {})), disabled=self.disabled,
            members=int(self.members), admins=int(self.admins), branding=self.branding or {}, metadata=self.metadata or {},
            security_stamp=int(self.security_stamp), deleting_since=int(self.deleting_since or 0), created_at=int(self.created_at),
            updated_at=int(self.updated_at), version=int(self.version),
        )  # fmt: skip


class OrganisationSlugItem(DirectoryItem):
    """The item by which a slug is taken, with the id of its organisation."""

    kind_name = "organisation_slug"
    org_id = UnicodeAttribute()


class OrganisationEndingItem(DirectoryItem):
    """The mark that an organisation is being deleted, by which the daily job finds it. `by`: who began that."""

    kind_name = "organisation_ending"
    org_id = UnicodeAttribute()
    since = NumberAttribute()
    by = UnicodeAttribute()


class _TwinItem(DirectoryItem):
    """What both items of a membership hold. `admin_scopes`: scopes with spaces between them, as in a token; absent for all."""

    membership_id = UnicodeAttribute()
    org_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    roles = TextMapAttribute(null=True)
    admin = BooleanAttribute(default=False)
    admin_scopes = UnicodeAttribute(null=True)
    owned = BooleanAttribute(default=False)
    source = UnicodeAttribute(default="admin")
    joined_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)

    def membership(self) -> Membership:
        """Convert it to the domain's class."""
        scopes = None if self.admin_scopes is None else frozenset(self.admin_scopes.split())
        return Membership(
            id=self.membership_id, org_id=self.org_id, user_id=self.user_id, roles=self.roles or {}, admin=self.admin, admin_scopes=scopes,
            owned=self.owned, source=self.source, joined_at=int(self.joined_at), version=int(self.version),
        )  # fmt: skip


class MemberItem(_TwinItem):
    """A membership in the partition of the organisation, by which its members are listed."""

    kind_name = "member"


class MembershipItem(_TwinItem):
    """The same in the partition of the user, which a sign-in reads and an erasure finds."""

    kind_name = "membership"


def organisation_place(org_id: str) -> tuple[type[OrganisationItem], Key]:
    """Where an organisation is, to be read together with other items."""
    return OrganisationItem, keys.organisation(org_id)


def membership_place(user_id: str, org_id: str) -> tuple[type[MembershipItem], Key]:
    """Where a membership is, to be read together with other items."""
    return MembershipItem, keys.membership(user_id, org_id)


def organisation_item(it: OrganisationProfile) -> OrganisationItem:
    """The item of an organisation. One that is being deleted is not listed."""
    listed = None if it.deleting_since else keys.LISTED
    return OrganisationItem.new(
        keys.organisation(it.id), org_id=it.id, slug=it.slug, name=it.name, policy=policy_members(it.policy) or None, disabled=it.disabled,
        members=it.members, admins=it.admins, branding=dict(it.branding) or None, metadata=dict(it.metadata) or None,
        security_stamp=it.security_stamp, deleting_since=it.deleting_since or None, created_at=it.created_at, updated_at=it.updated_at,
        version=it.version, listing_pk=listed, listing_sk=it.slug if listed else None,
    )  # fmt: skip


def policy_members(policy: OrganisationPolicy) -> dict[str, Any]:
    """The members of a policy that are not the default."""
    return {name: value for name, value in asdict(policy).items() if value}


def twins(it: Membership) -> tuple[MemberItem, MembershipItem]:
    """Both items of a membership."""
    scopes = None if it.admin_scopes is None else " ".join(sorted(it.admin_scopes))
    content = {
        "membership_id": it.id, "org_id": it.org_id, "user_id": it.user_id, "roles": dict(it.roles) or None, "admin": it.admin,
        "admin_scopes": scopes, "owned": it.owned, "source": it.source, "joined_at": it.joined_at, "version": it.version,
    }  # fmt: skip
    return MemberItem.new(keys.member(it.org_id, it.user_id), **content), MembershipItem.new(
        keys.membership(it.user_id, it.org_id), **content
    )
