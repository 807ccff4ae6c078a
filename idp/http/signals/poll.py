"""The endpoint that receivers poll (RFC 8936 §2.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from idp.domain.errors import Conflict, Invalid
from idp.domain.signals.stream import POLL
from idp.http.services import services
from idp.http.signals.receiver import receiver, sent_object
from idp.services.signals.polling import MOST

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_MOST_IDS = 1000
_ERR = re.compile(r"[A-Za-z_]{1,40}", re.ASCII)


def poll(request: Request) -> Response:
    """Acknowledge SETs, refuse some, and get those that wait (§2.2 to §2.4).

    It answers at once, also without `returnImmediately`: how long a transmitter waits is its choice (§2.4, long polling).
    """
    client, sent = receiver(request, reads=True), sent_object(request)
    stream = services(request).signal_stream_service.get(client, request.path_params["stream_id"])
    if stream.method != POLL:
        raise Conflict("signals.push_stream")
    most, acknowledged, refused = _read(sent)
    found = services(request).signal_polling.poll(client, stream, most=most, acknowledged=acknowledged, refused=refused)
    return JSONResponse({"sets": found.sets, **({"moreAvailable": True} if found.more else {})})


def _read(sent: dict[str, Any]) -> tuple[int, frozenset[str], dict[str, str]]:
    """`maxEvents`, `ack`, and the `err` of each id of `setErrs`."""
    most, ack, errors = sent.get("maxEvents", MOST), sent.get("ack", []), sent.get("setErrs", {})
    right = (
        isinstance(most, int) and not isinstance(most, bool) and most >= 0
        and isinstance(sent.get("returnImmediately", False), bool)
        and isinstance(ack, list) and len(ack) <= _MOST_IDS and all(isinstance(each, str) for each in ack)
        and isinstance(errors, dict) and len(errors) <= _MOST_IDS and all(isinstance(each, dict) for each in errors.values())
    )  # fmt: skip
    if not right:
        raise Invalid("signals.poll_malformed")
    return most, frozenset(ack), {jti: _err(each.get("err")) for jti, each in errors.items()}


def _err(sent: object) -> str:
    """The code of an error, "" for one of another form: it is kept with the dead letter."""
    return sent if isinstance(sent, str) and _ERR.fullmatch(sent) else ""
