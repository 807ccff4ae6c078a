"""Pictures of the console's views beside people and apps. `tests.journeys.screenshots_of_console` takes them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.audit.report import COMPLETE
from idp.domain.connections.connection import Connection
from idp.domain.moving.import_job import PEOPLE, ImportJob, Progress, Refusal
from idp.domain.signals.stream import PAUSED, PUSH, SignalStream
from idp.services.audit.recorder import SYSTEM
from idp.store.audit_verification import LastVerification
from idp.store.webhook_items import WebhookAttemptItem
from idp.store.webhook_keys import webhook_attempt
from tests.journeys.steps import heading, press
from tests.support.audited import HOUR, Chained
from tests.support.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, ViewportSize

    from tests.support.people import Person
    from tests.support.served_provider import ServedProvider

    Picture = Callable[[Page, str, ViewportSize], None]

WIDE: ViewportSize = {"width": 1280, "height": 800}
HIGH: ViewportSize = {"width": 1280, "height": 1000}
_ANSWERS = (200, 200, 503, 200, 200)


def take_views(page: Page, idp: ServedProvider, people: list[Person], picture: Picture) -> None:
    """A role, policies, connections, an organisation's domain, a webhook, a stream, the audit trail, keys, code and a try-out."""
    organisation = f"/organizations/{_organisation(idp)}"
    paths = {
        "role": f"/roles/{_role(idp, people)}", "policies": "/policies/new?example=roles", "connection": f"/connections/{_connection(idp)}",
        "organization": f"{organisation}/domains", "organization-connections": f"{organisation}/connections",
        "signals": "/signals", "signal": f"/signals/{_stream(idp)}", "webhook": f"/webhooks/{_webhook(idp)}", "audit": "/audit",
        "keys": "/keys", "code": "/apps/corner-shop/code", "import": f"/people/imports/{_import(idp)}", "audit-chain": "/audit/chain",
    }  # fmt: skip
    verify_chain(idp)
    for name, path in paths.items():
        page.goto(f"{idp.issuer}/console{path}")
        picture(page, f"console-{name}", HIGH if name in {"policies", "code"} else WIDE)
    page.goto(f"{idp.issuer}/console/apps/corner-shop/try")
    press(page, "Add the address")
    press(page, "Sign in")
    press(page, "Allow")
    heading(page, "Corner shop")
    picture(page, "console-try", HIGH)


def verify_chain(idp: ServedProvider) -> None:
    """Seal an hour of the audit chain, and keep that it was verified."""
    clock = Clock(idp.clock() // HOUR * HOUR - HOUR + 600)
    chained = Chained(idp.services.database, idp.services.head_signer, clock)
    events = len(chained.hour(60))
    hour = time.strftime("%Y-%m-%dT%H", time.gmtime(clock() - HOUR))
    found = LastVerification(clock(), "tables", hour, hour, COMPLETE, events, 0)
    idp.services.audit_verifications.keep(found, until=clock() + 86400)


def _import(idp: ServedProvider) -> str:
    """A job that is more than half done."""
    s, now = idp.services, idp.clock()
    made = ImportJob("job-of-the-crew", "keycloak", {PEOPLE: 8_400_000}, {}, dry_run=False, rate=200, created_by="usr_1", created_at=now)
    assert s.import_jobs.create(made)
    event = s.audit.once_part("import.started", origin=SYSTEM.origin, target=made.id)
    assert s.import_jobs.start(made, {PEOPLE: "etag"}, event, now=now)
    assert s.import_jobs.take(made.id, "worker", now=now)
    progress = Progress(10_432, 5_900_000, 10_401, 28, 3, {"passwords": 12, "roles and groups": 41})
    assert s.import_jobs.go_on(made.id, "worker", progress, now=now)
    wrong = "The email address is not of the form name@domain.example."
    rows = [(417, "f:7c1e:ada", "email", wrong), (2_088, "f:7c1e:tests", "email", wrong), (9_310, "f:7c1e:grace", "email", wrong)]
    s.import_jobs.refuse(made.id, [Refusal(row, source, field, "email.malformed", why) for row, source, field, why in rows], now=now)
    return made.id


def _role(idp: ServedProvider, people: list[Person]) -> str:
    s = idp.services
    s.role_service.create(
        "order-desk", permissions=["orders:read", "orders:write"], description="Takes and changes orders", by=SYSTEM, scope=DEPLOYMENT
    )
    for person in people[3:6]:
        s.user_service.patch(person.user.id, {"roles": ["order-desk"]}, scope=DEPLOYMENT)
    return "order-desk"


def _connection(idp: ServedProvider) -> str:
    given = {"preset": "github", "client_id": "Iv1.8a61f9b3a7aba766", "secret": "a-secret-of-github"}
    return idp.services.connection_service.create("github", given, by=SYSTEM, scope=DEPLOYMENT).id


def _organisation(idp: ServedProvider) -> str:
    made = idp.services.organisation_service.create("acme", "Acme Aircraft", scope=DEPLOYMENT)
    for name, title in {"okta": "Okta of Acme", "entra": "Acme Germany"}.items():
        own = Connection(
            f"{made.id}.{name}", "oidc", "oidc", title, f"https://{name}.acme.example", client_id="0oa1b2c3", email_trust="domains"
        )
        assert idp.services.connections.create(own)
    idp.services.domain_service.claim(made.id, "acme.example", connection_id=f"{made.id}.okta", by=SYSTEM, scope=DEPLOYMENT)
    return made.id


def _stream(idp: ServedProvider) -> str:
    """Streams of two apps: one that gets events, and one that an administrator paused. The first one's id."""
    now, s = idp.clock(), idp.services
    s.client_service.create(
        {"client_id": "help-desk", "client_name": "Help desk", "redirect_uris": ["https://desk.example.com/callback"]}, scope=DEPLOYMENT
    )
    for stream in (
        SignalStream("ssf_shop", "corner-shop", method=PUSH, endpoint_url="https://shop.example.com/events", created_at=now),
        SignalStream("ssf_desk", "help-desk", status=PAUSED, reason="It moves to another address", created_at=now),
    ):
        s.signal_streams.create(stream, s.audit.once_part("signal_stream.created", origin=SYSTEM.origin))
    return "ssf_shop"


def _webhook(idp: ServedProvider) -> str:
    now, given = idp.clock(), {"url": "https://crm.example.com/events", "events": ["user", "sign_in.failed"], "description": "CRM"}
    made, _ = idp.services.webhook_endpoint_service.create(given, by=SYSTEM, scope=DEPLOYMENT)
    for number, status in enumerate(_ANSWERS):
        at, event = (now - 60 * number) * 1000, f"evt_5c1f0e3b7d9a4e6f8a2b4c{number}"
        tried = WebhookAttemptItem.new(
            webhook_attempt(made.id, at, event), event_id=event, type="user.updated", attempt=1, status=status,
            problem="" if status == 200 else f"status {status}", at_ms=at, took_ms=38 + number, ttl=now + 86400,
        )  # fmt: skip
        idp.services.database.put(tried)
    queue = idp.services.webhook_queue
    state = queue.claim(made.id, now=now)
    assert state
    state.sent_at = now
    queue.keep(state, now=now)
    return made.id
