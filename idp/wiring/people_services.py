"""Signing in, second factors, sessions and the account pages of a deployment."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.mail_services import MailServices

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.factors.breached_passwords import BreachedPasswords
    from idp.services.factors.bypass import Bypass
    from idp.services.factors.enrolment import Enrolment
    from idp.services.factors.known_devices import Devices
    from idp.services.factors.lock_events import LockEvents
    from idp.services.factors.locks import Locks
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.factors.password_sign_in import SignIn
    from idp.services.factors.passwords import Passwords
    from idp.services.factors.second_factor import SecondFactor
    from idp.services.factors.throttling import Throttling
    from idp.services.passkeys.attestation import Attestations
    from idp.services.passkeys.authentication import PasskeyAuthentication
    from idp.services.passkeys.challenges import Challenges
    from idp.services.passkeys.in_place_of_password import InPlaceOfPassword
    from idp.services.passkeys.new_passkeys import NewPasskeys
    from idp.services.passkeys.own_passkeys import OwnPasskeys
    from idp.services.passkeys.registration import PasskeyRegistration
    from idp.services.people.account import Account
    from idp.services.people.challenge import Challenge
    from idp.services.people.email_change import EmailChange
    from idp.services.people.email_undo import EmailUndo
    from idp.services.people.email_verification import EmailVerification
    from idp.services.people.erasure import Erasure
    from idp.services.people.export.export import PersonExport
    from idp.services.people.invitations import InvitationService
    from idp.services.people.mail_code import MailCode
    from idp.services.people.own_password import OwnPassword
    from idp.services.people.password_reset import PasswordReset
    from idp.services.people.profile import OwnProfile
    from idp.services.people.reset_by_passkey import ResetByPasskey
    from idp.services.people.self_deletion import SelfDeletion
    from idp.services.people.sign_up import SignUp
    from idp.services.sessions.remembered_device_list import RememberedDeviceList
    from idp.services.sessions.remembered_devices import RememberedDevices
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.sessions.sign_in_notices import SignInNotices
    from idp.services.sessions.visitors import Visitors
    from idp.services.tickets.limits import TicketLimits
    from idp.services.tickets.tickets import Tickets


class PeopleServices(MailServices):
    """The services that people need: sign-in, factors, the account page."""

    @cached_property
    def tickets(self) -> Tickets:
        from idp.services.tickets.tickets import Tickets

        return Tickets(self.ticket_store, self.keyring, self.settings.issuer)

    @cached_property
    def ticket_limits(self) -> TicketLimits:
        from idp.services.tickets.limits import TicketLimits

        return TicketLimits(self.settings, self.throttles, self.keyring)

    @cached_property
    def passwords(self) -> Passwords:
        from idp.services.factors.passwords import Passwords

        return Passwords(self.settings)

    @cached_property
    def new_passwords(self) -> NewPasswords:
        from idp.services.factors.new_passwords import NewPasswords

        return NewPasswords(self.settings, self.passwords, self.breached_passwords)

    @cached_property
    def breached_passwords(self) -> BreachedPasswords:
        """Built when a password is set."""
        from idp.adapters.breached_file import BreachedFile
        from idp.adapters.breached_range import BreachedRange
        from idp.services.factors.breached_passwords import BreachedPasswords

        file = BreachedFile(self.settings.breached_passwords_file) if self.settings.breached_passwords_file else None
        service = BreachedRange(lambda: self.quick_outgoing) if self.settings.breached_passwords == "range" else None
        return BreachedPasswords(file, service)

    @cached_property
    def throttling(self) -> Throttling:
        from idp.services.factors.throttling import Throttling

        free, network_free = self.settings.password_attempts, self.settings.network_attempts
        return Throttling(self.throttles, self.keyring, free=free, network_free=network_free)

    @cached_property
    def lock_events(self) -> LockEvents:
        from idp.services.factors.lock_events import LockEvents

        return LockEvents(self.audit, self.device_locks)

    @cached_property
    def locks(self) -> Locks:
        from idp.services.factors.locks import Locks

        return Locks(self.database, self.throttling, self.device_locks, self.audit, self.clock)

    @cached_property
    def devices(self) -> Devices:
        from idp.services.factors.known_devices import Devices

        return Devices(self.keyring, self.new_id)

    @cached_property
    def visitors(self) -> Visitors:
        from idp.services.sessions.visitors import Visitors

        return Visitors(self.database, self.keyring, self.session_service)

    @cached_property
    def sign_in(self) -> SignIn:
        from idp.services.factors.password_sign_in import SignIn

        return SignIn(
            self.database, self.users, self.passwords, self.throttling, self.devices, self.audit, self.lock_events, self.new_id,
            lambda: self.remembered_devices,
        )  # fmt: skip

    @cached_property
    def remembered_devices(self) -> RememberedDevices:
        from idp.services.sessions.remembered_devices import RememberedDevices

        return RememberedDevices(self.settings, self.keyring, self.audit, self.new_id)

    @cached_property
    def remembered_device_list(self) -> RememberedDeviceList:
        from idp.services.sessions.remembered_device_list import RememberedDeviceList

        return RememberedDeviceList(self.settings, self.remembered_device_store, self.audit, self.clock)

    @cached_property
    def second_factor(self) -> SecondFactor:
        from idp.services.factors.second_factor import SecondFactor

        return SecondFactor(
            self.database, self.factors, self.throttling, self.visitors, self.keyring, self.audit, self.notices,
            self.lock_events, self.bypass, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def bypass(self) -> Bypass:
        from idp.services.factors.bypass import Bypass

        return Bypass(self.tickets, self.audit, self.notices, self.new_id)

    @cached_property
    def enrolment(self) -> Enrolment:
        from idp.services.factors.enrolment import Enrolment

        return Enrolment(self.settings, self.enrolments, self.factors, self.keyring, self.audit, self.notices)

    @cached_property
    def passkey_challenges(self) -> Challenges:
        from idp.services.passkeys.challenges import Challenges

        return Challenges(self.keyring, self.clock)

    @cached_property
    def passkey_registration(self) -> PasskeyRegistration:
        from idp.services.passkeys.registration import PasskeyRegistration

        return PasskeyRegistration(
            self.settings, self.passkeys, self.passkey_challenges, self.new_passkeys, self.audit, self.notices, self.new_id
        )

    @cached_property
    def new_passkeys(self) -> NewPasskeys:
        from idp.services.passkeys.new_passkeys import NewPasskeys

        return NewPasskeys(self.settings, self.keyring, self.audit, self.attestations if self.settings.passkey_mds_file else None)

    @cached_property
    def attestations(self) -> Attestations:
        """Built only where IDP_PASSKEY_MDS_FILE is set. It reads the file with the first registration."""
        from idp.services.passkeys.attestation import Attestations

        return Attestations(self.settings)

    @cached_property
    def passkey_in_place_of_password(self) -> InPlaceOfPassword:
        from idp.services.passkeys.in_place_of_password import InPlaceOfPassword

        return InPlaceOfPassword(self.settings, self.passkeys, self.passkey_challenges, self.new_passkeys, self.new_id)

    @cached_property
    def passkey_authentication(self) -> PasskeyAuthentication:
        from idp.services.passkeys.authentication import PasskeyAuthentication

        return PasskeyAuthentication(
            self.settings, self.database, self.passkeys, self.passkey_challenges, self.devices, self.audit, self.notices, self.new_id
        )

    @cached_property
    def own_passkeys(self) -> OwnPasskeys:
        from idp.services.passkeys.own_passkeys import OwnPasskeys

        return OwnPasskeys(self.passkeys, self.audit, self.notices)

    @cached_property
    def sign_up(self) -> SignUp:
        from idp.services.people.sign_up import SignUp

        return SignUp(
            self.settings, self.database, self.users, self.tickets, self.ticket_limits, self.new_passwords, self.devices, self.mailer,
            self.audit, self.new_id, self.invitation_service, self.passkey_in_place_of_password,
        )  # fmt: skip

    @cached_property
    def invitation_service(self) -> InvitationService:
        from idp.services.people.invitations import InvitationService

        return InvitationService(
            self.settings, self.database, self.invitations, self.tickets, self.users, self.clients, self.roles, self.mailer, self.audit,
            self.clock, self.new_id,
        )  # fmt: skip

    @cached_property
    def challenge(self) -> Challenge:
        """The challenge of the sign-up page. Another implementation of `Challenge` takes its place here."""
        from idp.services.people.challenge import NoChallenge, ProofOfWork

        if self.settings.sign_up_challenge == "off":
            return NoChallenge()
        return ProofOfWork(self.keyring, self.used_once, self.new_id)

    @cached_property
    def access(self) -> Access:
        from idp.services.sessions.sessions_and_grants import Access

        return Access(
            self.settings, self.users, self.sessions, self.grants, self.consents, self.audit, self.clock, lambda: self.backchannel_logout
        )

    @cached_property
    def sign_in_notices(self) -> SignInNotices:
        from idp.services.sessions.sign_in_notices import SignInNotices

        def start_reset(user: User, origin: Origin, now: int, since: int) -> None:
            self.password_reset.start(user, origin, now, since)  # built only then, because a sign-in does not need it

        return SignInNotices(
            settings=self.settings, users=self.users, places=self.seen_places, tickets=self.tickets, keyring=self.keyring,
            access=self.access, audit=self.audit, added_factors=self.added_factors, mailer=self.mailer,
            start_reset=start_reset if self.settings.resets_passwords else None,
        )  # fmt: skip

    @cached_property
    def email_change(self) -> EmailChange:
        from idp.services.people.email_change import EmailChange

        return EmailChange(self.settings, self.email_changes, self.tickets, self.ticket_limits, self.audit, self.mailer)

    @cached_property
    def email_verification(self) -> EmailVerification:
        from idp.services.people.email_verification import EmailVerification

        return EmailVerification(self.settings, self.database, self.users, self.tickets, self.ticket_limits, self.audit, self.mailer)

    @cached_property
    def email_undo(self) -> EmailUndo:
        from idp.services.people.email_undo import EmailUndo

        start_reset = self.password_reset.start if self.settings.resets_passwords else None
        return EmailUndo(
            self.users, self.email_changes, self.tickets, self.added_factors, self.access, self.audit, self.deletions, start_reset
        )

    @cached_property
    def erasure(self) -> Erasure:
        from idp.services.people.erasure import Erasure

        return Erasure(
            settings=self.settings, users=self.users, deletions=self.deletions, erasures=self.erasures, tickets=self.tickets,
            throttling=self.throttling, mail_problems=self.mail_problems, invitations=lambda: self.invitation_service, mailer=self.mailer,
            audit=self.audit, clock=self.clock,
        )  # fmt: skip

    @cached_property
    def self_deletion(self) -> SelfDeletion:
        from idp.services.people.self_deletion import SelfDeletion

        return SelfDeletion(
            settings=self.settings, users=self.users, admins=self.admins, deletions=self.deletions, tickets=self.tickets,
            access=self.access, erasure=self.erasure, audit=self.audit, mailer=self.mailer, notices=self.notices, clock=self.clock,
        )  # fmt: skip

    @cached_property
    def account(self) -> Account:
        from idp.services.people.account import Account

        return Account(
            users=self.users, sessions=self.session_service, sign_in=self.sign_in, second_factor=self.second_factor,
            passwords=self.new_passwords, access=self.access, audit=self.audit, notices=self.notices,
        )  # fmt: skip

    @cached_property
    def person_export(self) -> PersonExport:
        from idp.services.people.export.export import PersonExport

        return PersonExport(self.settings, self.database, self.person_reader, self.tickets, self.audit, self.clock)

    @cached_property
    def own_profile(self) -> OwnProfile:
        from idp.services.people.profile import OwnProfile

        return OwnProfile(self.settings, self.users, self.audit)

    @cached_property
    def own_password(self) -> OwnPassword:
        from idp.services.people.own_password import OwnPassword

        return OwnPassword(
            self.settings, self.users, self.new_passwords, self.passkey_authentication, self.session_service, self.account, self.access,
            self.audit, self.notices,
        )  # fmt: skip

    @cached_property
    def mail_code(self) -> MailCode:
        from idp.services.people.mail_code import MailCode

        return MailCode(
            settings=self.settings, database=self.database, users=self.users, tickets=self.tickets, limits=self.ticket_limits,
            devices=self.devices, throttling=self.throttling, mailer=self.mailer, audit=self.audit, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def password_reset(self) -> PasswordReset:
        from idp.services.people.password_reset import PasswordReset

        return PasswordReset(
            database=self.database, users=self.users, tickets=self.tickets, limits=self.ticket_limits, passwords=self.new_passwords,
            second_factor=self.second_factor, passkeys=self.passkey_authentication, added_factors=self.added_factors,
            access=self.access, audit=self.audit,
            notices=self.notices, mailer=self.mailer, settings=self.settings, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def reset_by_passkey(self) -> ResetByPasskey:
        from idp.services.people.reset_by_passkey import ResetByPasskey

        return ResetByPasskey(
            reset=self.password_reset, by_passkey=self.passkey_in_place_of_password, database=self.database, users=self.users,
            tickets=self.tickets, second_factor=self.second_factor, added_factors=self.added_factors, access=self.access, audit=self.audit,
            notices=self.notices, new_id=self.new_id,
        )  # fmt: skip
