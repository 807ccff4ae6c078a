"""The queue of webhooks: events that endpoints have not received, and attempts (`state`).

Each endpoint has a partition of its own, so a slow endpoint delays no other one. The events of a subject are stored together, in order.
A second item says that the subject is due. It is written after the event. If a crash prevents that, the batch comes again and both are
written. A due subject without events has no effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.webhooks.schedule import KEPT_SENT, KEPT_WAITING
from idp.store import webhook_keys as keys
from idp.store.keys import Key
from idp.store.webhook_items import (
    Queued,
    WebhookAttemptItem,
    WebhookDeadItem,
    WebhookDueItem,
    WebhookEventItem,
    WebhookRestItem,
    WebhookSentItem,
    WebhookStateItem,
    dead_item,
    event_item,
    event_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.clock import NewId
    from idp.store.database import Database
    from idp.store.tables import Item
    from idp.store.transport import Raw

LEASE = 90
"""Seconds that one worker has an endpoint. Longer than its function runs, so two workers never send at the same time."""
_READ = 100
"""Items that one BatchGetItem reads."""
_PAGES = 10


class WebhookQueue:
    """Reads and writes these items."""

    def __init__(self, database: Database, new_id: NewId) -> None:
        self._db, self._new_id = database, new_id

    def add(self, wanted: Iterable[tuple[str, Queued]], *, now: int) -> None:
        """Queue events for endpoints, 25 per call. `wanted`: pairs of endpoint id and event. An event that comes again keeps its key."""
        events = [event_item(endpoint, event, now) for endpoint, event in wanted]
        self._db.batch_write(puts=events)
        subjects = dict.fromkeys((each.endpoint_id, each.subject) for each in events)
        self._db.batch_write(puts=[self._due(endpoint, subject, now, now) for endpoint, subject in subjects])

    def due(self, endpoint_id: str, now: int, *, limit: int) -> list[WebhookDueItem]:
        """The subjects of an endpoint with a due attempt, the oldest first."""
        before = f"{keys.DUE}{now:010d}~"
        found, _ = self._db.query("state", keys.webhook_pk(endpoint_id), after=keys.DUE, before=before, limit=limit)
        return WebhookDueItem.readable(found)

    def events(self, endpoint_id: str, subject: str, *, limit: int) -> tuple[list[WebhookEventItem], bool]:
        """The first events of a subject in their order, and whether there are more."""
        begins = f"{keys.EVENT}{subject}#"
        found, more = self._db.query("state", keys.webhook_pk(endpoint_id), sk_begins=begins, limit=limit)
        return WebhookEventItem.readable(found), more is not None

    def waiting(self, endpoint_id: str, *, limit: int) -> tuple[list[WebhookEventItem], bool]:
        """The first events of an endpoint, in order within each subject, and whether there are more."""
        found, more = self._db.query("state", keys.webhook_pk(endpoint_id), sk_begins=keys.EVENT, limit=limit)
        return WebhookEventItem.readable(found), more is not None

    def remove(self, events: Iterable[WebhookEventItem]) -> None:
        """Remove events that the receiver accepted."""
        self._db.batch_write(deletes=[(WebhookEventItem, each.key) for each in events])

    def rest(self, endpoint_id: str, subject: str) -> WebhookRestItem | None:
        """Whether the first event of the subject failed."""
        return self._db.get(WebhookRestItem, keys.webhook_rest(endpoint_id, subject))

    def done(self, event: WebhookEventItem, attempt: WebhookAttemptItem, *, now: int, repeats: bool = True) -> None:
        """Remove a delivered event from the queue and keep the attempt. `repeats`: keep the event too, so that it can be sent again."""
        if not repeats:
            self._over(event, attempt)
            return
        sent = WebhookSentItem.new(
            keys.webhook_sent(event.endpoint_id, event.event_id), event_id=event.event_id, type=event.type, subject=event.subject,
            order=event.order, body=event.body, happened_at=event.happened_at, ttl=now + KEPT_SENT,
        )  # fmt: skip
        self._over(event, attempt, sent)

    def postpone(self, event: WebhookEventItem, attempt: WebhookAttemptItem, *, attempts: int, until: int, now: int) -> None:
        """Try an event again later. Later events of its subject wait for it. After a crash in between it is looked at twice."""
        key = keys.webhook_rest(event.endpoint_id, event.subject)
        resting = WebhookRestItem.new(key, event_id=event.event_id, attempts=attempts, until=until, ttl=now + KEPT_WAITING)
        self._db.batch_write(puts=[resting, attempt, self._due(event.endpoint_id, event.subject, until, now)])

    def give_up(self, event: WebhookEventItem, attempt: WebhookAttemptItem, *, attempts: int, problem: str, now: int) -> None:
        """Make an event a dead letter. The dead letter is written before the event is removed, so that none is lost."""
        self._db.put(dead_item(event, attempts=attempts, problem=problem, now=now))
        self._over(event, attempt)

    def drop(self, event: WebhookEventItem, attempt: WebhookAttemptItem) -> None:
        """Remove an event that is not sent. `attempt` has the reason."""
        self._over(event, attempt)

    def give_up_refused(self, refused: Iterable[tuple[WebhookEventItem, str]], *, now: int) -> None:
        """Make dead letters of events that the receiver refused, 25 per call. `refused`: pairs of event and problem."""
        gone = list(refused)
        self._db.batch_write(puts=[dead_item(each, attempts=1, problem=problem, now=now) for each, problem in gone])
        self.remove(each for each, _ in gone)

    def look_again(self, endpoint_id: str, subject: str, until: int, *, now: int) -> None:
        """Mark a subject as due at a later time."""
        self._db.put(self._due(endpoint_id, subject, until, now))

    def looked(self, due: Iterable[WebhookDueItem]) -> None:
        """Remove marks of subjects that were handled. A mark that was written meanwhile has another key, and stays."""
        self._db.batch_write(deletes=[(WebhookDueItem, each.key) for each in due])

    def claim(self, endpoint_id: str, *, now: int) -> WebhookStateItem | None:
        """Take the lease of an endpoint, for LEASE seconds or until `keep`. Returns its state; None if another worker has the lease."""
        key, model, holder = keys.webhook_state(endpoint_id), WebhookStateItem, self._new_id()
        free = model.pk.does_not_exist() | (model.leased_until < now) | (model.holder == holder)
        actions = [
            model.holder.set(holder), model.leased_until.set(now + LEASE), model.endpoint_id.set(endpoint_id),
            model.ttl.set(now + KEPT_WAITING), model.kind.set(model.kind_name),
        ]  # fmt: skip
        written = self._db.update(model, key, actions, free)
        return written if isinstance(written, WebhookStateItem) else None

    def keep(self, state: WebhookStateItem, *, now: int) -> None:
        """Write the state of an endpoint, and end the lease. Nothing is written if another worker took the lease."""
        holder, state.leased_until, state.ttl = state.holder, 0, now + KEPT_WAITING
        self._db.put(state, WebhookStateItem.holder == holder)

    def forgive(self, endpoint_id: str, *, now: int) -> None:
        """Reset the time of failures, and end a rest. The lease of a worker stays."""
        key, model = keys.webhook_state(endpoint_id), WebhookStateItem
        actions = [model.failing_since.set(0), model.rests_until.set(0), model.problem.set(""), model.ttl.set(now + KEPT_WAITING)]
        self._db.update(model, key, actions, model.pk.exists())

    def state(self, endpoint_id: str) -> WebhookStateItem | None:
        """The state of an endpoint; None if nothing was ever sent to it."""
        return self._db.get(WebhookStateItem, keys.webhook_state(endpoint_id))

    def states(self, endpoint_ids: Iterable[str]) -> list[WebhookStateItem | None]:
        """The states of these endpoints, in the given order."""
        wanted: list[tuple[type[Item], Key]] = [(WebhookStateItem, keys.webhook_state(each)) for each in endpoint_ids]
        return self._db.batch_get(*wanted)

    def attempts(self, endpoint_id: str, *, start: Raw | None, limit: int) -> tuple[list[WebhookAttemptItem], Raw | None]:
        """One page of attempts, the newest first."""
        pk = keys.webhook_pk(endpoint_id)
        found, more = self._db.query("state", pk, sk_begins=keys.ATTEMPT, limit=limit, start=start, forward=False)
        return WebhookAttemptItem.readable(found), more

    def dead(self, endpoint_id: str, *, start: Raw | None = None, limit: int = 100) -> tuple[list[WebhookDeadItem], Raw | None]:
        """One page of dead letters."""
        found, more = self._db.query("state", keys.webhook_pk(endpoint_id), sk_begins=keys.DEAD, limit=limit, start=start)
        return WebhookDeadItem.readable(found), more

    def dead_letters(self, endpoint_id: str, event_ids: Iterable[str]) -> list[WebhookDeadItem]:
        """The dead letters with these ids. Ids without a dead letter are left out."""
        wanted: list[tuple[type[Item], Key]] = [
            (WebhookDeadItem, keys.webhook_dead(endpoint_id, each)) for each in dict.fromkeys(event_ids)
        ]
        return [each for each in self._db.batch_get(*wanted) if each]

    def sent(self, endpoint_id: str, event_ids: Iterable[str], *, now: int) -> list[WebhookSentItem]:
        """The events with these ids that arrived and are kept at `now`, in the order of the ids."""
        wanted: list[tuple[type[Item], Key]] = [
            (WebhookSentItem, keys.webhook_sent(endpoint_id, each)) for each in dict.fromkeys(event_ids)
        ]
        found = [each for at in range(0, len(wanted), _READ) for each in self._db.batch_get(*wanted[at : at + _READ])]
        return [each for each in found if each and int(each.ttl) > now]

    def arrived(self, endpoint_id: str, *, since_ms: int, until_ms: int, limit: int) -> tuple[list[str], int | None]:
        """The ids of events that arrived in this time (epoch milliseconds, both inclusive), the oldest first.

        It reads at most `limit` attempts. If there are more, it also returns the time of the last one that was read; otherwise None.
        """
        found, more = self._db.query(
            "state", keys.webhook_pk(endpoint_id), after=f"{keys.ATTEMPT}{since_ms:013d}", before=f"{keys.ATTEMPT}{until_ms:013d}~",
            limit=limit,
        )  # fmt: skip
        attempts = WebhookAttemptItem.readable(found)
        last = int(found[-1]["at_ms"]["N"]) if more is not None and found else None
        return list(dict.fromkeys(each.event_id for each in attempts if not each.problem)), last

    def redeliver(self, endpoint_id: str, events: Iterable[WebhookDeadItem | WebhookSentItem], *, now: int) -> None:
        """Send dead letters, or events that arrived, again with the same ids. A dead letter is queued before it is removed."""
        kept = list(events)
        self._db.batch_write(puts=[event_of(endpoint_id, each, now) for each in kept])
        self._db.batch_write(puts=[self._due(endpoint_id, each, now, now) for each in dict.fromkeys(it.subject for it in kept)])
        self._db.batch_write(deletes=[(WebhookDeadItem, each.key) for each in kept if isinstance(each, WebhookDeadItem)])

    def purge(self, endpoint_id: str, *, limit: int) -> bool:
        """Remove at most `limit` items of a deleted endpoint. Returns whether none is left."""
        found, more = self._db.query("state", keys.webhook_pk(endpoint_id), limit=limit)
        self._db.batch_write(deletes=[(WebhookEventItem, Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in found])
        return more is None

    def kept_for(self, endpoint_id: str, *, limit: int) -> list[Key]:
        """Return the keys of all items of an endpoint, for `forget`. It reads at most ten pages of `limit` items.

        The key of the state is left out, because a worker may take the lease before the other items are removed.
        """
        found, start, state = list[Key](), None, keys.webhook_state(endpoint_id)
        for _ in range(_PAGES):
            raws, start = self._db.query("state", keys.webhook_pk(endpoint_id), limit=limit, start=start)
            found += [Key(raw["pk"]["S"], raw["sk"]["S"]) for raw in raws]
            if start is None:
                break
        return [each for each in found if each != state]

    def forget(self, places: Iterable[Key]) -> None:
        """Remove what `kept_for` found. Events that were queued since have other keys, and stay."""
        self._db.batch_write(deletes=[(WebhookEventItem, each) for each in places])

    def _over(self, event: WebhookEventItem, *puts: Item) -> None:
        """Write these items, and remove an event and its rest."""
        gone: list[tuple[type[Item], Key]] = [(WebhookEventItem, event.key)]
        self._db.batch_write(puts=puts, deletes=[*gone, (WebhookRestItem, keys.webhook_rest(event.endpoint_id, event.subject))])

    def _due(self, endpoint_id: str, subject: str, due: int, now: int) -> WebhookDueItem:
        key = keys.webhook_due(endpoint_id, due, subject, self._new_id())
        return WebhookDueItem.new(key, subject=subject, due=due, ttl=now + KEPT_WAITING)
