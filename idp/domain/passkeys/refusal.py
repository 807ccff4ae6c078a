"""The reason why the answer of an authenticator is refused."""

from __future__ import annotations


class RefusedCeremony(ValueError):
    """The answer is refused. `reason`: one word for the log and the audit trail. People read the same sentence for every reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MalformedResponse(RefusedCeremony):
    """The answer cannot be parsed."""


class DeviceNotAccepted(RefusedCeremony):
    """This kind of authenticator may not be registered here. `models`: names of those that may, if there is a list."""

    def __init__(self, reason: str, models: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.models = models


class DevicesNotChecked(RefusedCeremony):
    """No kind of authenticator can be checked now, because the metadata of the deployment cannot be used."""
