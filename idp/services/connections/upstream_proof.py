"""What a person who comes back from an upstream has proved: the first factor, in a browser that is known or remembered from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.sessions.session import FED
from idp.services.factors.password_sign_in import Proved
from idp.telemetry.record import count

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.connections.pending_link import PendingLink
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.factors.known_devices import Devices


class Came(NamedTuple):
    """Where the person came from: the app's id or "", the browser's cookies of a known and of a remembered device, and the origin."""

    client_id: str
    device: str | None
    remembered: str | None
    origin: Origin


class UpstreamProof:
    """Makes the proof of a person, and tells since when their browser is known."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices

    def known_since(self, user: User, came: Came, now: int) -> int:
        """Return when the person first signed in in this browser, which is now if its cookie does not tell (epoch seconds)."""
        known = self._devices.of(came.device, user, now)
        return known.known_since if known else now

    def proved(
        self, user: User, client: Client | None, consent: Consent | None, pending: PendingLink, came: Came, *, skips: str = "",
        parts: tuple[Any, ...] = (), now: int,
    ) -> Proved:  # fmt: skip
        """Return the first factor of a person. `skips`: the id of the remembered device. `parts`: for the session's transaction."""
        known = self._devices.of(came.device, user, now)
        device = known or self._devices.remember(user.email, now)
        count("SignIns", Outcome="success", Reason="upstream")
        # A person who may change connections could otherwise sign in as an admin whose account is linked (threats O-19).
        amr = (FED, "mfa") if pending.two_factors and not user.must_have_second_factor else (FED,)
        return Proved(
            user, client, consent, device.handle, known is None, device.known_since, amr=amr, remembered_device=skips, parts=parts,
            upstream=pending.in_session,
        )  # fmt: skip
