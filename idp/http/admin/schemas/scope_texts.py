"""Texts of OAuth scopes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from idp.http.admin.schemas.common import NextCursor, Shape

Language = Annotated[str, StringConstraints(min_length=2, max_length=35)]


class ScopeWords(Shape):
    """The texts of an OAuth scope in one language."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(
        description="What the scope allows, in a few words.", examples=["See your orders"]
    )
    description: Annotated[str, StringConstraints(max_length=300)] = Field(
        default="", description="A longer description, one or two sentences.", examples=["What you ordered, when, and at what price."]
    )
    resource: Annotated[str, StringConstraints(max_length=100)] = Field(
        default="", description="The name of the API or app that the scope opens, as people know it.", examples=["Meadow Shop"]
    )


class NewScopeText(ScopeWords):
    """The texts of an OAuth scope on the consent page and the account page. `name`, `description` and `resource` are in `language`."""

    language: Language = Field(default="en", description="A language tag (RFC 5646).", examples=["en"])
    translations: Annotated[dict[Language, ScopeWords], Field(max_length=20)] = Field(
        default={}, description="The texts in other languages, by language tag.", examples=[{"de": {"name": "Bestellungen sehen"}}]
    )


class ScopeText(NewScopeText):
    """The texts of a scope."""

    scope: str = Field(description="The scope, as apps ask for it.", examples=["orders:read"])


class ScopeTextPage(Shape):
    """All texts, by scope."""

    items: list[ScopeText]
    next_cursor: NextCursor
