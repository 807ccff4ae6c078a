"""The services of a token request: keys, tokens, sessions, outgoing requests."""

from __future__ import annotations

import os
import time
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.stores.protocol import ProtocolStores

if TYPE_CHECKING:
    from idp.adapters.aws_client import Limits
    from idp.adapters.outgoing import Fetcher
    from idp.adapters.saml_function import Judge
    from idp.services.apps.client_keys import ClientKeys
    from idp.services.apps.detail_type_names import OfferedTypes
    from idp.services.apps.subjects import Subjects
    from idp.services.audit.recorder import Audit
    from idp.services.connections.buttons import Buttons
    from idp.services.keys.key_rotation import KeyRotation
    from idp.services.keys.keyring import Envelope, Keyring
    from idp.services.keys.region_home import Regions
    from idp.services.keys.sealing_keys import SealingKeys
    from idp.services.sessions.backchannel_logout import BackchannelLogout
    from idp.services.sessions.browser_sessions import SessionService
    from idp.services.tokens.issuing import Tokens
    from idp.services.tokens.revocation import Revocation
    from idp.services.upstream.kept_tokens import TokenKeeper
    from idp.services.upstream.sign_in import UpstreamSignIn
    from idp.services.upstream.tokens_for_apps import TokensForApps
    from idp.store.signing_keys import KeyItems


class ProtocolServices(ProtocolStores):
    """What a token request needs."""

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
        from idp.services.keys.keyring import Keyring

        return Keyring(self.key_items, self.envelope, self.clock, rp_id=self.settings.webauthn_rp_id, region=self.settings.region)

    @cached_property
    def regions(self) -> Regions:
        from idp.services.keys.region_home import Regions

        return Regions(self.key_items, self.keyring, self.audit, self.settings, self.clock)

    @property
    def stands_by(self) -> bool:
        """Whether another region serves, so that scheduled functions have nothing to do here. One call, and only where there are two."""
        if not self.settings.region:
            return False
        from idp.services.keys.serving import StandsBy, require_serving

        try:
            require_serving(self.key_items.load().home, self.settings.region, self.clock())
        except StandsBy:
            return True
        return False

    @property
    def takes_changes(self) -> bool:
        """Whether the changes that the function `stream` has are for this region. One call, and only where there are two.

        The region before serves until it has read the keys again, and its own function takes nothing by then. So what it writes in the
        quiet time is taken here, but not before: what both write at the same time could differ.

        Raises:
            StandsBy: this region serves soon. The changes have to come again.
        """
        if not self.settings.region:
            return True
        from idp.services.keys.serving import require_serving

        home = self.key_items.load().home
        if home is None or home.region != self.settings.region:
            return False
        require_serving(home, self.settings.region, self.clock())
        return True

    @cached_property
    def key_rotation(self) -> KeyRotation:
        from idp.services.keys.key_rotation import KeyRotation

        return KeyRotation(self.key_items, self.envelope, self.keyring, self.audit, self.settings, self.clock)

    @cached_property
    def sealing_keys(self) -> SealingKeys:
        from idp.services.keys.sealing_keys import SealingKeys

        return SealingKeys(self.key_items, self.keyring, self.audit, self.settings, self.clock)

    @cached_property
    def subjects(self) -> Subjects:
        from idp.services.apps.subjects import Subjects

        return Subjects(self.keyring)

    @cached_property
    def tokens(self) -> Tokens:
        from idp.services.tokens.issuing import Tokens

        return Tokens(self.settings, self.keyring, self.subjects, self.clock, self.new_id)

    @cached_property
    def revocation(self) -> Revocation:
        from idp.services.tokens.revocation import Revocation

        return Revocation(self.grants, self.revoked_tokens, self.audit, self.clock)

    @cached_property
    def audit(self) -> Audit:
        from idp.services.audit.recorder import Audit

        return Audit(self.events, self.clock, self.new_id, self.settings.event_retention)

    @cached_property
    def session_service(self) -> SessionService:
        from idp.services.sessions.browser_sessions import SessionService

        return SessionService(self.settings, self.database, self.sessions, self.clock, self.new_id)

    @cached_property
    def connection_buttons(self) -> Buttons:
        from idp.services.connections.buttons import Buttons

        return Buttons(self.database, self.clock, of_organisations=bool(self.settings.organization_connections))

    @cached_property
    def client_keys(self) -> ClientKeys:
        from idp.services.apps.client_keys import ClientKeys

        return ClientKeys(lambda: self.outgoing, self.clock)

    @cached_property
    def offered_types(self) -> OfferedTypes:
        from idp.services.apps.detail_type_names import OfferedTypes

        return OfferedTypes(lambda: self.detail_types, self.clock)

    @cached_property
    def outgoing(self) -> Fetcher:
        if self.settings.fetch_function:
            return self._fetch_function(None)
        from idp.adapters.outgoing import Outgoing

        return Outgoing(frozenset(self.settings.dev_fetch_hosts.split()), self.settings.dev_fetch_ca)

    @cached_property
    def quick_outgoing(self) -> Fetcher:
        """For a fetch of a second that is not necessary: a function that does not answer is given up earlier."""
        from idp.adapters.fetch_function import QUICK

        return self._fetch_function(QUICK) if self.settings.fetch_function else self.outgoing

    def _fetch_function(self, limits: Limits | None) -> Fetcher:
        from idp.adapters.fetch_function import LIMITS, FetchFunction

        region, endpoint = os.environ.get("AWS_REGION") or "us-east-1", os.environ.get("AWS_ENDPOINT_URL_LAMBDA") or None
        return FetchFunction(self.settings.fetch_function, region=region, endpoint=endpoint, limits=limits or LIMITS)

    @cached_property
    def backchannel_logout(self) -> BackchannelLogout:
        from idp.services.sessions.backchannel_logout import BackchannelLogout

        return BackchannelLogout(
            self.settings, self.database, self.deliveries, self.tokens, self.subjects, self.outgoing, self.audit, self.clock, self.new_id
        )

    @cached_property
    def upstream_sign_in(self) -> UpstreamSignIn:
        from idp.services.upstream.sign_in import UpstreamSignIn

        return UpstreamSignIn(
            self.settings, self.keyring, lambda: self.outgoing, self.used_once, self.clock, self.new_id, lambda: self.saml_judge
        )  # fmt: skip

    @cached_property
    def token_keeper(self) -> TokenKeeper:
        from idp.services.upstream.kept_tokens import TokenKeeper
        from idp.store.waiting_tokens import WaitingTokens

        return TokenKeeper(self.keyring, self.upstream_token_store, WaitingTokens(self.database))

    @cached_property
    def tokens_for_apps(self) -> TokensForApps:
        from idp.services.upstream.tokens_for_apps import TokensForApps

        return TokensForApps(
            database=self.database, store=self.upstream_token_store, keyring=self.keyring, outgoing=lambda: self.outgoing,
            audit=self.audit, clock=self.clock, new_id=self.new_id, wait=time.sleep,
        )  # fmt: skip

    @cached_property
    def saml_judge(self) -> Judge:
        from idp.adapters.saml_function import SamlFunction, in_this_process

        if not self.settings.saml_function:
            return in_this_process
        region, endpoint = os.environ.get("AWS_REGION") or "us-east-1", os.environ.get("AWS_ENDPOINT_URL_LAMBDA") or None
        return SamlFunction(self.settings.saml_function, region=region, endpoint=endpoint)
