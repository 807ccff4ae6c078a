"""How a person signs in by a connection, and what the account page shows of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.people.sign_up import SignUpServices

if TYPE_CHECKING:
    from idp.services.connections.joining import ConnectionMembers
    from idp.services.connections.own_connections import OwnConnections
    from idp.services.connections.sign_in_connections import SignInConnections
    from idp.services.connections.upstream_accounts import UpstreamAccounts
    from idp.services.connections.upstream_links import UpstreamLinks
    from idp.services.connections.upstream_logout import UpstreamLogout
    from idp.services.connections.upstream_people import UpstreamPeople
    from idp.services.connections.upstream_proof import UpstreamProof


class UpstreamServices(SignUpServices):
    """Sign-in by connections."""

    @cached_property
    def connection_members(self) -> ConnectionMembers:
        from idp.services.connections.joining import ConnectionMembers

        return ConnectionMembers(self.database, self.memberships, self.audit, self.new_id)

    @cached_property
    def own_connections(self) -> OwnConnections:
        from idp.services.connections.own_connections import OwnConnections

        return OwnConnections(
            self.settings, self.sign_in_connections, self.issuer_links, self.passkeys, self.memberships, self.access, self.audit,
            self.notices,
        )  # fmt: skip

    @cached_property
    def sign_in_connections(self) -> SignInConnections:
        from idp.services.connections.sign_in_connections import SignInConnections

        return SignInConnections(self.settings, self.connections, self.organisations, self.organisation_domains, self.clock)

    @cached_property
    def upstream_accounts(self) -> UpstreamAccounts:
        from idp.services.connections.upstream_accounts import UpstreamAccounts

        return UpstreamAccounts(
            settings=self.settings, users=self.users, links=self.issuer_links, tickets=self.tickets, keeper=self.token_keeper,
            audit=self.audit, new_id=self.new_id, registration_hooks=self.registration_hooks, members=self.connection_members,
            proof=self.upstream_proof,
        )  # fmt: skip

    @cached_property
    def upstream_links(self) -> UpstreamLinks:
        from idp.services.connections.upstream_links import UpstreamLinks

        return UpstreamLinks(self.database, self.issuer_links, self.connection_members, self.audit, self.notices)

    @cached_property
    def upstream_logout(self) -> UpstreamLogout:
        from idp.services.connections.upstream_logout import UpstreamLogout
        from idp.store.upstream_sessions import UpstreamSessions

        return UpstreamLogout(
            sign_in=self.upstream_sign_in, users=self.users, links=self.issuer_links, upstream_sessions=UpstreamSessions(self.database),
            access=self.access, used_once=self.used_once, audit=self.audit, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def upstream_people(self) -> UpstreamPeople:
        from idp.services.connections.upstream_people import UpstreamPeople

        return UpstreamPeople(
            database=self.database, remembered_devices=lambda: self.remembered_devices, keeper=self.token_keeper, audit=self.audit,
            members=self.connection_members, accounts=self.upstream_accounts, links=self.upstream_links, proof=self.upstream_proof,
        )  # fmt: skip

    @cached_property
    def upstream_proof(self) -> UpstreamProof:
        from idp.services.connections.upstream_proof import UpstreamProof

        return UpstreamProof(self.devices)
