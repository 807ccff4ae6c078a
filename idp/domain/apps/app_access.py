"""The access of one app to one person's account: all grants and the consent together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from idp.domain.apps.client import Client
from idp.domain.people.consent import Consent
from idp.domain.tokens.grant import Grant


@dataclass(frozen=True, slots=True)
class AppAccess:
    """One app. `grants`: the live grants; empty if there is only a consent, with which the app gets access again without a question."""

    client_id: str
    grants: tuple[Grant, ...]
    consent: Consent | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return the scopes of all grants and of the consent, each once."""
        consented = self.consent.scopes if self.consent else ()
        return tuple(dict.fromkeys((*(scope for grant in self.grants for scope in grant.scopes), *consented)))

    @property
    def details(self) -> list[Mapping[str, Any]]:
        """Return the authorization details of all grants, each once (RFC 9396)."""
        found: list[Mapping[str, Any]] = []
        for detail in (detail for grant in self.grants for detail in grant.authorization_details):
            if detail not in found:
                found.append(detail)
        return found

    @property
    def since(self) -> int:
        """Return when the first of them was given, in epoch seconds."""
        consented = [self.consent.granted_at] if self.consent else []
        return min([*(grant.created_at for grant in self.grants), *consented])

    @property
    def last_used_at(self) -> int | None:
        """Return when the app last got tokens from one of the grants, in epoch seconds."""
        return max((used for grant in self.grants if (used := grant.rotated_at or grant.redeemed_at)), default=None)

    def held_by(self, client: Client) -> AppAccess:
        """Return the part that belongs to this client, without what was given to a former client with the same id."""
        consent = self.consent if self.consent and client.holds_consent(self.consent) else None
        return AppAccess(self.client_id, tuple(grant for grant in self.grants if client.holds(grant)), consent)


def by_app(grants: Iterable[Grant], consents: Iterable[Consent]) -> list[AppAccess]:
    """Return an entry for each app. The app that was used last is first."""
    consented = {consent.client_id: consent for consent in consents}
    granted: dict[str, list[Grant]] = {client_id: [] for client_id in consented}
    for grant in grants:
        granted.setdefault(grant.client_id, []).append(grant)
    found = [AppAccess(client_id, tuple(of_it), consented.get(client_id)) for client_id, of_it in granted.items()]
    return sorted(found, key=lambda app: (app.last_used_at or app.since, app.client_id), reverse=True)
