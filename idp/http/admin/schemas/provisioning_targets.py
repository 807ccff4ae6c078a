"""Provisioning targets: SCIM endpoints of apps that get accounts from here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from idp.http.admin.schemas.common import NextCursor, Shape, Time

Text = Annotated[str, StringConstraints(max_length=1024)]
Secret = Annotated[str, StringConstraints(max_length=4096)]
People = Literal["everybody", "group", "role"]
Leavers = Literal["deactivate", "delete"]

_URL = "The base URL of the app's SCIM endpoint, without /Users: https, a public host name, no port."
_TOKEN = "The bearer token that the app gave you. It is stored encrypted, and no answer has it."
_PEOPLE = "Who gets an account: everybody, or those who have the group or the role `name`."
_NAME = "The name of the group or the role, or null for everybody."
_LEAVERS = "What happens to the account of a person who is disabled, or does not belong to the target any more."
_PAUSED = "Nothing is sent, and changes wait."


class ProvisioningTargetChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default. All accounts are compared afterwards."""

    base_url: Text | None = Field(default=None, description=f"{_URL} With another one the token is needed again.")
    token: Secret | None = Field(default=None, description=f"A new token, in place of the stored one. {_TOKEN}")
    people: People | None = Field(default=None, description=_PEOPLE)
    name: Text | None = Field(default=None, description=_NAME)
    leavers: Leavers | None = Field(default=None, description=_LEAVERS)
    paused: bool | None = Field(default=None, description=_PAUSED)


class NewProvisioningTarget(Shape):
    """A new provisioning target."""

    id: Text = Field(description="1 to 40 of a-z, 0-9 and -. It cannot be changed.", examples=["crm"])
    base_url: Text = Field(description=_URL, examples=["https://crm.example.com/scim/v2"])
    token: Secret = Field(description=_TOKEN)
    people: People = Field(default="everybody", description=_PEOPLE)
    name: Text | None = Field(default=None, description=_NAME)
    leavers: Leavers = Field(default="deactivate", description=_LEAVERS)
    paused: bool = Field(default=False, description=_PAUSED)


class ProvisioningTarget(Shape):
    """A provisioning target: the SCIM endpoint of an app, and which people have an account there."""

    id: str
    base_url: str = Field(description=_URL)
    people: People = Field(description=_PEOPLE)
    name: str | None = Field(description=_NAME)
    leavers: Leavers = Field(description=_LEAVERS)
    paused: bool = Field(description=_PAUSED)
    created_at: Time
    updated_at: Time


class ProvisioningTargetState(ProvisioningTarget):
    """A provisioning target, and how it does."""

    sent_at: Time | None = Field(description="When accounts were brought up to date last, or null.")
    failing_since: Time | None = Field(description="Since when the app refuses or does not answer, or null.")
    rests_until: Time | None = Field(description="Nothing is sent before, because the app asked for it or failed, or null.")
    problem: str | None = Field(description="Why it rests, or null.")
    comparing: bool = Field(description="Whether the comparison of all accounts is not through.")


class ProvisioningTargetPage(Shape):
    """All provisioning targets."""

    items: list[ProvisioningTarget]
    next_cursor: NextCursor


class ProvisioningFailure(Shape):
    """A person whose account the app refused to the end."""

    user_id: str
    problem: str = Field(description="The status of the answer, or what was wrong with it. The app's words are not kept.")
    failed_at: Time


class ProvisioningFailurePage(Shape):
    """A page of failures."""

    items: list[ProvisioningFailure]
    next_cursor: NextCursor


class ProvisioningRetry(Shape):
    """What is tried again."""

    user_ids: Annotated[list[Annotated[str, StringConstraints(max_length=64, min_length=1)]], Field(max_length=100)] = Field(
        default=[],
        description="The people. None stands for the first hundred failures. An account that was deleted at the app is made again.",
    )


class ProvisioningRetried(Shape):
    """How many accounts are tried again with the next run."""

    target_id: str
    accounts: int
