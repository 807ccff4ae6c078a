"""What follows a step of a sign-in. Everything is already written when an outcome exists. http turns it into a response."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.sign_in_step import Step
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.authorization.response import AuthorizationResponse


class ShowLogin(NamedTuple):
    """The first step. `reason`: as in `StepForm`, or empty. `email` is filled in."""

    request: AuthorizationRequest
    client: Client | None
    reason: str = ""
    email: str = ""


class ShowStep(NamedTuple):
    """A later step."""

    request: AuthorizationRequest
    step: Step
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class ShowRecoveryCodes:
    """The recovery codes of a new second factor. The sign-in continues from their page."""

    request: AuthorizationRequest
    client: Client | None
    codes: Sequence[str] = field(repr=False)


class OpenPage(NamedTuple):
    """A page of our own that asked for the sign-in, by its path."""

    path: str


class SendResponse(NamedTuple):
    """The answer for the app, in a response mode that needs no signature any more."""

    response: AuthorizationResponse


class DeviceAnswered(NamedTuple):
    """The person approved or denied a device (RFC 8628 §3.3)."""

    client: Client | None
    approved: bool


Answer = ShowLogin | ShowStep | ShowRecoveryCodes | OpenPage | SendResponse | DeviceAnswered


@dataclass(frozen=True, slots=True)
class Outcome:
    """`new_session`: the session that the browser uses from now on. `device`: the handle by which the browser is known from now on.

    `remembered_device`: the cookie by which it is not asked for the second factor, and its age in seconds.
    `no_offers`: the browser offers no passkey any more.
    """

    answer: Answer
    new_session: Session | None = None
    device: str = field(default="", repr=False)
    remembered_device: tuple[str, int] | None = field(default=None, repr=False)
    no_offers: bool = False
