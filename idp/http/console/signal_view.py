"""A stream of shared signals as the pages of the console show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from idp.domain.signals.stream import DISABLED, ENABLED, PAUSED, PUSH
from idp.domain.texts import marked
from idp.http.account.moment import Moment, moment
from idp.http.console.app_view import home_of
from idp.http.console.views import HOME

if TYPE_CHECKING:
    from idp.domain.texts import Texts
    from idp.services.signals.administration import StreamState

SIGNALS = f"{HOME}/signals"
_STATUS: Mapping[str, str] = {ENABLED: marked("On"), PAUSED: marked("Paused"), DISABLED: marked("Off")}


class Row(NamedTuple):
    """A stream in a list. `app`: the name of its app, or the id. `status`: in words. `address`: where events are pushed to, "" for a poll.

    `events`: the requested types, or None for all. `more`: more events wait than `waiting` says. Times are None for never.
    """

    id: str
    path: str
    client_id: str
    app: str
    app_path: str
    push: bool
    address: str
    events: tuple[str, ...] | None
    description: str
    on: bool
    status: str
    reason: str
    waiting: int
    more: bool
    sent: Moment | None
    failing: Moment | None
    problem: str
    created: Moment
    version: int


def path_of(stream_id: str) -> str:
    """Return the address of a stream's page."""
    return f"{SIGNALS}/{quote(stream_id, safe='')}"


def row(it: StreamState, names: Mapping[str, str], texts: Texts) -> Row:
    """Return a stream as pages show it. `names`: of apps by their ids."""
    stream = it.stream
    return Row(
        stream.id, path_of(stream.id), stream.client_id, names.get(stream.client_id, stream.client_id), home_of(stream.client_id),
        stream.method == PUSH, stream.endpoint_url, stream.events_requested, stream.description, stream.status == ENABLED,
        texts.text(_STATUS.get(stream.status, stream.status)), stream.reason, it.waiting, it.more,
        _moment(it.sent_at), _moment(it.failing_since), it.problem, moment(stream.created_at), stream.version,
    )  # fmt: skip


def _moment(at: int) -> Moment | None:
    return moment(at) if at else None
