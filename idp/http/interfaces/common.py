"""What every part of `idp.http` needs of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from idp.domain.clock import Clock, NewId
    from idp.oauth.provider import Provider
    from idp.services.apps.subjects import Subjects
    from idp.services.connections.buttons import Buttons
    from idp.services.keys.keyring import Keyring
    from idp.services.sessions.browser_sessions import SessionService
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.reads import Reads
    from idp.telemetry.journal import Journal


class CommonServices(Protocol):
    """Settings, time, the keys of cookies, and what answers the protocol."""

    @property
    def settings(self) -> Settings: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def new_id(self) -> NewId: ...

    @property
    def journal(self) -> Journal: ...

    @property
    def reads(self) -> Reads: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def clients(self) -> Clients: ...

    @property
    def session_service(self) -> SessionService: ...

    @property
    def connection_buttons(self) -> Buttons: ...

    @property
    def subjects(self) -> Subjects: ...

    @property
    def provider(self) -> Provider: ...
