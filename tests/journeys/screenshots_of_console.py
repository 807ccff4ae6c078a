"""Pictures of the admin console. `tests.journeys.screenshots` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.doctor.finding import wrong
from idp.services.doctor.run import run
from tests.journeys.screenshots_of_views import take_views
from tests.journeys.steps import give_code, give_password, heading, sign_in
from tests.support.chromium import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, ViewportSize

    from tests.support.people import Person
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

    Picture = Callable[[Page, str, ViewportSize], None]
    """Takes a picture of the page, in light and in dark, under a name and in a size."""

WIDE: ViewportSize = {"width": 1280, "height": 800}
NAMES = (
    "Ada Lovelace", "Grace Hopper", "Mary Somerville", "Annie Easley", "Katherine Johnson", "Hedy Lamarr", "Radia Perlman", "Emmy Noether",
)  # fmt: skip


def open_console(page: Page, idp: ServedProvider, admin: Person, path: str = "/console") -> None:
    """Sign in as an admin on the way to a page of the console."""
    page.goto(f"{idp.issuer}{path}")
    give_password(page, admin)
    give_code(page, admin.codes.code())


def count_sign_ins(idp: ServedProvider) -> None:
    """Numbers of 30 days as the stream of changes counts them: more by day and on working days, some failures."""
    now = idp.clock()
    for day in range(30):
        counts = {}
        for hour in range(24):
            at = now - now % 3600 - (day * 24 + hour) * 3600
            of_day, of_week = at // 3600 % 24, (at // 86400 + 4) % 7
            many = int((4 + 40 * max(0, 1 - abs(of_day - 13) / 8)) * (0.4 if of_week in {0, 6} else 1))
            counts[at] = {"sign_ins": many, "sign_ins_failed_wrong_password": many // 9, "people_added": int(hour % 5 == 0), "locks": 1}
        assert idp.services.statistics_store.add(counts, {f"day-{day}": now}, now=now) is None


def check_deployment(idp: ServedProvider) -> None:
    """Findings as a deployment in AWS may have them: the checks of this engine, of which only one found something wrong."""
    run(idp.services.doctor_parts, idp.services.doctors_findings)
    found = [one for one in idp.services.doctors_findings.last(scope=DEPLOYMENT).findings if one.state != "wrong"]
    expiry = wrong("table state, expiry", "Expired items of {table} are never deleted. Switch TTL on.", table="idp-prod-state")
    idp.services.doctors_findings.keep([expiry, *found], scope=DEPLOYMENT)


def take_console(page: Page, idp: ServedProvider, apps: RelyingParties, picture: Picture) -> None:
    """The list of people, a person who cannot sign in, their sessions, and the overview."""
    admin = idp.person("Dorothy Vaughan", email="dorothy@example.com", totp=True, admin=True)
    people = [
        idp.person(name, email=f"{name.lower().replace(' ', '.')}@example.com", totp=number % 3 == 0) for number, name in enumerate(NAMES)
    ]
    idp.services.user_service.patch(people[2].user.id, {"disabled": True}, scope=DEPLOYMENT)
    shop = apps.register("Corner shop")
    for _ in range(9):
        page.goto(f"{idp.issuer}/account")
        give_password(page, people[0], "wrong and wrong again")
    shop.redeem(sign_in(page, shop, people[3], scope="openid profile offline_access"))
    page.context.clear_cookies()
    count_sign_ins(idp)
    check_deployment(idp)
    open_console(page, idp, admin)
    heading(page, "Overview")
    picture(page, "console-overview", WIDE)
    page.goto(f"{idp.issuer}/console/people")
    picture(page, "console-people", WIDE)
    picture(page, "console-people-phone", PHONE)
    page.set_viewport_size(WIDE)
    page.keyboard.press("Control+k")
    page.keyboard.type("ada lov")
    picture(page, "console-palette", WIDE)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ada Lovelace").click()
    heading(page, "Ada Lovelace")
    picture(page, "console-person", {"width": 1280, "height": 1000})
    picture(page, "console-person-phone", PHONE)
    _take_apps(page, idp, picture)
    page.goto(f"{idp.issuer}/console/people/{people[3].user.id}/access")
    picture(page, "console-access", WIDE)
    take_views(page, idp, people, picture)


def _take_apps(page: Page, idp: ServedProvider, picture: Picture) -> None:
    """The kinds of apps, the page of one, and its look."""
    shop = {
        "client_id": "corner-shop", "client_name": "Corner shop", "redirect_uris": ["https://shop.example.com/callback"],
        "resources": ["https://api.example.com"], "client_uri": "https://shop.example.com/",
        "branding": {"name": "Corner shop", "colours": {"light": {"accent": "#7c2d12"}}, "radius": 4},
    }  # fmt: skip
    idp.services.client_service.create(shop, scope=DEPLOYMENT)
    page.set_viewport_size(WIDE)
    for name, path in (("kinds", "/new"), ("page", "/corner-shop"), ("looks", "/corner-shop/looks")):
        page.goto(f"{idp.issuer}/console/apps{path}")
        picture(page, f"console-app-{name}", WIDE)
    page.goto(f"{idp.issuer}/console/apps/corner-shop")
    picture(page, "console-app-page-phone", PHONE)
