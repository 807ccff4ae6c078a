"""The links on an error page: to the app, if an admin registered it, and to a page of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from idp.domain.texts import marked

if TYPE_CHECKING:
    from idp.domain.errors import LinkedApp


class Way(NamedTuple):
    """A link: its text, with `{name}` for the app's name, and its address."""

    text: str
    href: str
    name: str = ""


_START = Way(marked("Start page"), "/")
_ACCOUNT = Way(marked("Your account"), "/account")
_SIGN_IN = Way(marked("Sign in"), "/login")
_DEVICE = Way(marked("Enter the code again"), "/device")


def ways_on(path: str, app: LinkedApp | None) -> list[Way]:
    """The links for an error at this path. `app`: the app that sent the person, or None."""
    back = [Way(marked("Back to {name}"), app.home, app.name or app.id)] if app and app.home else []
    if path.startswith(("/account/", "/logout")):
        return [*back, _ACCOUNT]
    if path.startswith("/link/"):
        return [*back, _SIGN_IN]
    if path.startswith("/device"):
        return [*back, _DEVICE]
    return [*back, _START]


def contact(support: str, request_id: str) -> Way | None:
    """A link to the operator: IDP_SUPPORT, an https or mail address; None if it is not set. A mail has the request id as its subject."""
    if not support:
        return None
    if support.startswith("https://"):
        return Way(support.removeprefix("https://").rstrip("/"), support)
    return Way(support, f"mailto:{support}?subject={quote('Request ' + request_id)}")
