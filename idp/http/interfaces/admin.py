"""What the admin API and the AuthZEN endpoints need of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idp.http.interfaces.common import CommonServices

if TYPE_CHECKING:
    from idp.services.access.access_decisions import AccessDecisions
    from idp.services.access.groups import GroupService
    from idp.services.access.policies import PolicyService
    from idp.services.access.roles import RoleService
    from idp.services.access.trusted_issuers import TrustedIssuerService
    from idp.services.apps.clients import ClientService
    from idp.services.apps.detail_types import DetailTypeService
    from idp.services.apps.initial_access_tokens import InitialAccess
    from idp.services.apps.scope_texts import ScopeTextService
    from idp.services.audit.export import AuditExport
    from idp.services.audit.recorder import Audit
    from idp.services.audit.trail import AuditTrail
    from idp.services.audit_chain.chain_state import ChainState
    from idp.services.connections.connections import ConnectionService
    from idp.services.connections.organisation_connections import OrganisationConnections
    from idp.services.declared.labels import Labels
    from idp.services.declared.secret_comparison import SecretComparison
    from idp.services.delegation.machine_clients import MachineClients
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.doctor.last_findings import DoctorsFindings
    from idp.services.factors.locks import Locks
    from idp.services.factors.throttling import Throttling
    from idp.services.hooks.dry_run import HookDryRun
    from idp.services.hooks.hooks import HookService
    from idp.services.imports.jobs import ImportJobService
    from idp.services.keys.key_rotation import KeyRotation
    from idp.services.keys.sealing_keys import SealingKeys
    from idp.services.mail.trial_mails import TrialMails
    from idp.services.moving.people_files import PeopleFiles
    from idp.services.organisations.domains import DomainService
    from idp.services.organisations.members import MemberService
    from idp.services.organisations.profiles import OrganisationService
    from idp.services.organisations.roles import OrganisationRoleService
    from idp.services.organisations.search import OrganisationSearch
    from idp.services.passkeys.passkeys_of_users import PasskeyService
    from idp.services.people.account_merge import AccountMergeService
    from idp.services.people.chosen_people import ChosenPeople
    from idp.services.people.export.export import PersonExport
    from idp.services.people.invitations import InvitationService
    from idp.services.people.issuer_links import IssuerLinkService
    from idp.services.people.mail_problems import MailProblemsOfUsers
    from idp.services.people.organisation_invitations import OrganisationInvitations
    from idp.services.people.self_deletion import SelfDeletion
    from idp.services.people.started_resets import StartedResets
    from idp.services.people.temporary_codes import TemporaryCodes
    from idp.services.people.users import UserService
    from idp.services.provisioning.targets import ProvisioningTargetService
    from idp.services.scim.clients import ScimClientService
    from idp.services.scim.organisation_clients import OrganisationScimClients
    from idp.services.sessions.remembered_device_list import RememberedDeviceList
    from idp.services.signals.administration import StreamAdministration
    from idp.services.statistics.statistics import Statistics
    from idp.services.tickets.tickets import Tickets
    from idp.services.webhooks.deliveries import WebhookDeliveries
    from idp.services.webhooks.endpoints import WebhookEndpointService
    from idp.store.idempotency import Idempotency
    from idp.store.users import Users


class DecisionServices(CommonServices, Protocol):
    """The AuthZEN endpoints."""

    @property
    def access_decisions(self) -> AccessDecisions: ...


class AdminServices(DecisionServices, Protocol):
    """The resources of `idp.http.admin`."""

    @property
    def users(self) -> Users: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def invitation_service(self) -> InvitationService: ...

    @property
    def self_deletion(self) -> SelfDeletion: ...

    @property
    def account_merge(self) -> AccountMergeService: ...

    @property
    def chosen_people(self) -> ChosenPeople: ...

    @property
    def people_files(self) -> PeopleFiles: ...

    @property
    def user_service(self) -> UserService: ...

    @property
    def organisation_people(self) -> OrganisationPeople: ...

    @property
    def started_resets(self) -> StartedResets: ...

    @property
    def passkey_service(self) -> PasskeyService: ...

    @property
    def remembered_device_list(self) -> RememberedDeviceList: ...

    @property
    def temporary_codes(self) -> TemporaryCodes: ...

    @property
    def client_service(self) -> ClientService: ...

    @property
    def role_service(self) -> RoleService: ...

    @property
    def group_service(self) -> GroupService: ...

    @property
    def policy_service(self) -> PolicyService: ...

    @property
    def detail_type_service(self) -> DetailTypeService: ...

    @property
    def scope_text_service(self) -> ScopeTextService: ...

    @property
    def organisation_service(self) -> OrganisationService: ...

    @property
    def organisation_search(self) -> OrganisationSearch: ...

    @property
    def member_service(self) -> MemberService: ...

    @property
    def organisation_role_service(self) -> OrganisationRoleService: ...

    @property
    def organisation_invitations(self) -> OrganisationInvitations: ...

    @property
    def machine_clients(self) -> MachineClients: ...

    @property
    def domain_service(self) -> DomainService: ...

    @property
    def trusted_issuer_service(self) -> TrustedIssuerService: ...

    @property
    def connection_service(self) -> ConnectionService: ...

    @property
    def organisation_connections(self) -> OrganisationConnections: ...

    @property
    def scim_client_service(self) -> ScimClientService: ...

    @property
    def organisation_scim_clients(self) -> OrganisationScimClients: ...

    @property
    def provisioning_target_service(self) -> ProvisioningTargetService: ...

    @property
    def labels(self) -> Labels: ...

    @property
    def secret_comparison(self) -> SecretComparison: ...

    @property
    def webhook_endpoint_service(self) -> WebhookEndpointService: ...

    @property
    def webhook_deliveries(self) -> WebhookDeliveries: ...

    @property
    def signal_stream_administration(self) -> StreamAdministration: ...

    @property
    def hook_service(self) -> HookService: ...

    @property
    def hook_dry_run(self) -> HookDryRun: ...

    @property
    def import_job_service(self) -> ImportJobService: ...

    @property
    def issuer_link_service(self) -> IssuerLinkService: ...

    @property
    def initial_access(self) -> InitialAccess: ...

    @property
    def key_rotation(self) -> KeyRotation: ...

    @property
    def sealing_keys(self) -> SealingKeys: ...

    @property
    def locks(self) -> Locks: ...

    @property
    def person_export(self) -> PersonExport: ...

    @property
    def user_mail_problems(self) -> MailProblemsOfUsers: ...

    @property
    def trial_mails(self) -> TrialMails: ...

    @property
    def throttling(self) -> Throttling: ...

    @property
    def idempotency(self) -> Idempotency: ...

    @property
    def audit(self) -> Audit: ...

    @property
    def audit_trail(self) -> AuditTrail: ...

    @property
    def statistics(self) -> Statistics: ...

    @property
    def doctors_findings(self) -> DoctorsFindings: ...

    @property
    def chain_state(self) -> ChainState: ...

    @property
    def audit_export(self) -> AuditExport: ...
