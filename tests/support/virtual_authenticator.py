"""An authenticator of Chromium's own, by the debugging protocol (https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page


@dataclass
class VirtualAuthenticator:
    """One authenticator of a page's browser."""

    session: CDPSession
    id: str

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.session.send(f"WebAuthn.{method}", {"authenticatorId": self.id, **params})
        return answer

    def credentials(self) -> list[dict[str, Any]]:
        """The passkeys that it holds."""
        found: list[dict[str, Any]] = self._send("getCredentials")["credentials"]
        return found

    def put(self, credential: dict[str, Any]) -> None:
        """Give it a passkey: a copy of one that another holds, for example."""
        self._send("addCredential", credential=credential)

    def drop(self, credential_id: str) -> None:
        """Take a passkey away."""
        self._send("removeCredential", credentialId=credential_id)

    def refuse(self) -> None:
        """From now on the person does not pass its check (the wrong finger)."""
        self._send("setUserVerified", isUserVerified=False)

    def accept(self) -> None:
        """From now on the person passes its check again."""
        self._send("setUserVerified", isUserVerified=True)

    def absent(self) -> None:
        """From now on the person does not touch it."""
        self._send("setAutomaticPresenceSimulation", enabled=False)

    def present(self) -> None:
        """From now on the person touches it when it asks."""
        self._send("setAutomaticPresenceSimulation", enabled=True)


def virtual_authenticator(
    page: Page, *, verifies: bool = True, resident: bool = True, transport: str = "internal", present: bool = True, synced: bool = False
) -> VirtualAuthenticator:  # fmt: skip
    """Add an authenticator. `verifies`: it checks the person. `resident`: it keeps passkeys that name their user."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": transport, "hasResidentKey": resident,
        "hasUserVerification": verifies, "isUserVerified": verifies, "automaticPresenceSimulation": present,
        "defaultBackupEligibility": synced, "defaultBackupState": synced,
    }  # fmt: skip
    return VirtualAuthenticator(session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])
