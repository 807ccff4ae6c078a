"""Types of authorization details (RFC 9396)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from idp.http.admin.schemas.common import NextCursor, Shape

Value = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Values = Annotated[list[Value], Field(max_length=50)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class OwnMember(Shape):
    """A member of this type."""

    kind: Literal["text", "number", "boolean", "object", "list"] = "text"
    title: Annotated[str, StringConstraints(max_length=200)] = Field(default="", description="The title on the consent page.")
    required: bool = False


class NewDetailType(Shape):
    """A definition of a type. Members that it does not name are refused (RFC 9396 §5)."""

    title: Words = Field(description="The title on the consent page.", examples=["Make a payment"])
    description: Annotated[str, StringConstraints(max_length=500)] = ""
    locations: Values = Field(default=[], description="The allowed values of `locations`. If the list is empty, the member is refused.")
    actions: Values = Field(default=[], description="The allowed values of `actions`.")
    datatypes: Values = Field(default=[], description="The allowed values of `datatypes`.")
    privileges: Values = Field(default=[], description="The allowed values of `privileges`.")
    members: Annotated[dict[Name, OwnMember], Field(max_length=50)] = Field(
        default={}, description="Further members of this type, by name."
    )


class DetailType(NewDetailType):
    """A type."""

    type: str = Field(description="The type's name, as apps send it.")


class DetailTypePage(Shape):
    """All types, by name."""

    items: list[DetailType]
    next_cursor: NextCursor
