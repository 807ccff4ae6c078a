"""What the protocol's functions work with: one frozen bundle, made by `wiring`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.adapters.outgoing import Fetcher
    from idp.domain.clock import Clock, NewId
    from idp.services.audit import Audit
    from idp.services.sessions import SessionService
    from idp.services.tokens import Tokens
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.grants import Grants
    from idp.store.tokens import RevokedTokens
    from idp.store.used_once import UsedOnce


@dataclass(frozen=True)
class Provider:
    """Settings, time, chance, the store and the services of one deployment. A part that few requests need is made when it is called for."""

    settings: Settings
    clock: Clock
    new_id: NewId
    database: Database
    grants: Grants
    revoked_tokens: RevokedTokens
    used_once: UsedOnce
    outgoing: Callable[[], Fetcher]
    tokens: Tokens
    session_service: SessionService
    audit: Audit
