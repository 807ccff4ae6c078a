"""The composition root: settings → stores → services → app. Each part is made, and its modules imported, when it is first needed."""

from __future__ import annotations

import os
import secrets
import time
from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from idp.domain.clock import Clock, NewId
    from idp.http.services import Services
    from idp.oauth.provider import Provider
    from idp.services.audit import Audit
    from idp.services.key_rotation import KeyRotation
    from idp.services.keyring import Envelope, Keyring
    from idp.services.mail import Mailer
    from idp.services.passwords import Passwords
    from idp.services.sessions import SessionService
    from idp.services.tokens import Tokens
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.consents import Consents
    from idp.store.database import Database
    from idp.store.events import Events
    from idp.store.factors import Factors
    from idp.store.grants import Grants
    from idp.store.idempotency import Idempotency
    from idp.store.sessions import Sessions
    from idp.store.signing_keys import KeyItems
    from idp.store.throttles import Throttles
    from idp.store.tokens import RevokedTokens
    from idp.store.users import Users


def now() -> int:
    """Seconds since the epoch."""
    return int(time.time())


def new_id() -> str:
    """A new identifier of 128 bits, 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


def build_services(settings: Settings, *, clock: Clock = now, ids: NewId = new_id) -> Services:
    """Everything that handlers, jobs and the command line call."""
    return cast("Services", _Wired(settings, clock, ids))


def build_app(settings: Settings, *, clock: Clock = now, ids: NewId = new_id, extra: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The provider as an ASGI app. `extra` routes come first: what only development serves."""
    from idp.http.app import build

    return build(build_services(settings, clock=clock, ids=ids), extra=extra)


class _Wired:
    """Parts by name; `idp.http.services.Services` says what they are for."""

    def __init__(self, settings: Settings, clock: Clock, ids: NewId) -> None:
        self.settings, self.clock, self.new_id = settings, clock, ids

    @cached_property
    def database(self) -> Database:
        from idp.store.database import Database

        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        return Database(prefix=self.settings.table_prefix, region=region, endpoint=os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or None)

    @cached_property
    def users(self) -> Users:
        from idp.store.users import Users

        return Users(self.database)

    @cached_property
    def clients(self) -> Clients:
        from idp.store.clients import Clients

        return Clients(self.database)

    @cached_property
    def consents(self) -> Consents:
        from idp.store.consents import Consents

        return Consents(self.database)

    @cached_property
    def sessions(self) -> Sessions:
        from idp.store.sessions import Sessions

        return Sessions(self.database)

    @cached_property
    def grants(self) -> Grants:
        from idp.store.grants import Grants

        return Grants(self.database)

    @cached_property
    def throttles(self) -> Throttles:
        from idp.store.throttles import Throttles

        return Throttles(self.database)

    @cached_property
    def factors(self) -> Factors:
        from idp.store.factors import Factors

        return Factors(self.database)

    @cached_property
    def events(self) -> Events:
        from idp.store.events import Events

        return Events(self.database)

    @cached_property
    def revoked_tokens(self) -> RevokedTokens:
        from idp.store.tokens import RevokedTokens

        return RevokedTokens(self.database)

    @cached_property
    def idempotency(self) -> Idempotency:
        from idp.store.idempotency import Idempotency

        return Idempotency(self.database)

    @cached_property
    def key_items(self) -> KeyItems:
        from idp.store.signing_keys import KeyItems

        return KeyItems(self.database)

    @cached_property
    def envelope(self) -> Envelope:
        if self.settings.kms_key_id:
            from idp.adapters.kms import Kms

            return Kms(self.settings.kms_key_id, region=os.environ.get("AWS_REGION") or "us-east-1")
        from idp.adapters.key_file import KeyFile

        return KeyFile(self.settings.key_file)

    @cached_property
    def keyring(self) -> Keyring:
        from idp.services.keyring import Keyring

        return Keyring(self.key_items, self.envelope, self.clock)

    @cached_property
    def key_rotation(self) -> KeyRotation:
        from idp.services.key_rotation import KeyRotation

        return KeyRotation(self.key_items, self.envelope, self.keyring, self.settings, self.clock)

    @cached_property
    def tokens(self) -> Tokens:
        from idp.services.tokens import Tokens

        return Tokens(self.settings, self.keyring, self.clock, self.new_id)

    @cached_property
    def audit(self) -> Audit:
        from idp.services.audit import Audit

        return Audit(self.events, self.clock, self.new_id, self.settings.audit_retention_days * 86400)

    @cached_property
    def session_service(self) -> SessionService:
        from idp.services.sessions import SessionService

        return SessionService(self.settings, self.database, self.sessions, self.clock, self.new_id)

    @cached_property
    def provider(self) -> Provider:
        from idp.oauth.provider import Provider

        return Provider(
            settings=self.settings, clock=self.clock, new_id=self.new_id, database=self.database, grants=self.grants,
            revoked_tokens=self.revoked_tokens, tokens=self.tokens, session_service=self.session_service, audit=self.audit,
        )  # fmt: skip

    @cached_property
    def mailer(self) -> Mailer:
        from idp.services.mail import Mailer

        return Mailer()

    @cached_property
    def passwords(self) -> Passwords:
        from idp.services.passwords import Passwords

        return Passwords(self.settings)
