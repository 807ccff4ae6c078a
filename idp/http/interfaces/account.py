"""What sign-in and the account pages need of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idp.http.interfaces.common import CommonServices

if TYPE_CHECKING:
    from idp.services.audit.recorder import Audit
    from idp.services.connections.joining import ConnectionMembers
    from idp.services.connections.own_connections import OwnConnections
    from idp.services.connections.sign_in_connections import SignInConnections
    from idp.services.connections.upstream_accounts import UpstreamAccounts
    from idp.services.connections.upstream_links import UpstreamLinks
    from idp.services.connections.upstream_logout import UpstreamLogout
    from idp.services.connections.upstream_people import UpstreamPeople
    from idp.services.factors.enrolment import Enrolment
    from idp.services.factors.known_devices import Devices
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.factors.password_sign_in import SignIn
    from idp.services.factors.second_factor import SecondFactor
    from idp.services.organisations.domain_routes import DomainRoutes
    from idp.services.passkeys.authentication import PasskeyAuthentication
    from idp.services.passkeys.challenges import Challenges
    from idp.services.passkeys.in_place_of_password import InPlaceOfPassword
    from idp.services.passkeys.own_passkeys import OwnPasskeys
    from idp.services.passkeys.registration import PasskeyRegistration
    from idp.services.passkeys.upgrade import PasskeyUpgrade
    from idp.services.people.account import Account
    from idp.services.people.challenge import Challenge
    from idp.services.people.email_change import EmailChange
    from idp.services.people.email_undo import EmailUndo
    from idp.services.people.email_verification import EmailVerification
    from idp.services.people.export.export import PersonExport
    from idp.services.people.mail_code import MailCode
    from idp.services.people.organisation_joining import OrganisationJoining
    from idp.services.people.own_password import OwnPassword
    from idp.services.people.password_reset import PasswordReset
    from idp.services.people.profile import OwnProfile
    from idp.services.people.reset_by_passkey import ResetByPasskey
    from idp.services.people.reset_request import ResetRequest
    from idp.services.people.self_deletion import SelfDeletion
    from idp.services.people.sign_up.creation import SignUp
    from idp.services.people.sign_up.request import SignUpRequest
    from idp.services.sessions.remembered_device_list import RememberedDeviceList
    from idp.services.sessions.remembered_devices import RememberedDevices
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.sessions.sign_in_notices import SignInNotices
    from idp.services.sessions.visitors import Visitors
    from idp.services.tickets.tickets import Tickets
    from idp.services.upstream.kept_tokens import TokenKeeper
    from idp.services.upstream.sign_in import UpstreamSignIn
    from idp.store.account_items import AccountItems
    from idp.store.authorization_detail_types import DetailTypes
    from idp.store.device_codes import DeviceCodes
    from idp.store.factors import Factors
    from idp.store.scope_texts import ScopeTexts


class AccountServices(CommonServices, Protocol):
    """The pages of `idp.http.account`."""

    @property
    def sign_in(self) -> SignIn: ...

    @property
    def second_factor(self) -> SecondFactor: ...

    @property
    def remembered_devices(self) -> RememberedDevices: ...

    @property
    def remembered_device_list(self) -> RememberedDeviceList: ...

    @property
    def enrolment(self) -> Enrolment: ...

    @property
    def factors(self) -> Factors: ...

    @property
    def account_items(self) -> AccountItems: ...

    @property
    def passkey_challenges(self) -> Challenges: ...

    @property
    def passkey_registration(self) -> PasskeyRegistration: ...

    @property
    def passkey_upgrade(self) -> PasskeyUpgrade: ...

    @property
    def passkey_authentication(self) -> PasskeyAuthentication: ...

    @property
    def passkey_in_place_of_password(self) -> InPlaceOfPassword: ...

    @property
    def own_passkeys(self) -> OwnPasskeys: ...

    @property
    def visitors(self) -> Visitors: ...

    @property
    def new_passwords(self) -> NewPasswords: ...

    @property
    def account(self) -> Account: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def person_export(self) -> PersonExport: ...

    @property
    def own_profile(self) -> OwnProfile: ...

    @property
    def own_password(self) -> OwnPassword: ...

    @property
    def mail_code(self) -> MailCode: ...

    @property
    def reset_request(self) -> ResetRequest: ...

    @property
    def password_reset(self) -> PasswordReset: ...

    @property
    def reset_by_passkey(self) -> ResetByPasskey: ...

    @property
    def access(self) -> Access: ...

    @property
    def sign_up_request(self) -> SignUpRequest: ...

    @property
    def sign_up(self) -> SignUp: ...

    @property
    def challenge(self) -> Challenge: ...

    @property
    def organisation_joining(self) -> OrganisationJoining: ...

    @property
    def sign_in_notices(self) -> SignInNotices: ...

    @property
    def devices(self) -> Devices: ...

    @property
    def email_change(self) -> EmailChange: ...

    @property
    def self_deletion(self) -> SelfDeletion: ...

    @property
    def email_verification(self) -> EmailVerification: ...

    @property
    def email_undo(self) -> EmailUndo: ...

    @property
    def device_codes(self) -> DeviceCodes: ...

    @property
    def detail_types(self) -> DetailTypes: ...

    @property
    def scope_texts(self) -> ScopeTexts: ...

    @property
    def sign_in_connections(self) -> SignInConnections: ...

    @property
    def upstream_sign_in(self) -> UpstreamSignIn: ...

    @property
    def domain_routes(self) -> DomainRoutes: ...

    @property
    def connection_members(self) -> ConnectionMembers: ...

    @property
    def own_connections(self) -> OwnConnections: ...

    @property
    def upstream_logout(self) -> UpstreamLogout: ...

    @property
    def token_keeper(self) -> TokenKeeper: ...

    @property
    def upstream_accounts(self) -> UpstreamAccounts: ...

    @property
    def upstream_links(self) -> UpstreamLinks: ...

    @property
    def upstream_people(self) -> UpstreamPeople: ...

    @property
    def audit(self) -> Audit: ...
