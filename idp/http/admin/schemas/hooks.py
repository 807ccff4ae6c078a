"""Shapes of hooks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from idp.http.admin.schemas.common import NextCursor, Shape, Time

Name = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9_-]{0,62}$")]
Arn = Annotated[str, StringConstraints(max_length=300)]
Note = Annotated[str, StringConstraints(max_length=200)]
Apps = Annotated[list[Annotated[str, StringConstraints(max_length=128)]], Field(max_length=50)]
Targets = Annotated[list[Literal["access_token", "id_token", "userinfo"]], Field(max_length=3)]
OnFailure = Literal["deny", "allow", "without_claims"]
Claims = Annotated[dict[str, Any], Field(max_length=20)]
_NAME = "The hook's name, which never changes. Hooks are asked in the order of their names."
_KIND = "When it is asked: `claims` when a token is made, `registration` before an account is made, `sign_in` before a session is made."
_CEDAR = "Policies in Cedar. What no policy permits is denied. Either this or `function`."
_SCHEMA = "A schema in Cedar for the policies, or null for the one in docs/hooks.md."
_CLAIMS = "With `cedar`, for `claims`: what is added if the policies permit it. Names that authorise are refused."
_FUNCTION = "The ARN of a Lambda function, one of `IDP_HOOKS_FUNCTIONS`."
_TIMEOUT = "Milliseconds for the answer of the function, 100 to 2000."
_ON_FAILURE = "What counts without a usable answer: `deny` or `allow`; for `claims` `without_claims` or `deny`."
_APPS = "Client ids of the apps that it is asked for. An empty list stands for all apps and for the provider's own pages."
_TARGETS = "For `claims`: where the claims go."
_ENABLED = "Whether it is asked."
_DESCRIPTION = "A note for admins, at most 200 characters."


class NewHook(Shape):
    """A new hook."""

    name: Name = Field(description=_NAME, examples=["staff-only"])
    kind: Literal["claims", "registration", "sign_in"] = Field(description=_KIND)
    cedar: Annotated[str, StringConstraints(max_length=20_000)] | None = Field(
        default=None,
        description=_CEDAR,
        examples=['permit(principal is User, action, resource) when { principal.email like "*@example.com" };'],
    )
    schema_: Annotated[str, StringConstraints(max_length=10_000)] | None = Field(default=None, alias="schema", description=_SCHEMA)
    claims: Claims | None = Field(default=None, description=_CLAIMS, examples=[{"plan": "gold"}])
    function: Arn | None = Field(default=None, description=_FUNCTION)
    timeout_ms: int | None = Field(default=None, description=_TIMEOUT, examples=[1000])
    on_failure: OnFailure | None = Field(default=None, description=_ON_FAILURE)
    apps: Apps | None = Field(default=None, description=_APPS)
    targets: Targets | None = Field(default=None, description=_TARGETS)
    enabled: bool | None = Field(default=None, description=_ENABLED)
    description: Note | None = Field(default=None, description=_DESCRIPTION)


class HookChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default."""

    cedar: Annotated[str, StringConstraints(max_length=20_000)] | None = Field(default=None, description=_CEDAR)
    schema_: Annotated[str, StringConstraints(max_length=10_000)] | None = Field(default=None, alias="schema", description=_SCHEMA)
    claims: Claims | None = Field(default=None, description=_CLAIMS)
    function: Arn | None = Field(default=None, description=_FUNCTION)
    timeout_ms: int | None = Field(default=None, description=_TIMEOUT)
    on_failure: OnFailure | None = Field(default=None, description=_ON_FAILURE)
    apps: Apps | None = Field(default=None, description=_APPS)
    targets: Targets | None = Field(default=None, description=_TARGETS)
    enabled: bool | None = Field(default=None, description=_ENABLED)
    description: Note | None = Field(default=None, description=_DESCRIPTION)


class Hook(Shape):
    """A hook."""

    name: str = Field(description=_NAME)
    kind: str = Field(description=_KIND)
    cedar: str | None = Field(description=_CEDAR)
    schema_: str | None = Field(alias="schema", description=_SCHEMA)
    claims: dict[str, Any] = Field(description=_CLAIMS)
    function: str | None = Field(description=_FUNCTION)
    timeout_ms: int = Field(description=_TIMEOUT)
    on_failure: str = Field(description=_ON_FAILURE)
    apps: list[str] = Field(description=_APPS)
    targets: list[str] = Field(description=_TARGETS)
    enabled: bool = Field(description=_ENABLED)
    description: str | None = Field(description=_DESCRIPTION)
    created_at: Time
    updated_at: Time


class HookPage(Shape):
    """All hooks, by name."""

    items: list[Hook]
    next_cursor: NextCursor


Word = Annotated[str, StringConstraints(max_length=300)]
Words = Annotated[list[Annotated[str, StringConstraints(max_length=300)]], Field(max_length=50)]


class HookSample(Shape):
    """What a hook is asked about in a dry run. Members of another kind than that of the hook are ignored."""

    user_id: Word = Field(default="", description="A stored person. Empty: an invented one with the address of `email`.")
    email: Word = Field(default="someone@example.com", description="The address of an invented person.")
    client_id: Word = Field(default="", description="The app. Empty: a page of the provider.")
    scopes: Words = Field(default=["openid"], description="The scopes that the app asks for.")
    org_id: Word = Field(default="", description="The organization that the sign-in is for.")
    ip_address: Word = Field(default="", description="The network address of the person.")
    country: Word = Field(default="", description="The country, as ISO 3166-1 alpha-2.")
    user_agent: Word = Field(default="", description="The header `User-Agent`.")
    amr: Words = Field(default=["pwd"], description="Of a sign-in: the methods that were proved.")
    acr: Word = Field(default="aal1", description="Of a sign-in: `aal1` or `aal2`.")
    connection: Word = Field(default="", description="Of a sign-in or a registration: the connection by which the person came.")
    session_is_new: bool = Field(default=True, description="Of a sign-in: whether the session is made now.")
    grant_type: Word = Field(default="", description="Of a token without a sign-in: the grant type.")
    how: Word = Field(default="sign_up", description="Of a registration: `sign_up`, `invitation` or `connection`.")


class HookDryRun(Shape):
    """What a hook answered in a dry run, and what would count."""

    name: str
    kind: str
    counts: str = Field(description="`allow`, `deny` or `require_mfa`; for the kind `claims`: `claims`, `without_claims` or `deny`.")
    reason: str | None = Field(description="The reason of a refusal, or null.")
    claims: dict[str, Any] = Field(description="The claims that would be added.")
    failure: str | None = Field(description="Why there was no usable answer, so that `on_failure` counts, or null.")
    told: dict[str, Any] = Field(description="What the function was told, or the facts of the policies.")
    took_ms: int
