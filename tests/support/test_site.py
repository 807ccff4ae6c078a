"""A site serves an app at an address that is known before the app is built, until the `with` ends."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support.site import site


def says(words: str) -> Starlette:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{words} {request.url.path}")

    return Starlette(routes=[Route("/{path:path}", answer)])


def test_an_app_is_served_at_the_address_it_was_built_for() -> None:
    """The app is built with its issuer, as a provider needs it."""
    with site(says) as origin:
        assert httpx.get(f"{origin}/healthz").text == f"{origin} /healthz"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{origin}/healthz")


def test_two_sites_stand_beside_each_other() -> None:
    """A provider and an app, as in a journey."""
    with site(says) as one, site(says) as other:
        assert one != other
        assert httpx.get(other).text == f"{other} /"
