"""What receivers may say about their stream, and what they must not change (Shared Signals Framework 1.0 §8.1.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.adapters.outgoing import FetchRefused, parse_target
from idp.domain.errors import Invalid
from idp.domain.signals.event_types import SUPPORTED
from idp.domain.signals.stream import POLL, PUSH, SignalStream
from idp.services.signals.push import seal_authorization

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings

VERIFICATION_INTERVAL = 30
"""Seconds between two requests for verification (`min_verification_interval`), by the clock of the receiver."""
VERIFICATION_DELAY = 10
"""Seconds by which a request may take longer to arrive than the next one. A receiver that keeps to the interval is not refused for that."""
_MOST_EVENTS, _LONGEST_EVENT, _LONGEST_TEXT, _LONGEST_URL, _LONGEST_HEADER = 50, 200, 200, 1024, 4096


class StreamChanges:
    """Reads the members that receivers supply: `delivery`, `events_requested`, `description`. Its methods raise Invalid."""

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        self._settings, self._keyring = settings, keyring

    def replaced(self, stream: SignalStream, sent: Mapping[str, object]) -> SignalStream:
        """The stream with these members. One that is missing gets its default: polling, every event, no description."""
        empty = replace(stream, method=POLL, endpoint_url="", sealed_authorization="", events_requested=None, description="")
        return self.updated(empty, sent)

    def updated(self, stream: SignalStream, sent: Mapping[str, object]) -> SignalStream:
        """The stream with the members that are there."""
        if "delivery" in sent:
            stream = self._delivery(stream, sent["delivery"])
        if "events_requested" in sent:
            stream = replace(stream, events_requested=_events(sent["events_requested"]))
        if "description" in sent:
            stream = replace(stream, description=_text("description", sent["description"], _LONGEST_TEXT))
        return stream

    def require_unchanged(self, stream: SignalStream, sent: Mapping[str, object]) -> None:
        """Refuse another value of a member that the transmitter supplies."""
        shown = self.show(stream)
        for name in ("iss", "aud", "events_supported", "events_delivered", "min_verification_interval"):
            if name in sent and sent[name] != shown.get(name):
                raise Invalid("signals.not_yours", name=name)

    def show(self, stream: SignalStream) -> dict[str, Any]:
        """The configuration as receivers read it. The Authorization header is a secret, and is not shown."""
        own = stream.endpoint_url if stream.method == PUSH else f"{self._settings.signals_resource}/poll/{stream.id}"
        requested = {} if stream.events_requested is None else {"events_requested": list(stream.events_requested)}
        return {
            "stream_id": stream.id,
            "iss": self._settings.issuer,
            "aud": stream.client_id,
            "events_supported": list(SUPPORTED),
            **requested,
            "events_delivered": [each for each in SUPPORTED if stream.delivers(each, SUPPORTED)],
            "delivery": {"method": stream.method, "endpoint_url": own},
            "min_verification_interval": VERIFICATION_INTERVAL,
            **({"description": stream.description} if stream.description else {}),
        }

    def _delivery(self, stream: SignalStream, sent: object) -> SignalStream:
        """The delivery method (§6.1). A push goes to an https address of a public host; the address to poll is the transmitter's."""
        if not isinstance(sent, dict) or sent.get("method") not in (PUSH, POLL):  # a list as method cannot be in a set
            raise Invalid("signals.delivery_unknown", values=f"{PUSH}, {POLL}")
        if sent["method"] == POLL:
            return replace(stream, method=POLL, endpoint_url="", sealed_authorization="")
        url, header = sent.get("endpoint_url"), sent.get("authorization_header")
        if not isinstance(url, str) or len(url) > _LONGEST_URL or "#" in url:
            raise Invalid("signals.url_malformed")
        try:
            parse_target(url, frozenset(self._settings.dev_fetch_hosts.split()))
        except FetchRefused:
            raise Invalid("signals.url_malformed") from None
        if header is not None and not (isinstance(header, str) and 0 < len(header) <= _LONGEST_HEADER and _is_ascii(header)):
            raise Invalid("signals.text_malformed", name="authorization_header", maximum=_LONGEST_HEADER)
        sealed = seal_authorization(self._keyring, stream.id, header) if header else ""
        return replace(stream, method=PUSH, endpoint_url=url, sealed_authorization=sealed)


def _events(sent: object) -> tuple[str, ...] | None:
    """Types that are not supported are kept, and never delivered: "MUST ignore any array values that it does not understand"."""
    if sent is None:
        return None
    if not isinstance(sent, list) or len(sent) > _MOST_EVENTS:
        raise Invalid("signals.events_malformed", maximum=_MOST_EVENTS)
    if not all(isinstance(each, str) and 0 < len(each) <= _LONGEST_EVENT and _is_ascii(each) and " " not in each for each in sent):
        raise Invalid("signals.events_malformed", maximum=_MOST_EVENTS)
    return tuple(dict.fromkeys(sent))


def _text(name: str, sent: object, longest: int) -> str:
    if sent is not None and not (isinstance(sent, str) and len(sent) <= longest and sent.isprintable()):
        raise Invalid("signals.text_malformed", name=name, maximum=longest)
    return str(sent or "")


def _is_ascii(text: str) -> bool:
    return text.isascii() and text.isprintable()
