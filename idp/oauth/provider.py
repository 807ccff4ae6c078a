"""What the protocol's functions work with: the parts of one deployment, by name. Each is made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.clock import Clock, NewId
    from idp.services.audit import Audit
    from idp.services.client_keys import ClientKeys
    from idp.services.keyring import Keyring
    from idp.services.sessions import SessionService
    from idp.services.subjects import Subjects
    from idp.services.tokens import Tokens
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.database import Database
    from idp.store.grants import Grants
    from idp.store.tokens import RevokedTokens
    from idp.store.used_once import UsedOnce


class Provider:
    """Settings, time, chance, the store and the services of one deployment. Only names and types: `wiring` answers for it."""

    settings: Settings
    clock: Clock
    new_id: NewId
    database: Database
    clients: Clients
    grants: Grants
    revoked_tokens: RevokedTokens
    used_once: UsedOnce
    keyring: Keyring
    tokens: Tokens
    subjects: Subjects
    client_keys: ClientKeys
    outgoing: Fetcher
    session_service: SessionService
    audit: Audit
