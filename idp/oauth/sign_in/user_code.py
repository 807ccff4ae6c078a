"""A user code that a person typed (RFC 8628 §3.3): which device waits with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.requests import user_code

if TYPE_CHECKING:
    from idp.domain.requests.device_authorization import DeviceAuthorization
    from idp.domain.sessions.request_origin import Origin
    from idp.oauth.provider import SignInParts


def waiting_device(provider: SignInParts, typed: str, *, user_id: str | None, origin: Origin) -> DeviceAuthorization:
    """The device. Every code is counted before it is compared, right or wrong (§5.1). `user_id`: of the person, if they are signed in.

    Raises:
        Invalid: the text is not a user code, or no device waits with it.
        Throttled: too many codes from this person or this network.
    """
    code, now = user_code.parse(typed), provider.clock()
    if code is None:
        raise Invalid("device.malformed_code", field="user_code")
    attempt = provider.throttling.typed("user_code", user_id, origin.address, now)
    facts = provider.reads.user_code(code, attempt.wanted)
    provider.throttling.count(attempt.begin(facts.counters))
    if facts.device is None or not facts.device.pending(now):
        raise Invalid("device.unknown_code", field="user_code")
    return facts.device
