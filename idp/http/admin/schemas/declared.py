"""Labels of objects that a declarative file manages, and the comparison of secrets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from idp.domain.declared.managed_object import LONGEST_ID, NAME
from idp.http.admin.numbers import Whole
from idp.http.admin.schemas.common import NextCursor, Shape

ObjectKind = Literal[
    "roles", "groups", "authorization_details_types", "scopes", "apps", "connections", "trusted_issuers", "scim_clients",
    "provisioning_targets", "organizations", "organization_roles", "organization_connections", "organization_domains",
    "organization_scim_clients", "organization_members", "webhooks", "hooks",
]  # fmt: skip
ObjectId = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)]
Manager = Annotated[str, StringConstraints(pattern=f"^{NAME.pattern}$")]
SecretText = Annotated[str, StringConstraints(min_length=1, max_length=8192)]


class ManagedObject(Shape):
    """A label: the object was made or taken over by a declarative file (`idp apply`), which may delete it."""

    kind: ObjectKind = Field(description="The kind of the object, as in the file.")
    id: ObjectId = Field(description="The object's id, as in the file.")
    manager: Manager = Field(description="The name of the file.", examples=["shop-team"])
    mark: Annotated[str, StringConstraints(max_length=64)] = Field(
        default="", description="`created_at` of the object. The label is not about a later object with the same id."
    )
    version: Annotated[Whole, Field(ge=0)] = Field(default=0, description="The version of the object when it was labelled.")


class ManagedObjectPage(Shape):
    """Labels by kind and id."""

    items: list[ManagedObject]
    next_cursor: NextCursor


class SecretCheck(Shape):
    """A secret that you know."""

    secret: SecretText


class SecretChecked(Shape):
    """Whether the object has this secret."""

    same: bool
