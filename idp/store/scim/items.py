"""The items of the people and groups of SCIM clients."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.scim.resources import ScimGroup, ScimUser
from idp.store.attributes import ObjectAttribute, has_shape
from idp.store.scim import keys as scim_keys
from idp.store.tables import DirectoryItem

PERSON, GROUP = "User", "Group"


class ScimUserItem(DirectoryItem):
    """What a SCIM client said about a user, in the partition of the user. `resource`: the attributes, as JSON text."""

    kind_name = "scim_user"
    user_id = UnicodeAttribute()
    client_id = UnicodeAttribute()
    resource = ObjectAttribute()
    created_at = NumberAttribute()
    updated_at = NumberAttribute()
    version = NumberAttribute(default=1)

    def scim_user(self) -> ScimUser:
        """Convert it to the domain's class."""
        return ScimUser(
            self.user_id, self.client_id, self.resource, int(self.created_at), int(self.updated_at), int(self.version)
        )  # fmt: skip

    def check(self) -> None:
        """Raise an error if the item cannot be used."""
        super().check()
        if "userName" not in self.resource:
            raise ValueError("userName is missing")
        has_shape(self.resource, userName=str, externalId=str, emails=list, name=dict)


class ScimFinderItem(DirectoryItem):
    """An item by which a person or a group of a SCIM client is found. `found`: the id; `about`: User or Group.

    Also the mark of a deleted SCIM client of an organisation (`about` is Client).
    """

    kind_name = "scim_finder"
    found = UnicodeAttribute()
    about = UnicodeAttribute()


class ScimGroupItem(DirectoryItem):
    """The item of a group, without its members. `members`: about how many there are. `mark`: of the last change of the members."""

    kind_name = "scim_group"
    group_id = UnicodeAttribute()
    client_id = UnicodeAttribute()
    name = UnicodeAttribute()
    external_id = UnicodeAttribute(null=True)
    members = NumberAttribute(default=0)
    created_at = NumberAttribute()
    updated_at = NumberAttribute()
    version = NumberAttribute(default=1)
    mark = UnicodeAttribute(null=True)

    def group(self) -> ScimGroup:
        """Convert it to the domain's class."""
        return ScimGroup(
            self.group_id, self.client_id, self.name, self.external_id or "", int(self.members), int(self.created_at),
            int(self.updated_at), int(self.version),
        )  # fmt: skip


class ScimMemberItem(DirectoryItem):
    """The mark that a user is in a group, in the partition of the group."""

    kind_name = "scim_member"
    user_id = UnicodeAttribute()


class ScimMembershipItem(DirectoryItem):
    """The mark that a user is in a group, in the partition of the user."""

    kind_name = "scim_membership"
    client_id = UnicodeAttribute()
    group_id = UnicodeAttribute()


class ScimCountItem(DirectoryItem):
    """A part of the number of people or groups of a SCIM client."""

    kind_name = "scim_count"
    number = NumberAttribute()


def user_item(it: ScimUser) -> ScimUserItem:
    """The item of a person."""
    return ScimUserItem.new(
        scim_keys.user(it.id, it.client_id), user_id=it.id, client_id=it.client_id, resource=dict(it.resource), created_at=it.created_at,
        updated_at=it.updated_at, version=it.version,
    )  # fmt: skip


def group_item(it: ScimGroup) -> ScimGroupItem:
    """The item of a group."""
    return ScimGroupItem.new(
        scim_keys.group(it.client_id, it.id), group_id=it.id, client_id=it.client_id, name=it.name, external_id=it.external_id or None,
        members=it.members, created_at=it.created_at, updated_at=it.updated_at, version=it.version,
    )  # fmt: skip
