"""The flows by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bench.faults.flows.accounts import EmailChange, Invitation, Logout, PasswordChange, Registration, Reset, WrongPasswords
from bench.faults.flows.codes import CodeFlow, Refresh, WithoutConsent
from bench.faults.flows.directories import Organisation, Scim, Upstream
from bench.faults.flows.factors import CodeOfPhone, Enrolment, Passkey, RecoveryCode
from bench.faults.flows.flow import Flow
from bench.faults.flows.from_streams import AuditChain, Webhooks
from bench.faults.flows.imports import Import
from bench.faults.flows.protocol import AppRegistration, ClientCredentials, Device, Disabling, Pushed, Revocation

FLOWS: Mapping[str, type[Flow]] = MappingProxyType({
    flow.name: flow
    for flow in (
        CodeFlow, WithoutConsent, Refresh, Pushed, Device, ClientCredentials, Revocation, AppRegistration, Logout, Registration, Invitation,
        PasswordChange, Reset, EmailChange, WrongPasswords, Enrolment, CodeOfPhone, RecoveryCode, Passkey,
        Upstream, Scim, Organisation, Disabling,
        Import, Webhooks, AuditChain,
    )
})  # fmt: skip
