"""What the endpoints of shared signals need of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idp.http.interfaces.common import CommonServices

if TYPE_CHECKING:
    from idp.services.signals.polling import Polling
    from idp.services.signals.stream_changes import StreamChanges
    from idp.services.signals.stream_subjects import StreamSubjects
    from idp.services.signals.streams import SignalStreamService


class SignalServices(CommonServices, Protocol):
    """The endpoints of `idp.http.signals`."""

    @property
    def signal_stream_service(self) -> SignalStreamService: ...

    @property
    def signal_stream_changes(self) -> StreamChanges: ...

    @property
    def signal_stream_subjects(self) -> StreamSubjects: ...

    @property
    def signal_polling(self) -> Polling: ...
