"""One app's access to one person's account: all that the person gave it, in however many sign-ins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from idp.domain.apps.client import Client
from idp.domain.people.consent import Consent
from idp.domain.tokens.grant import Grant


@dataclass(frozen=True, slots=True)
class AppAccess:
    """`grants`: the live ones, none where the app may only come back without asking (`consent`)."""

    client_id: str
    grants: tuple[Grant, ...]
    consent: Consent | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """All that it may have, by any of them."""
        consented = self.consent.scopes if self.consent else ()
        return tuple(dict.fromkeys((*(scope for grant in self.grants for scope in grant.scopes), *consented)))

    @property
    def since(self) -> int:
        """When the first of them was given, in epoch seconds."""
        consented = [self.consent.granted_at] if self.consent else []
        return min([*(grant.created_at for grant in self.grants), *consented])

    @property
    def last_used_at(self) -> int | None:
        """When tokens were last given for one of them."""
        return max((used for grant in self.grants if (used := grant.rotated_at or grant.redeemed_at)), default=None)

    def held_by(self, client: Client) -> AppAccess:
        """What of it this client may use: nothing that was given to another client that had its id before."""
        consent = self.consent if self.consent and client.holds_consent(self.consent) else None
        return AppAccess(self.client_id, tuple(grant for grant in self.grants if client.holds(grant)), consent)


def by_app(grants: Iterable[Grant], consents: Iterable[Consent]) -> list[AppAccess]:
    """An entry for each app, those that were used last first."""
    consented = {consent.client_id: consent for consent in consents}
    granted: dict[str, list[Grant]] = {client_id: [] for client_id in consented}
    for grant in grants:
        granted.setdefault(grant.client_id, []).append(grant)
    found = [AppAccess(client_id, tuple(of_it), consented.get(client_id)) for client_id, of_it in granted.items()]
    return sorted(found, key=lambda app: (app.last_used_at or app.since, app.client_id), reverse=True)
