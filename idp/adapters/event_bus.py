"""A bus of Amazon EventBridge (operation PutEvents)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits, decode_object
from idp.adapters.aws_json import AwsJson, Service
from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.adapters.aws_credentials import CredentialSource

EVENTS = Service("events", "AWSEvents", "1.1", decode_object)
AT_ONCE = 10
"""Events of one call at most."""
_LIMITS = Limits(read=3.0, patience=5.0)


class Entry(NamedTuple):
    """One event. `detail`: a JSON object as text. `at`: epoch seconds."""

    source: str
    type: str
    detail: str
    at: int


class EventBus:
    """The bus `name`."""

    def __init__(
        self, name: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None
    ) -> None:  # fmt: skip
        self._name = name
        self._service = AwsJson(EVENTS, region=region, endpoint=endpoint, credentials=credentials, limits=_LIMITS)

    def put(self, entries: Sequence[Entry]) -> list[bool]:
        """Put at most ten events on the bus. Returns for each whether it is there. A repeated call puts an event twice.

        Raises:
            Unavailable: none is known to be there.
        """
        asked = [
            {"EventBusName": self._name, "Source": each.source, "DetailType": each.type, "Detail": each.detail, "Time": each.at}
            for each in entries
        ]
        try:
            answer = self._service.call("PutEvents", {"Entries": asked})
        except (AwsError, AwsUnreachableError) as error:
            raise Unavailable(detail=f"events PutEvents: {error}") from error
        told: list[Any] = answer.get("Entries") or []
        return [bool(each.get("EventId")) for each in told] if len(told) == len(asked) else [False] * len(asked)
