"""Webhook endpoints, as admins manage them. A secret is shown once, stored encrypted, and never read back."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from idp.adapters.outgoing import FetchRefused, parse_target
from idp.domain.errors import Invalid, NotFound, PreconditionFailed
from idp.domain.webhooks.endpoint import BY_ADMIN, MOST, WebhookEndpoint
from idp.domain.webhooks.signature import SECRET_BYTES, show
from idp.services.webhooks.signing import seal_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.transport import Raw
    from idp.store.webhook_endpoints import WebhookEndpoints
    from idp.store.webhook_queue import WebhookQueue

    Versions = Collection[int] | None

_FIXED = frozenset({"id", "secrets", "version", "created_at", "updated_at"})
_LONGEST_URL, _LONGEST_TEXT, _MOST_TYPES, LONGEST_OVERLAP = 1024, 200, 50, 7 * 86400
_TYPE = re.compile(r"[a-z][a-z_]{0,39}(\.[a-z][a-z_]{0,39})?", re.ASCII)
_ORG = re.compile(r"[A-Za-z0-9_-]{0,64}", re.ASCII)


class WebhookEndpointService:
    """Manages endpoints. Its methods raise Invalid, NotFound or PreconditionFailed; then nothing was written.

    `random`: that many random bytes. `wake`: has a worker look at an endpoint (id).
    """

    def __init__(
        self, settings: Settings, endpoints: WebhookEndpoints, queue: WebhookQueue, keyring: Keyring, audit: Audit, clock: Clock,
        new_id: NewId, random: Callable[[int], bytes], wake: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._settings, self._endpoints, self._queue, self._keyring = settings, endpoints, queue, keyring
        self._audit, self._clock, self._new_id, self._random, self._wake = audit, clock, new_id, random, wake

    def listing(self, *, scope: Scope) -> list[WebhookEndpoint]:
        """Return all endpoints by id."""
        scope.require_deployment()
        return self._endpoints.all()

    def get(self, endpoint_id: str, *, scope: Scope) -> WebhookEndpoint:
        """Return one endpoint, by a strongly consistent read."""
        scope.require_deployment()
        found = self._endpoints.get(endpoint_id)
        if found is None:
            raise NotFound("webhook.unknown")
        return found

    def create(self, given: Mapping[str, Any], *, scope: Scope, by: Actor) -> tuple[WebhookEndpoint, str]:
        """Make an endpoint. Returns it with its secret, as the receiver configures it. `given`: its members by name."""
        scope.require_deployment()
        if len(self._endpoints.all()) >= MOST:
            raise Invalid("webhook.too_many", maximum=MOST)
        now = self._clock()
        made = replace(_changed(WebhookEndpoint(id=f"wh_{self._new_id()}", url=""), given), created_at=now, updated_at=now)
        self._check(made)
        plain = self._random(SECRET_BYTES)
        made = replace(made, secrets=(seal_secret(self._keyring, made.id, plain),))
        if not self._endpoints.create(made, self._event("webhook.created", by, made.id)):
            raise PreconditionFailed("resource.changed_meanwhile")
        return made, show(plain)

    def patch(self, endpoint_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Versions = None) -> WebhookEndpoint:
        """Change members. None sets the default. An endpoint that is switched on again gets what it has missed, as far as it is kept."""
        before = self._expected(endpoint_id, scope, expected)
        after = replace(_changed(before, changes), updated_at=self._clock())
        self._check(after)
        names = [f.name for f in fields(WebhookEndpoint) if f.name not in _FIXED and getattr(before, f.name) != getattr(after, f.name)]
        written = self._endpoints.replace(after, self._event("webhook.updated", by, endpoint_id, changed=" ".join(names)))
        if written is None:
            raise PreconditionFailed("resource.changed_meanwhile")
        if before.disabled_why and not after.disabled_why:
            self._queue.forgive(endpoint_id, now=self._clock())
            self._wake(endpoint_id)
        return written

    def delete(self, endpoint_id: str, *, scope: Scope, by: Actor, expected: Versions = None) -> None:
        """Remove an endpoint, and what it has not got."""
        found = self._expected(endpoint_id, scope, expected)
        if not self._endpoints.delete(found, self._event("webhook.deleted", by, endpoint_id)):
            raise PreconditionFailed("resource.changed_meanwhile")
        self._wake(endpoint_id)

    def rotate_secret(
        self, endpoint_id: str, *, overlap: int, scope: Scope, by: Actor, expected: Versions = None
    ) -> tuple[WebhookEndpoint, str]:
        """Make a new secret. For `overlap` seconds each event is signed with the replaced one too. An older one ends at once."""
        before = self._expected(endpoint_id, scope, expected)
        if not 0 <= overlap <= LONGEST_OVERLAP:
            raise Invalid("webhook.overlap_malformed", field="overlap", maximum=LONGEST_OVERLAP)
        plain, now = self._random(SECRET_BYTES), self._clock()
        kept = tuple(replace(each, until=now + overlap) for each in before.secrets[:1] if overlap)
        after = replace(before, secrets=(seal_secret(self._keyring, endpoint_id, plain), *kept), updated_at=now)
        written = self._endpoints.replace(after, self._event("webhook.secret_rotated", by, endpoint_id))
        if written is None:
            raise PreconditionFailed("resource.changed_meanwhile")
        return written, show(plain)

    def _event(self, type_: str, by: Actor, endpoint_id: str, **details: str) -> Raw:
        return self._audit.once_part(type_, origin=by.origin, actor=by.id, target=endpoint_id, **details)

    def _expected(self, endpoint_id: str, scope: Scope, expected: Versions) -> WebhookEndpoint:
        found = self.get(endpoint_id, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("resource.changed")
        return found

    def _check(self, made: WebhookEndpoint) -> None:
        try:
            parse_target(made.url, frozenset(self._settings.dev_fetch_hosts.split()))
        except FetchRefused:
            raise Invalid("webhook.url_malformed", field="url") from None
        if len(made.url) > _LONGEST_URL or "#" in made.url:
            raise Invalid("webhook.url_malformed", field="url")
        if len(made.events) > _MOST_TYPES or not all(_TYPE.fullmatch(each) for each in made.events):
            raise Invalid("webhook.events_malformed", field="events", maximum=_MOST_TYPES)
        if len(made.description) > _LONGEST_TEXT or not made.description.isprintable():
            raise Invalid("webhook.description_malformed", field="description", maximum=_LONGEST_TEXT)
        if not _ORG.fullmatch(made.org_id):
            raise Invalid("webhook.organization_malformed", field="org_id")


def _changed(before: WebhookEndpoint, changes: Mapping[str, Any]) -> WebhookEndpoint:
    """The endpoint with these members. `enabled` is stored as the reason why it is off."""
    empty = WebhookEndpoint(id="", url="")
    members = {name: getattr(empty, name) if value is None else value for name, value in changes.items() if name != "enabled"}
    if "events" in members:
        members["events"] = tuple(dict.fromkeys(members["events"]))
    if "enabled" in changes:
        on = changes["enabled"] is None or changes["enabled"]
        members["disabled_why"] = "" if on else before.disabled_why or BY_ADMIN
    return replace(before, **members)
