"""Logos on the buttons of connections: shown where an admin set one, from https only, and from no other place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.integration.account.people import signed_in
from tests.integration.account.upstreams import connection, with_connections

if TYPE_CHECKING:
    from tests.support.forms import Page
    from tests.support.world import World

LOGO = "https://img.example:8443/corp.svg"


def images(page: Page) -> str:
    """The sources of images that the policy of the page allows."""
    [found] = re.findall(r"img-src ([^;]*);", page.response.headers["Content-Security-Policy"])
    return str(found)


def test_the_button_has_the_logo_and_the_page_may_load_it(alone: World) -> None:
    """The upstream's server does not learn which page shows it."""
    world = with_connections(alone, connection(logo_uri=LOGO), connection("plain"))
    page = world.authorize(world.browser(), world.client())
    assert page.text.count('<img class="logo-of"') == 1
    assert f'src="{LOGO}" alt="" width="20" height="20" referrerpolicy="no-referrer">Continue with Corp' in page.text
    assert images(page) == "'self' data: https://img.example:8443"


def test_without_a_logo_the_policy_is_as_before(alone: World) -> None:
    world = with_connections(alone, connection())
    page = world.authorize(world.browser(), world.client())
    assert "logo-of" not in page.text
    assert images(page) == "'self' data:"


def test_a_connection_without_a_button_here_opens_no_place(alone: World) -> None:
    """Not one of another app, one that is off, or one that is found by the domain of an address only."""
    world = with_connections(
        alone, connection("a", logo_uri=LOGO, apps=("other",)), connection("b", logo_uri=LOGO, enabled=False),
        connection("c", logo_uri=LOGO, shown=False),
    )  # fmt: skip
    assert images(world.authorize(world.browser(), world.client())) == "'self' data:"


def test_a_stored_address_that_is_not_https_is_not_allowed(alone: World) -> None:
    """Such items cannot be made by the service. A restored or foreign one could have it."""
    world = with_connections(alone, connection("a", logo_uri="javascript:alert(1)"), connection("b", logo_uri="http://img.example/x"))
    page = world.authorize(world.browser(), world.client())
    assert images(page) == "'self' data:"
    assert "javascript:" not in page.text


def test_the_logo_of_the_app_is_allowed_beside_it(alone: World) -> None:
    world = with_connections(alone, connection(logo_uri=LOGO))
    page = world.authorize(world.browser(), world.client(logo_uri="https://app-img.example/logo.png"))
    assert images(page) == "'self' data: https://app-img.example https://img.example:8443"


def test_the_account_page_shows_it_where_the_connection_is_offered(alone: World) -> None:
    world = with_connections(alone, connection(logo_uri=LOGO))
    person = world.person()
    page = signed_in(world, person).open("/account")
    assert f'src="{LOGO}"' in page.text
    assert images(page) == "'self' data: https://img.example:8443"
