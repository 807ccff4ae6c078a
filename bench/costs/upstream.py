"""Flows that begin or end at another provider, whose answers a stand-in gives."""

from __future__ import annotations

from collections.abc import Callable

from bench.costs import Prepare, expect
from tests.integration.account import upstream_flows
from tests.integration.account.upstreams import Upstream, connection, identity, put, sign_in_as
from tests.support.world import World


def connect(world: World) -> None:
    """Two connections, one of which links without a question, and the stand-in."""
    put(world, connection(), connection("silent", email_trust="domains", domains=("example.com",), link_verified=True))
    vars(world.services)["upstream_sign_in"] = Upstream(world.services.used_once)


def _first(world: World) -> Callable[[], None]:
    app, browser, who = world.client(), world.browser(), identity("", world.unused_email())
    return lambda: expect(sign_in_as(world, browser, world.authorize(browser, app), who).redirected_to, "no account was made")


def _last_request(made: Callable[[World], upstream_flows.Try]) -> Prepare:
    """Of a flow of the tests, its last request. What was before it is not counted."""

    def prepare(world: World) -> Callable[[], None]:
        flow = made(world)

        def run() -> None:
            flow.act()

        return run

    return prepare


FLOWS: dict[str, Prepare] = {
    "first sign-in, which makes an account": _first,
    "first sign-in, whose address a mail proved: last form": _last_request(upstream_flows.proved_by_mail),
    "first sign-in, which links without a question: return": _last_request(upstream_flows.silent),
    "first sign-in, whose owner allows the link: last form": _last_request(upstream_flows.asked_to_link),
    "connect an account: return": _last_request(upstream_flows.account_page),
    "disconnect an account": _last_request(upstream_flows.unlink),
    "logout token of another provider": _last_request(upstream_flows.logged_out),
}


def flows(_: World) -> dict[str, Prepare]:
    """The flows by their names."""
    return FLOWS
