"""The stores of a deployment. Each is created at its first use."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from idp.settings import SettingsError

if TYPE_CHECKING:
    from idp.domain.clock import Clock, NewId
    from idp.settings import Settings
    from idp.store.account_items import AccountItems
    from idp.store.added_factors import AddedFactors
    from idp.store.admins import Admins
    from idp.store.authorization_detail_types import DetailTypes
    from idp.store.clients import Clients
    from idp.store.consents import Consents
    from idp.store.database import Database
    from idp.store.deletions import Deletions
    from idp.store.deliveries import Deliveries
    from idp.store.device_codes import DeviceCodes
    from idp.store.device_locks import DeviceLocks
    from idp.store.email_changes import EmailChanges
    from idp.store.enrolments import Enrolments
    from idp.store.erasures import Erasures
    from idp.store.events import Events
    from idp.store.factors import Factors
    from idp.store.grants import Grants
    from idp.store.idempotency import Idempotency
    from idp.store.initial_access_tokens import InitialAccessTokens
    from idp.store.invitations import Invitations
    from idp.store.issuer_links import IssuerLinks
    from idp.store.mail_problems import MailProblems
    from idp.store.passkeys import Passkeys
    from idp.store.person_reader import PersonReader
    from idp.store.policies import Policies
    from idp.store.reads import Reads
    from idp.store.remembered_devices import RememberedDevices as RememberedDeviceStore
    from idp.store.roles import Roles
    from idp.store.scope_texts import ScopeTexts
    from idp.store.seen_places import SeenPlaces
    from idp.store.sessions import Sessions
    from idp.store.throttles import Throttles
    from idp.store.tickets import Tickets as TicketStore
    from idp.store.tokens import RevokedTokens
    from idp.store.trusted_issuers import TrustedIssuers
    from idp.store.used_once import UsedOnce
    from idp.store.users import Users
    from idp.telemetry.journal import Journal
    from idp.telemetry.tracing import Tracer


class Stores:
    """DynamoDB, and one store for each kind of item."""

    def __init__(self, settings: Settings, clock: Clock, ids: NewId) -> None:
        self.settings, self.clock, self.new_id = settings, clock, ids

    @cached_property
    def journal(self) -> Journal:
        from idp.telemetry.journal import Journal

        s, in_lambda = self.settings, bool(os.environ.get("AWS_LAMBDA_FUNCTION_NAME"))
        tracer = self.tracer if s.tracing == "otlp" else None
        return Journal(
            deployment=s.table_prefix, metrics=in_lambda and s.metrics == "on", least=s.log_level, for_people=s.dev and not in_lambda,
            spans=tracer, finish=tracer.flush if tracer and in_lambda else None,
        )  # fmt: skip

    @cached_property
    def tracer(self) -> Tracer:
        try:
            from idp.telemetry.tracing import Tracer
        except ImportError:
            msg = "IDP_TRACING is otlp, and OpenTelemetry is not installed. Install idp[tracing], or set IDP_TRACING to off."
            raise SettingsError(msg) from None

        return Tracer(deployment=self.settings.table_prefix)

    @cached_property
    def database(self) -> Database:
        from idp.adapters.dynamodb import DynamoDb
        from idp.store.database import Database
        from idp.store.transport import NoAnswer, Refusal

        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or None
        transport = DynamoDb(region=region, endpoint=endpoint, refusal=Refusal, silence=NoAnswer)
        return Database(prefix=self.settings.table_prefix, transport=transport)

    @cached_property
    def reads(self) -> Reads:
        from idp.store.reads import Reads

        return Reads(self.database)

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

        return Sessions(self.database, self.new_id)

    @cached_property
    def grants(self) -> Grants:
        from idp.store.grants import Grants

        return Grants(self.database, self.new_id)

    @cached_property
    def deletions(self) -> Deletions:
        from idp.store.deletions import Deletions

        return Deletions(self.database)

    @cached_property
    def erasures(self) -> Erasures:
        from idp.store.erasures import Erasures

        return Erasures(self.database)

    @cached_property
    def mail_problems(self) -> MailProblems:
        from idp.store.mail_problems import MailProblems

        return MailProblems(self.database)

    @cached_property
    def device_locks(self) -> DeviceLocks:
        from idp.store.device_locks import DeviceLocks

        return DeviceLocks(self.database)

    @cached_property
    def remembered_device_store(self) -> RememberedDeviceStore:
        from idp.store.remembered_devices import RememberedDevices

        return RememberedDevices(self.database)

    @cached_property
    def throttles(self) -> Throttles:
        from idp.store.throttles import Throttles

        return Throttles(self.database)

    @cached_property
    def ticket_store(self) -> TicketStore:
        from idp.store.tickets import Tickets

        return Tickets(self.database)

    @cached_property
    def factors(self) -> Factors:
        from idp.store.factors import Factors

        return Factors(self.database)

    @cached_property
    def passkeys(self) -> Passkeys:
        from idp.store.passkeys import Passkeys

        return Passkeys(self.database)

    @cached_property
    def account_items(self) -> AccountItems:
        from idp.store.account_items import AccountItems

        return AccountItems(self.database)

    @cached_property
    def added_factors(self) -> AddedFactors:
        from idp.store.added_factors import AddedFactors

        return AddedFactors(self.database, self.passkeys)

    @cached_property
    def events(self) -> Events:
        from idp.store.events import Events

        return Events(self.database)

    @cached_property
    def revoked_tokens(self) -> RevokedTokens:
        from idp.store.tokens import RevokedTokens

        return RevokedTokens(self.database)

    @cached_property
    def deliveries(self) -> Deliveries:
        from idp.store.deliveries import Deliveries

        return Deliveries(self.database)

    @cached_property
    def used_once(self) -> UsedOnce:
        from idp.store.used_once import UsedOnce

        return UsedOnce(self.database)

    @cached_property
    def detail_types(self) -> DetailTypes:
        from idp.store.authorization_detail_types import DetailTypes

        return DetailTypes(self.database)

    @cached_property
    def scope_texts(self) -> ScopeTexts:
        from idp.store.scope_texts import ScopeTexts

        return ScopeTexts(self.database)

    @cached_property
    def trusted_issuers(self) -> TrustedIssuers:
        from idp.store.trusted_issuers import TrustedIssuers

        return TrustedIssuers(self.database)

    @cached_property
    def issuer_links(self) -> IssuerLinks:
        from idp.store.issuer_links import IssuerLinks

        return IssuerLinks(self.database)

    @cached_property
    def roles(self) -> Roles:
        from idp.store.roles import Roles

        return Roles(self.database)

    @cached_property
    def policies(self) -> Policies:
        from idp.store.policies import Policies

        return Policies(self.database)

    @cached_property
    def device_codes(self) -> DeviceCodes:
        from idp.store.device_codes import DeviceCodes

        return DeviceCodes(self.database)

    @cached_property
    def invitations(self) -> Invitations:
        from idp.store.invitations import Invitations

        return Invitations(self.database)

    @cached_property
    def initial_access_tokens(self) -> InitialAccessTokens:
        from idp.store.initial_access_tokens import InitialAccessTokens

        return InitialAccessTokens(self.database)

    @cached_property
    def idempotency(self) -> Idempotency:
        from idp.store.idempotency import Idempotency

        return Idempotency(self.database)

    @cached_property
    def admins(self) -> Admins:
        from idp.store.admins import Admins

        return Admins(self.database)

    @cached_property
    def person_reader(self) -> PersonReader:
        from idp.store.person_reader import PersonReader

        return PersonReader(self.database)

    @cached_property
    def seen_places(self) -> SeenPlaces:
        from idp.store.seen_places import SeenPlaces

        return SeenPlaces(self.database)

    @cached_property
    def email_changes(self) -> EmailChanges:
        from idp.store.email_changes import EmailChanges

        return EmailChanges(self.database)

    @cached_property
    def enrolments(self) -> Enrolments:
        from idp.store.enrolments import Enrolments

        return Enrolments(self.database)
