"""Passkeys."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.people.factors import FactorServices

if TYPE_CHECKING:
    from idp.services.keys.relying_party import RelyingParty
    from idp.services.passkeys.attestation import Attestations
    from idp.services.passkeys.authentication import PasskeyAuthentication
    from idp.services.passkeys.challenges import Challenges
    from idp.services.passkeys.first_use import FirstUse
    from idp.services.passkeys.in_place_of_password import InPlaceOfPassword
    from idp.services.passkeys.new_passkeys import NewPasskeys
    from idp.services.passkeys.own_passkeys import OwnPasskeys
    from idp.services.passkeys.registration import PasskeyRegistration
    from idp.services.passkeys.upgrade import PasskeyUpgrade


class PasskeyServices(FactorServices):
    """Registration and check of passkeys, and a passkey in place of a password."""

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
    def passkey_upgrade(self) -> PasskeyUpgrade:
        from idp.services.passkeys.upgrade import PasskeyUpgrade

        return PasskeyUpgrade(
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
            self.settings, self.database, self.passkeys, self.passkey_challenges, self.devices, self.audit, self.notices, self.new_id,
            first_use=lambda: self.passkey_first_use,
        )  # fmt: skip

    @cached_property
    def passkey_first_use(self) -> FirstUse:
        from idp.services.passkeys.first_use import FirstUse

        return FirstUse(self.passkeys, self.new_passkeys, self.audit, self.new_id)

    @cached_property
    def own_passkeys(self) -> OwnPasskeys:
        from idp.services.passkeys.own_passkeys import OwnPasskeys

        return OwnPasskeys(self.passkeys, self.audit, self.notices)

    @cached_property
    def relying_party(self) -> RelyingParty:
        from idp.services.keys.relying_party import RelyingParty

        return RelyingParty(self.key_items, self.keyring, self.audit, self.settings, has_passkeys=self.passkeys.exist)
