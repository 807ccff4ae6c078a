"""The consumer of the streams that queues signals for the receivers whose apps a person used. It sends nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.client_stamp import incarnation_of
from idp.domain.signals import event_types
from idp.domain.signals.from_change import KINDS, signals_of
from idp.domain.signals.signal import queued
from idp.domain.signals.stream import DISABLED
from idp.domain.streams.change import INSERT
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from idp.domain.clock import Clock
    from idp.domain.signals.signal import QueuedSignal, Signal
    from idp.domain.signals.stream import SignalStream
    from idp.domain.streams.change import Change
    from idp.services.signals.audience import Audience, Hearing
    from idp.store.signal_streams import SignalStreams
    from idp.store.signal_subjects import SignalSubjects
    from idp.store.users import Users
    from idp.store.webhook_queue import WebhookQueue


class SignalConsumer:
    """Queues signals. `wake`: tells a worker that a stream (id) has something; it may fail silently, a worker looks each minute."""

    name = "signals"
    kinds = KINDS | {"grant"}

    def __init__(
        self, streams: SignalStreams, subjects: SignalSubjects, audience: Audience, users: Users, queue: WebhookQueue,
        wake: Callable[[str], None], clock: Clock,
    ) -> None:  # fmt: skip
        self._streams, self._subjects, self._audience, self._users = streams, subjects, audience, users
        self._queue, self._wake, self._clock = queue, wake, clock

    def take(self, changes: Sequence[Change]) -> Collection[str]:
        """Take changes, as of `idp.services.streams.dispatcher.Consumer`. A signal that was queued before is queued again."""
        signals = [signal for each in changes for signal in signals_of(each)]
        grants = [each for each in changes if each.kind == "grant" and each.act == INSERT]
        by_client = {each.client_id: each for each in self._streams.all()} if signals or grants else {}
        if not by_client:
            self._purge(signals)
            return ()
        self._note_use(grants, by_client)
        hearing = self._audience.of({each.user_id for each in signals}, by_client)
        wanted = [one for signal in signals for one in _for_streams(signal, hearing[signal.user_id])]
        if wanted:
            self._queue.add([(stream.id, signal) for stream, signal in wanted], now=self._clock())
            count("SharedSignals", len(wanted))
        self._forget(signals, hearing)
        for stream in dict.fromkeys(stream for stream, _ in wanted):
            if not stream.disabled_why:
                self._wake(stream.id)
        return ()

    def _note_use(self, grants: Sequence[Change], by_client: Mapping[str, SignalStream]) -> None:
        """Keep which people used the apps that have a stream, with one write for each person and app.

        The record of a grant may come after that of the erasure. So the people are looked for after the writes, in one call: an erasure
        that is later than this look is told by a record that is later too, and finds the items.
        """
        used = {(str(each.new.get("user_id")), str(each.new.get("client_id"))): str(each.new.get("client_stamp") or "") for each in grants}
        noted = [(user_id, client_id) for user_id, client_id in used if client_id in by_client]
        for user_id, client_id in noted:
            self._subjects.used(user_id, client_id, incarnation_of(used[user_id, client_id]), now=self._clock())
        there = self._users.several({user_id for user_id, _ in noted}) if noted else {}
        for user_id, client_id in noted:
            if user_id not in there:
                self._subjects.purge(user_id, client_id, now=self._clock())

    def _forget(self, signals: Sequence[Signal], hearing: Mapping[str, Mapping[str, Hearing]]) -> None:
        """After the last signal about a person was queued. A repeated batch has queued it before, so none is lost."""
        for each in signals:
            if each.consent_ended and each.client_id in hearing[each.user_id]:
                self._subjects.forget(each.user_id, each.client_id, now=self._clock())
        self._purge(signals)

    def _purge(self, signals: Sequence[Signal]) -> None:
        """Have all items about erased people go soon, also of apps that got no events about them any more."""
        for user_id in {each.user_id: None for each in signals if each.type == event_types.ACCOUNT_PURGED}:
            for client_id, known in self._subjects.of(user_id).items():
                if not known.purged:
                    self._subjects.purge(user_id, client_id, now=self._clock())


def _for_streams(signal: Signal, hearing: Mapping[str, Hearing]) -> Iterator[tuple[SignalStream, QueuedSignal]]:
    """The signal for each stream that gets it. One about a single session goes to the apps that know this session."""
    for client_id, each in hearing.items():
        if signal.client_id not in {"", client_id} or each.stream.status == DISABLED:
            continue
        if not each.stream.delivers(signal.type, event_types.SUPPORTED):
            continue
        if not signal.session_id:
            yield each.stream, queued(signal, each.stream.id)
        elif sid := each.sids.get(signal.session_id):
            yield each.stream, queued(signal, each.stream.id, sid=sid)
