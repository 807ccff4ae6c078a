"""Cookies: HttpOnly, SameSite=Lax, no Domain; with https also Secure and the __Host- prefix, so that no subdomain can set them (F-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.settings import Settings

SESSION, BROWSER, DEVICE, STATE, REMEMBERED, NO_OFFER = "session", "browser", "device", "state", "remembered", "no_offer"
CONSOLE = "console"
"""The organisation that an admin of several administers now."""


def name_of(name: str, settings: Settings) -> str:
    """The cookie's full name in this deployment."""
    return f"__Host-idp_{name}" if settings.secure else f"idp_{name}"


def read(request: Request, name: str, settings: Settings) -> str | None:
    """The value, or None. If the browser sends two cookies of this name, the answer is None: one of them may be planted."""
    found = _sent(request, name, settings)
    return found[0] if len(found) == 1 and found[0] else None


def is_sent(request: Request, name: str, settings: Settings) -> bool:
    """Whether the request has a cookie of this name, with any value."""
    return bool(_sent(request, name, settings))


def set_cookie(response: Response, name: str, value: str, settings: Settings, *, max_age: int | None = None) -> None:
    """Set the cookie. `max_age`: seconds, or None for a cookie that ends when the browser closes."""
    response.set_cookie(name_of(name, settings), value, max_age=max_age, path="/", secure=settings.secure, httponly=True, samesite="lax")


def bind(request: Request, response: Response, browser_id: str, settings: Settings) -> None:
    """Set the cookie that binds sign-in pages to a new browser. It is not set for a POST without Origin, which any site may have caused."""
    if request.method != "POST" or request.headers.get("origin"):
        set_cookie(response, BROWSER, browser_id, settings)


def set_state(response: Response, value: str, settings: Settings, *, max_age: int) -> None:
    """Set the cookie that a script in a frame reads to notice a change of session (Session Management §4.1). Scripts read no other."""
    response.set_cookie(
        name_of(STATE, settings), value, max_age=max_age, path="/", secure=settings.secure, samesite="none" if settings.secure else "lax"
    )


def clear(request: Request, response: Response, name: str, settings: Settings) -> None:
    """Remove the cookie if the request has it. A browser that did not send it may still have it, and keeps it."""
    if is_sent(request, name, settings):
        response.delete_cookie(name_of(name, settings), path="/", secure=settings.secure, httponly=True, samesite="lax")


def _sent(request: Request, name: str, settings: Settings) -> list[str]:
    """The values of all cookies of this name in the request."""
    wanted = name_of(name, settings)
    pairs = (pair.partition("=") for line in request.headers.getlist("cookie") for pair in line.split(";"))
    return [value.strip() for key, _, value in pairs if key.strip() == wanted]
