"""How a person gets an account: sign-up and invitations."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.hooks import HookServices
from idp.wiring.organisations import OrganisationServices
from idp.wiring.people.passkeys import PasskeyServices

if TYPE_CHECKING:
    from idp.services.people.challenge import Challenge
    from idp.services.people.invitations import InvitationService
    from idp.services.people.organisation_invitations import OrganisationInvitations
    from idp.services.people.organisation_joining import OrganisationJoining
    from idp.services.people.sign_up.creation import SignUp
    from idp.services.people.sign_up.request import SignUpRequest


class SignUpServices(PasskeyServices, OrganisationServices, HookServices):
    """Sign-up, its challenge, and invitations."""

    @cached_property
    def sign_up_request(self) -> SignUpRequest:
        from idp.services.people.sign_up.request import SignUpRequest

        return SignUpRequest(self.settings, self.database, self.tickets, self.ticket_limits, self.mailer)

    @cached_property
    def sign_up(self) -> SignUp:
        from idp.services.people.sign_up.creation import SignUp

        return SignUp(
            self.settings, self.database, self.users, self.tickets, self.new_passwords, self.devices, self.audit, self.new_id,
            self.invitation_service, self.passkey_in_place_of_password, self.organisation_joining, self.registration_hooks,
        )  # fmt: skip

    @cached_property
    def invitation_service(self) -> InvitationService:
        from idp.services.people.invitations import InvitationService

        return InvitationService(
            self.settings, self.database, self.invitations, self.tickets, self.users, self.clients, self.roles, self.mailer, self.audit,
            self.clock, self.new_id,
        )  # fmt: skip

    @cached_property
    def organisation_invitations(self) -> OrganisationInvitations:
        from idp.services.people.organisation_invitations import OrganisationInvitations

        return OrganisationInvitations(
            self.settings, self.database, self.invitations, self.tickets, self.memberships, self.organisation_roles, self.mailer,
            self.audit, self.clock, self.new_id, lambda: self.ticket_limits,
        )  # fmt: skip

    @cached_property
    def organisation_joining(self) -> OrganisationJoining:
        from idp.services.people.organisation_joining import OrganisationJoining

        return OrganisationJoining(
            settings=self.settings, database=self.database, invitations=self.invitations, tickets=self.tickets, users=self.users,
            clients=self.clients, memberships=self.memberships, is_owned=self.member_service.is_owned, roles=self.organisation_roles,
            audit=self.audit, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def challenge(self) -> Challenge:
        """The challenge of the sign-up page. Another implementation of `Challenge` takes its place here."""
        from idp.services.people.challenge import NoChallenge, ProofOfWork

        if self.settings.sign_up_challenge == "off":
            return NoChallenge()
        return ProofOfWork(self.keyring, self.used_once, self.new_id)
