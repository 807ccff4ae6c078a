"""Each verb of a service that reads or changes people, apps, roles or events takes a `Scope`, and refuses an organisation today."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

import idp.http.admin
import idp.http.interfaces
import idp.services
from idp import http
from idp.domain.access.tenancy import DEPLOYMENT, Deployment, Organisation, Scope
from idp.domain.errors import Forbidden, NotFound
from idp.domain.message import Message

PACKAGES = {
    "audit_chain": "seals and verifies the events of the whole deployment; jobs and the command line reach it; ChainState refuses others",
    "authorizer": "reads what one token stands on, for an API's authorizer",
    "keys": "keys belong to the deployment; the admin API lets only callers of the whole deployment near them (http/admin/context.py)",
    "mail": "sends a message to a user that the caller has read",
    "migration": "keeps the person whose password another system confirmed; no caller with authority over others reaches it",
    "moving": "moves all data in or out for an operator at the command line, who has the tables; no caller of the API reaches it",
    "tokens": "signs, reads and revokes tokens of the client and grant that a protocol request proved",
    "upstream": "verifies what an upstream provider says about the person at the browser; it reads and writes no items",
}
"""Packages of idp.services without verbs that take a `Scope`, and the reason."""

_PROTOCOL = "serves the app that a protocol request named or authenticated, and no caller with authority over others"
_VISITOR = "acts on the person who signs in or is signed in, which a password, a code or a session cookie proves"
_DIRECTORY = "acts within the SCIM client that a token proved: only what this client made exists for it"
_VALUE = "works on values that its caller has read"
CLASSES = {
    "doctor.parts.Parts": "what checks of the deployment read: tables, settings and keys, and nothing of any person",
    "access.access_decisions.Evaluation": "decides from facts that AccessDecisions.evaluate read within a scope",
    "access.named_resources.Parts": "reads the roles of the caller, for the services of roles and groups",
    "admin.cursors.Cursors": "seals for one caller; the key of a caller contains the organisation (http/admin/principal.py)",
    "admin.idempotency.Idempotent": "stores for one caller; the key of a caller contains the organisation (http/admin/principal.py)",
    "apps.client_documents.DocumentClients": _PROTOCOL,
    "apps.client_keys.ClientKeys": _PROTOCOL,
    "apps.detail_type_names.OfferedTypes": "lists what discovery publishes to everyone",
    "apps.registration_limits.RegistrationLimits": "counts requests of a network",
    "apps.subjects.Subjects": _VALUE,
    "factors.breached_passwords.BreachedPasswords": _VALUE,
    "factors.bypass.Bypass": _VISITOR,
    "factors.decoys.Decoys": _VALUE,
    "factors.enrolment.Enrolment": _VISITOR,
    "factors.foreign_hashes.acceptance.ForeignHashes": _VALUE,
    "factors.hash_counts.HashCounts": "counts the hashes of the deployment; the numbers are about no person",
    "factors.known_devices.Devices": _VISITOR,
    "factors.lock_events.LockEvents": _VISITOR,
    "factors.new_passwords.NewPasswords": _VALUE,
    "hooks.asking.AskHooks": "asks rules of the deployment about a person who signs in, or a token; it returns nothing of them",
    "hooks.breaker.Breaker": _VALUE,
    "hooks.cedar_hook.CedarHooks": _VALUE,
    "hooks.function_hook.FunctionHooks": "asks a function; it reads no items",
    "hooks.live_hooks.LiveHooks": "keeps rules of the deployment; it reads no person",
    "hooks.registration.RegistrationHooks": "asks rules of the deployment about an account that its caller makes",
    "factors.password_sign_in.SignIn": _VISITOR,
    "factors.password_sign_in.AskedConnections": "describes what `connections.buttons.Buttons` does",
    "factors.password_sign_in.OtherSystem": "describes what `migration.migration.Migration` does",
    "factors.passwords.Passwords": _VALUE,
    "factors.second_factor.SecondFactor": _VISITOR,
    "factors.throttling.Attempt": _VALUE,
    "factors.throttling.Counter": _VALUE,
    "factors.throttling.Throttling": _VISITOR,
    "passkeys.attestation.Attestations": _VALUE,
    "passkeys.authentication.PasskeyAuthentication": _VISITOR,
    "connections.buttons.Buttons": "keeps what the sign-in page shows; it reads no person",
    "connections.unclaimed_domains.UnclaimedDomains": "remembers domains that have no owner; it reads no items",
    "connections.joining.ConnectionMembers": "makes a member of the person whom a connection verified, as the organisation's policy says",
    "connections.upstream_accounts.UpstreamAccounts": "makes the account of the person whom a connection verified",
    "connections.upstream_links.UpstreamLinks": "links the identity of a connection to the account whose person proved both",
    "connections.upstream_people.UpstreamPeople": "acts on the account of the person whom a connection verified",
    "connections.upstream_proof.UpstreamProof": _VALUE,
    "connections.sign_in_connections.SignInConnections": "reads the connection that a visitor signs in with; it reads no person",
    "provisioning.changes.ProvisioningChanges": "takes the stream of the deployment; it has no caller",
    "provisioning.comparison.Comparison": "a job of the deployment, without a caller",
    "provisioning.delivery.Delivery": "a job of the deployment, without a caller",
    "provisioning.nightly.ProvisioningNightly": "a job of the deployment, without a caller",
    "provisioning.scim_client.ScimClient": "talks to an app's endpoint; it reads no items",
    "provisioning.worker.ProvisioningWorker": "a job of the deployment, without a caller",
    "imports.batches.Batch": _VALUE,
    "imports.batches.CountedFile": _VALUE,
    "imports.worker.ImportWorker": "a job of the deployment, which an admin with this scope has started",
    "passkeys.challenges.Challenges": _VALUE,
    "passkeys.first_use.FirstUse": "writes the first use of a passkey that the caller verified, for the user whom it names",
    "passkeys.in_place_of_password.InPlaceOfPassword": "judges a passkey for the account of a mail that the caller proved",
    "passkeys.new_passkeys.NewPasskeys": _VALUE,
    "passkeys.own_passkeys.OwnPasskeys": _VISITOR,
    "passkeys.registration.PasskeyRegistration": _VISITOR,
    "passkeys.upgrade.PasskeyUpgrade": _VISITOR,
    "organisations.txt_lookup.TxtLookup": "asks a DNS resolver; it reads no items",
    "people.account.Account": _VISITOR,
    "people.organisation_joining.IsOwned": "describes what `organisations.members.MemberService.is_owned` does",
    "people.email_change.EmailChange": _VISITOR,
    "people.email_verification.EmailVerification": _VISITOR,
    "people.email_undo.EmailUndo": "acts on the account that the link of a mail names, which proves that its address is read",
    "people.mail_code.MailCode": "signs in to the account whose address a code or link of a mail proves",
    "people.own_password.OwnPassword": _VISITOR,
    "people.reset_request.ResetRequest": "sends a mail to the address that a person typed, or that its caller has read",
    "people.reset_by_passkey.ResetByPasskey": "acts on the account whose address a link or code of a mail proves",
    "people.password_reset.PasswordReset": "acts on the account whose address a link or code of a mail proves",
    "people.profile.OwnProfile": _VISITOR,
    "people.challenge.Challenge": _VALUE,
    "people.challenge.NoChallenge": _VALUE,
    "people.challenge.ProofOfWork": _VALUE,
    "scim.address_domains.AddressDomains": "compares the domains of all SCIM clients, and returns nothing of theirs",
    "scim.callers.ScimCallers": "recognises a SCIM client by its token",
    "scim.filled_groups.FilledGroups": _DIRECTORY,
    "scim.group_roles.GroupRoles": _DIRECTORY,
    "scim.groups.ScimGroups": _DIRECTORY,
    "scim.member_changes.MemberChange": _VALUE,
    "scim.organisation_members.OrganisationMembers": _DIRECTORY,
    "scim.people.Caller": _VALUE,
    "scim.people.ScimPeople": _DIRECTORY,
    "scim.searching.Page": _VALUE,
    "scim.searching.Search": _VALUE,
    "scim.searching.Searching": _DIRECTORY,
    "scim.searching.Source": _DIRECTORY,
    "scim.sources.GroupSource": _DIRECTORY,
    "scim.sources.PeopleSource": _DIRECTORY,
    "streams.dispatcher.Consumer": "takes the streams of the deployment; it has no caller",
    "streams.dispatcher.StreamDispatcher": "takes the streams of the deployment; it has no caller",
    "search.completeness.Completeness": "says whether rows of the deployment are complete; it returns nothing of any person",
    "search.row_consumer.SearchRowConsumer": "takes the stream of the deployment; it has no caller",
    "search.row_writer.Seen": _VALUE,
    "search.row_writer.SearchRowWriter": "keeps rows of people whose change was decided elsewhere; it returns nothing of them",
    "statistics.counting.StatisticsConsumer": "takes the stream of the deployment; it has no caller",
    "sessions.backchannel_logout.BackchannelLogout": "sends logout tokens for grants that have ended already",
    "sessions.remembered_devices.RememberedDevices": _VISITOR,
    "sessions.browser_sessions.SessionService": _VISITOR,
    "sessions.sign_in_notices.SignInNotices": "tells the person who signed in, and acts on the account that the link of its mail names",
    "sessions.visitors.Visitors": _VISITOR,
    "organisations.client_organisations.ClientOrganisations": "answers `ClientService`, whose verbs take a scope",
    "organisations.domain_routes.DomainRoutes": "finds where a typed address signs in; it reads no person",
    "organisations.standings.Standings": _VISITOR,
    "streams.event_bus.EventBusConsumer": "takes the streams of the deployment; it has no caller",
    "tickets.limits.Counted": _VALUE,
    "tickets.limits.TicketLimits": "counts requests of a network",
    "tickets.tickets.Tickets": "writes and checks proofs that a person reads the mail of an address; it changes no account",
    "signals.audience.Audience": "tells a receiver's own app who used it; it has no admin as its caller",
    "signals.audience.Hearing": _VALUE,
    "signals.consumer.SignalConsumer": "takes the streams of the deployment; it has no caller",
    "signals.limits.Limits": "compares what waits in a stream, for the jobs and the receiver's polls; it has no admin as its caller",
    "signals.pause.Pause": "a job of the deployment, without a caller",
    "signals.polling.Polling": "serves the receiver, an app, its own stream",
    "signals.push.Push": "a job of the deployment, without a caller",
    "signals.security_event_token.SecurityEventTokens": "signs; it reads no items",
    "signals.stream_changes.StreamChanges": "checks values; it reads no items",
    "signals.stream_subjects.StreamSubjects": "serves the receiver, an app, its own stream",
    "signals.streams.SignalStreamService": "serves the receiver, an app, its own stream",
    "webhooks.consumer.WebhookConsumer": "takes the streams of the deployment; it has no caller",
    "webhooks.delivery.SubjectDelivery": "a job of the deployment, without a caller",
    "webhooks.sending.Sender": "talks to an endpoint; it reads no items",
    "webhooks.switch_off.SwitchOff": "a job of the deployment, without a caller",
    "webhooks.worker.WebhookWorker": "a job of the deployment, without a caller",
}
"""Classes without verbs that take a `Scope`, and the reason."""

VERBS = {
    "apps.initial_access_tokens.InitialAccess.recognise": "the presented token is the authority, and says for what",
    "apps.initial_access_tokens.InitialAccess.use": "the presented token is the authority, and says for what",
    "delegation.machine_clients.MachineClients.offered": "reads settings",
    "people.invitations.InvitationService.accepted_part": "makes a part of the transaction of `SignUp.create`, which takes a scope",
    "people.self_deletion.SelfDeletion.ask": _VISITOR,
    "people.self_deletion.SelfDeletion.due": _VISITOR,
    "people.self_deletion.SelfDeletion.find": "acts on the account that the link of a mail names, which proves that its address is read",
    "people.self_deletion.SelfDeletion.undo": "acts on the account that the link of a mail names, which proves that its address is read",
    "people.sign_up.creation.SignUp.require_any": "compares settings; it reads no person",
    "people.sign_up.creation.SignUp.require_offered": "compares settings and an app that the caller has read; it reads no person",
    "audit.recorder.Audit.record": "writes a fact about a subject; what an admin does is written by act and act_on_all, which take a scope",
    "audit.recorder.Audit.record_part": "as record, within the transaction of the act",
    "audit.recorder.Audit.once_part": "as record_part, for a transaction that is recognised by its event",
    "audit.recorder.Audit.record_item": "as record, for a caller that writes the event with others",
    "sessions.sessions_and_grants.Access.notify_ended": "tells apps about grants that a scoped verb has ended",
}
"""Verbs without a `Scope` in classes whose other verbs take one, and the reason."""

_ITS_OWN = "calls scope.require_organisation first"
_OWNED = "reads the person within the organisation of the caller, which has to own the account (integration/admin/isolation)"
SERVES = {
    "audit.recorder.Audit.act": "writes the organisation of its caller into the event; the verb that acted has checked the scope",
    "audit.recorder.Audit.act_parts": "as act, within the transaction of the act",
    "audit.recorder.Audit.act_on_all": "as act, for several targets",
    "organisations.domains.DomainService.check": _ITS_OWN,
    "organisations.domains.DomainService.claim": _ITS_OWN,
    "organisations.domains.DomainService.get": _ITS_OWN,
    "organisations.domains.DomainService.listing": _ITS_OWN,
    "organisations.domains.DomainService.remove": _ITS_OWN,
    "delegation.machine_clients.MachineClients.create": _ITS_OWN,
    "delegation.machine_clients.MachineClients.delete": _ITS_OWN,
    "delegation.machine_clients.MachineClients.get": _ITS_OWN,
    "delegation.machine_clients.MachineClients.listing": _ITS_OWN,
    "delegation.machine_clients.MachineClients.patch": _ITS_OWN,
    "delegation.machine_clients.MachineClients.rotate_secret": _ITS_OWN,
    "scim.organisation_clients.OrganisationScimClients.create": _ITS_OWN,
    "scim.organisation_clients.OrganisationScimClients.delete": _ITS_OWN,
    "scim.organisation_clients.OrganisationScimClients.get": _ITS_OWN,
    "scim.organisation_clients.OrganisationScimClients.listing": _ITS_OWN,
    "scim.organisation_clients.OrganisationScimClients.patch": _ITS_OWN,
    "scim.organisation_clients.OrganisationScimClients.rotate_token": _ITS_OWN,
    "connections.organisation_connections.OrganisationConnections.create": _ITS_OWN,
    "connections.organisation_connections.OrganisationConnections.delete": _ITS_OWN,
    "connections.organisation_connections.OrganisationConnections.discover": _ITS_OWN,
    "connections.organisation_connections.OrganisationConnections.get": _ITS_OWN,
    "connections.organisation_connections.OrganisationConnections.listing": _ITS_OWN,
    "connections.organisation_connections.OrganisationConnections.must_be_free": _ITS_OWN,
    "connections.organisation_connections.OrganisationConnections.patch": _ITS_OWN,
    "connections.organisation_connections.OrganisationConnections.rotate_certificate": _ITS_OWN,
    "connections.organisation_connections.OrganisationConnections.to_compare": _ITS_OWN,
    "declared.secret_comparison.SecretComparison.organisation_connection_has": "calls to_compare with the organisation in the id",
    "organisations.domains.DomainService.route": _ITS_OWN,
    "organisations.search.OrganisationSearch.find": "finds the caller's organisation only",
    "organisations.ways_in.WaysIn.require_other_connection_than": _ITS_OWN,
    "organisations.ways_in.WaysIn.require_other_than": _ITS_OWN,
    "organisations.ways_in.WaysIn.require_other_than_changed": _ITS_OWN,
    "organisations.ways_in.WaysIn.require_used_by": _ITS_OWN,
    "people.organisation_invitations.OrganisationInvitations.create": _ITS_OWN,
    "people.organisation_invitations.OrganisationInvitations.get": _ITS_OWN,
    "people.organisation_invitations.OrganisationInvitations.listing": _ITS_OWN,
    "people.organisation_invitations.OrganisationInvitations.resend": _ITS_OWN,
    "people.organisation_invitations.OrganisationInvitations.withdraw": _ITS_OWN,
    "organisations.members.MemberService.get": _ITS_OWN,
    "organisations.members.MemberService.is_owned": _ITS_OWN,
    "organisations.members.MemberService.listing": _ITS_OWN,
    "organisations.members.MemberService.patch": _ITS_OWN,
    "organisations.members.MemberService.remove": _ITS_OWN,
    "organisations.profiles.OrganisationService.get": _ITS_OWN,
    "organisations.profiles.OrganisationService.patch": _ITS_OWN,
    "organisations.roles.OrganisationRoleService.create": _ITS_OWN,
    "organisations.roles.OrganisationRoleService.delete": _ITS_OWN,
    "organisations.roles.OrganisationRoleService.get": _ITS_OWN,
    "organisations.roles.OrganisationRoleService.listing": _ITS_OWN,
    "organisations.roles.OrganisationRoleService.model": _ITS_OWN,
    "organisations.roles.OrganisationRoleService.patch": _ITS_OWN,
    "organisations.profiles.OrganisationService.listing": "lists the caller's organisation only",
    "delegation.organisation_people.OrganisationPeople.find": _ITS_OWN,
    "delegation.organisation_people.OrganisationPeople.model": _ITS_OWN,
    "delegation.organisation_people.OrganisationPeople.new_member": _ITS_OWN,
    "delegation.organisation_people.OrganisationPeople.owned": _ITS_OWN,
    "delegation.organisation_people.OrganisationPeople.search": _ITS_OWN,
    "people.users.UserService.create": "makes a member of the caller's organisation, without rights (integration/admin/isolation)",
    "people.users.UserService.patch": _OWNED,
    "people.users.UserService.reset_factors": _OWNED,
    "people.started_resets.StartedResets.start": _OWNED,
    "sessions.sessions_and_grants.Access.end_everything": _OWNED,
    "audit.export.AuditExport.events": "reads the partition of the caller's organisation only (integration/admin/isolation)",
    "audit.export.AuditExport.page": "reads the partition of the caller's organisation only (integration/admin/isolation)",
    "audit.trail.AuditTrail.page": "reads the partition of the caller's organisation only (integration/admin/isolation)",
}
"""Verbs that serve organisations, and how they keep to one. A verb whose first parameter is `org_id` is tested with another one below."""


def _classes() -> Iterator[tuple[str, type]]:
    """All public classes of idp.services with their dotted names below that package."""
    for module in pkgutil.walk_packages(idp.services.__path__, "idp.services."):
        for name, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if cls.__module__ == module.name and not name.startswith("_"):
                yield f"{module.name.removeprefix('idp.services.')}.{name}", cls


def _methods(cls: type) -> dict[str, FunctionType]:
    """The public methods of a class, its own and inherited ones that are written in idp.services."""
    methods = inspect.getmembers(cls, inspect.isfunction)
    return {name: method for name, method in methods if not name.startswith("_") and method.__module__.startswith("idp.services.")}


def verbs_in_question() -> dict[str, tuple[type, FunctionType]]:
    """The verbs that this rule is about: all public methods, except those of exempt packages and classes."""
    return {
        f"{path}.{name}": (cls, method)
        for path, cls in _classes()
        for name, method in _methods(cls).items()
        if path.partition(".")[0] not in PACKAGES and path not in CLASSES
    }


def lacks_scope(method: FunctionType) -> bool:
    """Whether the method has no keyword-only parameter `scope: Scope` without a default."""
    parameter = inspect.signature(method).parameters.get("scope")
    if parameter is None or parameter.annotation != "Scope":
        return True
    return parameter.kind is not inspect.Parameter.KEYWORD_ONLY or parameter.default is not inspect.Parameter.empty


SCOPED = {name: verb for name, verb in verbs_in_question().items() if name not in VERBS}


def test_each_verb_takes_a_scope_without_a_default() -> None:
    assert [name for name, (_, method) in SCOPED.items() if lacks_scope(method)] == []


def test_the_walk_finds_the_services_of_people_apps_roles_and_events() -> None:
    """A walk that finds nothing would prove nothing."""
    found = {name.rpartition(".")[0] for name in SCOPED}
    assert {
        "people.users.UserService", "people.issuer_links.IssuerLinkService", "apps.clients.ClientService", "apps.registration.Registration",
        "access.roles.RoleService", "access.groups.GroupService", "access.access_decisions.AccessDecisions", "audit.trail.AuditTrail",
        "sessions.sessions_and_grants.Access", "factors.locks.Locks",
    } <= found  # fmt: skip
    assert "access.roles.RoleService.patch" in SCOPED  # an inherited verb


def test_each_exemption_names_code_that_exists_and_takes_no_scope() -> None:
    """An exemption that is no longer needed would hide the next verb of that name."""
    classes = dict(_classes())
    packages = {path.partition(".")[0] for path in classes}
    assert set(PACKAGES) <= packages
    assert set(CLASSES) <= set(classes)
    assert set(VERBS) <= set(verbs_in_question())
    exempt = [method for path, cls in classes.items() if path in CLASSES for method in _methods(cls).values()]
    exempt += [verbs_in_question()[name][1] for name in VERBS]
    assert [method.__qualname__ for method in exempt if "scope" in inspect.signature(method).parameters] == []


@pytest.mark.parametrize(
    "method",
    [
        lambda self, user_id: None,
        lambda self, *, scope=DEPLOYMENT: None,
        lambda self, scope: None,
    ],
    ids=["no parameter", "a default", "positional"],
)
def test_a_verb_that_could_forget_its_scope_is_found(method: FunctionType) -> None:
    if "scope" in inspect.signature(method).parameters:
        method.__annotations__["scope"] = "Scope"
    assert lacks_scope(method)


def call_without_stores(name: str, *given: object, scope: Scope) -> None:
    """Call a verb of a service that has no store: one that used a store before it checked its scope would raise AttributeError."""
    cls, method = SCOPED[name]
    service: Any = object.__new__(cls)
    parameters = list(inspect.signature(method).parameters.values())[1 + len(given) :]
    needed = [each for each in parameters if each.default is inspect.Parameter.empty and each.name != "scope"]
    positional = [object() for each in needed if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    named = {each.name: object() for each in needed if each.kind is inspect.Parameter.KEYWORD_ONLY}
    method(service, *given, *positional, **named, scope=scope)


@pytest.mark.parametrize("name", [name for name, (cls, _) in SCOPED.items() if not inspect.isabstract(cls) and name not in SERVES])
def test_each_other_verb_refuses_an_organisation_before_it_reads_or_writes(name: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        call_without_stores(name, scope=Organisation("acme"))
    assert refusal.value.message == Message("organisation.not_served")


@pytest.mark.parametrize("name", [name for name in SERVES if "org_id" in list(inspect.signature(SCOPED[name][1]).parameters)[1:2]])
def test_a_verb_about_an_organisation_refuses_another_one_before_it_reads_or_writes(name: str) -> None:
    """As if there was no such organisation, so that a caller learns nothing about others (threats Q-02)."""
    with pytest.raises(NotFound) as refusal:
        call_without_stores(name, "org_other", scope=Organisation("org_acme"))
    assert refusal.value.message == Message("organisation.unknown")


def test_each_verb_that_serves_organisations_exists() -> None:
    assert set(SERVES) <= set(SCOPED)


def test_routes_of_the_admin_api_reach_people_and_apps_through_services_only() -> None:
    """A store takes no scope, so a route that read one would forget the scope of its caller."""
    interfaces = [*Path(http.interfaces.__path__[0]).glob("*.py")]
    stores = set[str]()
    for tree in (ast.parse(file.read_text(encoding="utf-8")) for file in interfaces):
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("idp.store")]
        classes = {alias.name for node in imports for alias in node.names}
        properties = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        stores |= {each.name for each in properties if isinstance(each.returns, ast.Name) and each.returns.id in classes}
    assert {"users", "clients"} <= stores
    source = "".join(file.read_text(encoding="utf-8") for file in Path(http.admin.__path__[0]).rglob("*.py"))
    assert stores & set(re.findall(r"ctx\.services\.([a-z_]+)", source)) == set()


def test_the_deployment_is_one_value() -> None:
    assert Deployment() == DEPLOYMENT
    assert Organisation("acme") != Organisation("other")
    DEPLOYMENT.require_deployment()
    DEPLOYMENT.require_organisation("org_any")


def test_an_organisation_reaches_itself_only() -> None:
    Organisation("org_acme").require_organisation("org_acme")
    for other in ("org_other", "", "org_acme ", "ORG_ACME"):
        with pytest.raises(NotFound):
            Organisation("org_acme").require_organisation(other)
