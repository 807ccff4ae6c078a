"""Passwords and second factors."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.hooks import HookServices
from idp.wiring.mail_services import MailServices
from idp.wiring.people.sessions import SessionServices
from idp.wiring.people.tickets import TicketServices

if TYPE_CHECKING:
    from idp.services.factors.breached_passwords import BreachedPasswords
    from idp.services.factors.bypass import Bypass
    from idp.services.factors.enrolment import Enrolment
    from idp.services.factors.foreign_hashes.acceptance import ForeignHashes
    from idp.services.factors.hash_counts import HashCounts
    from idp.services.factors.known_devices import Devices
    from idp.services.factors.lock_events import LockEvents
    from idp.services.factors.locks import Locks
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.factors.password_sign_in import SignIn
    from idp.services.factors.passwords import Passwords
    from idp.services.factors.second_factor import SecondFactor
    from idp.services.factors.throttling import Throttling
    from idp.services.migration.migration import Migration


class FactorServices(SessionServices, TicketServices, MailServices, HookServices):
    """The check of each factor but passkeys, new passwords, and locks."""

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

        return Locks(self.database, self.throttling, self.device_locks, self.audit, self.clock, lambda: self.organisation_people)

    @cached_property
    def devices(self) -> Devices:
        from idp.services.factors.known_devices import Devices

        return Devices(self.keyring, self.new_id)

    @cached_property
    def sign_in(self) -> SignIn:
        from idp.services.factors.decoys import Decoys
        from idp.services.factors.password_sign_in import SignIn

        return SignIn(
            self.database, self.users, self.passwords, self.throttling, self.devices, self.audit, self.lock_events, self.new_id,
            lambda: self.remembered_devices, Decoys(self.keyring), lambda: self.hash_counts, self.connection_buttons,
            lambda: self.migration,
        )  # fmt: skip

    @cached_property
    def migration(self) -> Migration:
        """Built by a sign-in of a person who comes from another system."""
        from idp.services.migration.hook import PasswordHook
        from idp.services.migration.migration import Migration

        hook = PasswordHook(self.keyring, lambda: self.outgoing, self.settings.migration_function, self.new_id)
        return Migration(
            hook=hook, users=self.users, passwords=self.passwords, keyring=self.keyring, audit=self.audit,
            hash_counts=lambda: self.hash_counts, new_id=self.new_id, registration_hooks=self.registration_hooks,
        )  # fmt: skip

    @cached_property
    def foreign_hashes(self) -> ForeignHashes:
        """Built by an import."""
        from idp.services.factors.foreign_hashes.acceptance import ForeignHashes

        return ForeignHashes(self.passwords.hash)

    @cached_property
    def hash_counts(self) -> HashCounts:
        """Built by an import, by the command line, and when a hash is replaced."""
        from idp.services.factors.hash_counts import HashCounts
        from idp.store.hash_mixes import HashMixes

        return HashCounts(HashMixes(self.database), self.keyring, self.clock, secrets.randbelow, self.passwords.own_beginning)

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
