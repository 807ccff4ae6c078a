"""The operations of the admin API.

Made by `python -m tools.admin_clients`. Do not edit it: a test compares it with the OpenAPI document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from idp_admin_client.base import Base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp_admin_client import shapes
    from idp_admin_client.base import Answer


class Operations(Base):
    """A method for each operation. Each raises `ProblemError` for a refusal, and `NoAnswerError` if there is no answer."""

    def list_events(
        self,
        *,
        user_id: str | None = None,
        email: str | None = None,
        since: str | None = None,
        until: str | None = None,
        type: str | None = None,
        outcome: Literal["success", "failure"] | None = None,
        client_id: str | None = None,
        actor: str | None = None,
        address: str | None = None,
        request_id: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer[shapes.EventPage]:
        """List events, the newest first: about one user, about one email address, or all events of a period."""
        return self.call(
            "GET",
            self.path("/admin/v1/audit"),
            query={
                "user_id": user_id,
                "email": email,
                "since": since,
                "until": until,
                "type": type,
                "outcome": outcome,
                "client_id": client_id,
                "actor": actor,
                "address": address,
                "request_id": request_id,
                "limit": limit,
                "cursor": cursor,
            },
        )

    def all_events(
        self,
        *,
        user_id: str | None = None,
        email: str | None = None,
        since: str | None = None,
        until: str | None = None,
        type: str | None = None,
        outcome: Literal["success", "failure"] | None = None,
        client_id: str | None = None,
        actor: str | None = None,
        address: str | None = None,
        request_id: str | None = None,
        limit: int | None = None,
    ) -> Iterator[shapes.Event]:
        """List events, the newest first: about one user, about one email address, or all events of a period. All pages, one after the
        other.
        """
        return self.entries(
            lambda cursor: self.list_events(
                cursor=cursor,
                user_id=user_id,
                email=email,
                since=since,
                until=until,
                type=type,
                outcome=outcome,
                client_id=client_id,
                actor=actor,
                address=address,
                request_id=request_id,
                limit=limit,
            )
        )

    def list_authorization_details_types(self) -> Answer[shapes.DetailTypePage]:
        """List all types by name."""
        return self.call("GET", self.path("/admin/v1/authorization-details-types"))

    def get_authorization_details_type(self, type_name: str) -> Answer[shapes.DetailType]:
        """Get one type."""
        return self.call("GET", self.path("/admin/v1/authorization-details-types/{type_name}", type_name=type_name))

    def put_authorization_details_type(
        self, type_name: str, body: shapes.NewDetailType, *, if_none_match: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.DetailType]:
        """Register a type, or replace its definition. Apps can use it when it is one of their types."""
        return self.call(
            "PUT",
            self.path("/admin/v1/authorization-details-types/{type_name}", type_name=type_name),
            body=body,
            if_none_match=if_none_match,
            if_match=if_match,
        )

    def delete_authorization_details_type(self, type_name: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a type. Apps cannot ask for it any more. Permissions that people gave before stay until they end."""
        return self.call("DELETE", self.path("/admin/v1/authorization-details-types/{type_name}", type_name=type_name), if_match=if_match)

    def list_clients(
        self, *, client_id: str | None = None, search: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Answer[shapes.ClientPage]:
        """List apps by client_id, or find those that match all conditions."""
        return self.call(
            "GET", self.path("/admin/v1/clients"), query={"client_id": client_id, "search": search, "limit": limit, "cursor": cursor}
        )

    def all_clients(self, *, client_id: str | None = None, search: str | None = None, limit: int | None = None) -> Iterator[shapes.Client]:
        """List apps by client_id, or find those that match all conditions. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_clients(cursor=cursor, client_id=client_id, search=search, limit=limit))

    def create_client(self, body: shapes.NewClient, *, idempotency_key: str | None = None) -> Answer[shapes.ClientWithSecret]:
        """Register an app. The answer contains its secret, which is shown once."""
        return self.call("POST", self.path("/admin/v1/clients"), body=body, idempotency_key=idempotency_key, once=True)

    def get_client(self, client_id: str) -> Answer[shapes.Client]:
        """Get one app, without its secrets."""
        return self.call("GET", self.path("/admin/v1/clients/{client_id}", client_id=client_id))

    def change_client(self, client_id: str, body: shapes.ClientChanges, *, if_match: str | None = None) -> Answer[shapes.Client]:
        """Change an app by an RFC 7396 patch, as application/merge-patch+json or application/json."""
        return self.call("PATCH", self.path("/admin/v1/clients/{client_id}", client_id=client_id), body=body, if_match=if_match)

    def delete_client(self, client_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete an app. Its codes and tokens are refused from now on, even if a new app gets its client_id."""
        return self.call("DELETE", self.path("/admin/v1/clients/{client_id}", client_id=client_id), if_match=if_match)

    def rotate_secret(
        self, client_id: str, body: shapes.Rotation | None = None, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.ClientWithSecret]:
        """Give an app a new secret, which is shown once. The old one ends at once, or after `overlap_seconds`."""
        return self.call(
            "POST",
            self.path("/admin/v1/clients/{client_id}/rotate-secret", client_id=client_id),
            body=body,
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def check_client_secret(self, client_id: str, body: shapes.SecretCheck) -> Answer[shapes.SecretChecked]:
        """Tell whether this is a valid secret of the app."""
        return self.call("POST", self.path("/admin/v1/clients/{client_id}/secret-check", client_id=client_id), body=body)

    def list_connections(self) -> Answer[shapes.ConnectionPage]:
        """List all connections."""
        return self.call("GET", self.path("/admin/v1/connections"))

    def create_connection(self, body: shapes.NewConnection, *, idempotency_key: str | None = None) -> Answer[shapes.Connection]:
        """Create a connection. The metadata of an OpenID Connect upstream is read at this moment. Register `redirect_uri` at the
        upstream.
        """
        return self.call("POST", self.path("/admin/v1/connections"), body=body, idempotency_key=idempotency_key, once=True)

    def get_connection(self, connection_id: str) -> Answer[shapes.Connection]:
        """Get one connection."""
        return self.call("GET", self.path("/admin/v1/connections/{connection_id}", connection_id=connection_id))

    def change_connection(
        self, connection_id: str, body: shapes.ConnectionChanges, *, if_match: str | None = None
    ) -> Answer[shapes.Connection]:
        """Change a connection by an RFC 7396 patch. The next sign-in follows the change; the sign-in page shows it within a minute."""
        return self.call(
            "PATCH", self.path("/admin/v1/connections/{connection_id}", connection_id=connection_id), body=body, if_match=if_match
        )

    def delete_connection(self, connection_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a connection. No sign-in by it succeeds from now on. Its links stay stored, and count again only under the same id."""
        return self.call("DELETE", self.path("/admin/v1/connections/{connection_id}", connection_id=connection_id), if_match=if_match)

    def prepare_connection_certificates(
        self, connection_id: str, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.Connection]:
        """SAML: make our next keys, and publish their certificates in our metadata beside those in use. Ones made before and unused
        go.
        """
        return self.call(
            "POST",
            self.path("/admin/v1/connections/{connection_id}/certificates", connection_id=connection_id),
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def activate_connection_certificates(
        self, connection_id: str, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.Connection]:
        """SAML: use the next keys from now on, after the identity provider read our metadata. The key before still decrypts
        assertions.
        """
        return self.call(
            "POST",
            self.path("/admin/v1/connections/{connection_id}/certificates/activate", connection_id=connection_id),
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def read_connection_metadata(self, connection_id: str, *, if_match: str | None = None) -> Answer[shapes.Connection]:
        """Read the metadata of the upstream again, and store its endpoints: after the upstream moved one of them."""
        return self.call(
            "POST", self.path("/admin/v1/connections/{connection_id}/metadata", connection_id=connection_id), if_match=if_match
        )

    def check_connection_secret(self, connection_id: str, body: shapes.SecretCheck) -> Answer[shapes.SecretChecked]:
        """Tell whether this is the secret of the connection."""
        return self.call("POST", self.path("/admin/v1/connections/{connection_id}/secret-check", connection_id=connection_id), body=body)

    def list_groups(self, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.GroupPage]:
        """List groups by name."""
        return self.call("GET", self.path("/admin/v1/groups"), query={"limit": limit, "cursor": cursor})

    def all_groups(self, *, limit: int | None = None) -> Iterator[shapes.Group]:
        """List groups by name. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_groups(cursor=cursor, limit=limit))

    def create_group(self, body: shapes.NewGroup, *, idempotency_key: str | None = None) -> Answer[shapes.Group]:
        """Create a group. It has no members, even if a group of this name was deleted before."""
        return self.call("POST", self.path("/admin/v1/groups"), body=body, idempotency_key=idempotency_key, once=True)

    def get_group(self, group_name: str) -> Answer[shapes.Group]:
        """Get one group."""
        return self.call("GET", self.path("/admin/v1/groups/{group_name}", group_name=group_name))

    def change_group(self, group_name: str, body: shapes.GroupChanges, *, if_match: str | None = None) -> Answer[shapes.Group]:
        """Change a group by an RFC 7396 patch, as application/merge-patch+json or application/json. Later tokens contain the change."""
        return self.call("PATCH", self.path("/admin/v1/groups/{group_name}", group_name=group_name), body=body, if_match=if_match)

    def delete_group(self, group_name: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a group. Later tokens of its members lack its roles. A new group of this name has no members."""
        return self.call("DELETE", self.path("/admin/v1/groups/{group_name}", group_name=group_name), if_match=if_match)

    def list_hooks(self) -> Answer[shapes.HookPage]:
        """List all hooks, in the order in which they are asked."""
        return self.call("GET", self.path("/admin/v1/hooks"))

    def create_hook(self, body: shapes.NewHook, *, idempotency_key: str | None = None) -> Answer[shapes.Hook]:
        """Create a hook. It is asked within half a minute. Your token needs every scope of the admin API."""
        return self.call("POST", self.path("/admin/v1/hooks"), body=body, idempotency_key=idempotency_key, once=True)

    def get_hook(self, hook_name: str) -> Answer[shapes.Hook]:
        """Get one hook."""
        return self.call("GET", self.path("/admin/v1/hooks/{hook_name}", hook_name=hook_name))

    def change_hook(self, hook_name: str, body: shapes.HookChanges, *, if_match: str | None = None) -> Answer[shapes.Hook]:
        """Change a hook by an RFC 7396 patch; `claims` are replaced as a whole. Your token needs every scope of the admin API."""
        return self.call("PATCH", self.path("/admin/v1/hooks/{hook_name}", hook_name=hook_name), body=body, if_match=if_match)

    def delete_hook(self, hook_name: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a hook. Your token needs every scope of the admin API."""
        return self.call("DELETE", self.path("/admin/v1/hooks/{hook_name}", hook_name=hook_name), if_match=if_match)

    def dry_run_hook(self, hook_name: str, body: shapes.HookSample) -> Answer[shapes.HookDryRun]:
        """Ask a hook about a sample, and tell what it answers and what would count. Nothing else happens; a function gets `dry_run`
        with its event. A hook that is switched off is asked too. Your token needs every scope of the admin API.
        """
        return self.call("POST", self.path("/admin/v1/hooks/{hook_name}/dry-run", hook_name=hook_name), body=body)

    def list_imports(self, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.ImportPage]:
        """List the imports of the last 30 days, the newest first."""
        return self.call("GET", self.path("/admin/v1/imports"), query={"limit": limit, "cursor": cursor})

    def all_imports(self, *, limit: int | None = None) -> Iterator[shapes.Import]:
        """List the imports of the last 30 days, the newest first. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_imports(cursor=cursor, limit=limit))

    def create_import(self, body: shapes.NewImport, *, idempotency_key: str | None = None) -> Answer[shapes.ImportWithUploads]:
        """Create an import. The answer says where the files go. Send each by PUT within 15 minutes, and start the import then."""
        return self.call("POST", self.path("/admin/v1/imports"), body=body, idempotency_key=idempotency_key, once=True)

    def get_import(self, import_id: str) -> Answer[shapes.Import]:
        """Get one import: its status, and how far it is."""
        return self.call("GET", self.path("/admin/v1/imports/{import_id}", import_id=import_id))

    def cancel_import(self, import_id: str, *, idempotency_key: str | None = None) -> Answer[shapes.Import]:
        """End an import within seconds, and delete its uploads. People whom it made stay."""
        return self.call(
            "POST", self.path("/admin/v1/imports/{import_id}/cancel", import_id=import_id), idempotency_key=idempotency_key, once=True
        )

    def list_refused_rows(self, import_id: str, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.RefusedRows]:
        """List the rows that were refused, by their number, and why. It is kept for 30 days."""
        return self.call(
            "GET", self.path("/admin/v1/imports/{import_id}/report", import_id=import_id), query={"limit": limit, "cursor": cursor}
        )

    def all_refused_rows(self, import_id: str, *, limit: int | None = None) -> Iterator[shapes.RefusedRow]:
        """List the rows that were refused, by their number, and why. It is kept for 30 days. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_refused_rows(import_id, cursor=cursor, limit=limit))

    def start_import(self, import_id: str, *, idempotency_key: str | None = None) -> Answer[None]:
        """Start an import whose files were uploaded. One import runs at a time. Starting it again does nothing."""
        return self.call(
            "POST", self.path("/admin/v1/imports/{import_id}/start", import_id=import_id), idempotency_key=idempotency_key, once=True
        )

    def list_initial_access_tokens(self, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.InitialAccessTokenPage]:
        """List the tokens with which apps can be registered."""
        return self.call("GET", self.path("/admin/v1/initial-access-tokens"), query={"limit": limit, "cursor": cursor})

    def all_initial_access_tokens(self, *, limit: int | None = None) -> Iterator[shapes.InitialAccessToken]:
        """List the tokens with which apps can be registered. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_initial_access_tokens(cursor=cursor, limit=limit))

    def create_initial_access_token(
        self, body: shapes.NewInitialAccessToken, *, idempotency_key: str | None = None
    ) -> Answer[shapes.InitialAccessTokenWithSecret]:
        """Create a token with which apps can be registered. The answer contains the token, which is shown once."""
        return self.call("POST", self.path("/admin/v1/initial-access-tokens"), body=body, idempotency_key=idempotency_key, once=True)

    def delete_initial_access_token(self, token_id: str) -> Answer[None]:
        """Delete a token. Apps that were registered with it stay."""
        return self.call("DELETE", self.path("/admin/v1/initial-access-tokens/{token_id}", token_id=token_id))

    def list_invitations(self, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.InvitationPage]:
        """List the invitations that were not accepted yet, also expired ones."""
        return self.call("GET", self.path("/admin/v1/invitations"), query={"limit": limit, "cursor": cursor})

    def all_invitations(self, *, limit: int | None = None) -> Iterator[shapes.Invitation]:
        """List the invitations that were not accepted yet, also expired ones. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_invitations(cursor=cursor, limit=limit))

    def create_invitation(self, body: shapes.NewInvitation, *, idempotency_key: str | None = None) -> Answer[shapes.Invitation]:
        """Invite an address to create an account. The mail has a link that is valid for seven days."""
        return self.call("POST", self.path("/admin/v1/invitations"), body=body, idempotency_key=idempotency_key, once=True)

    def get_invitation(self, invitation_id: str) -> Answer[shapes.Invitation]:
        """Get one invitation. One that was accepted or withdrawn does not exist any more."""
        return self.call("GET", self.path("/admin/v1/invitations/{invitation_id}", invitation_id=invitation_id))

    def withdraw_invitation(self, invitation_id: str) -> Answer[None]:
        """Withdraw an invitation. Its link ends."""
        return self.call("DELETE", self.path("/admin/v1/invitations/{invitation_id}", invitation_id=invitation_id))

    def resend_invitation(self, invitation_id: str, *, idempotency_key: str | None = None) -> Answer[shapes.Invitation]:
        """Send a new link, valid for seven days from now. The former link ends."""
        return self.call(
            "POST",
            self.path("/admin/v1/invitations/{invitation_id}/resend", invitation_id=invitation_id),
            idempotency_key=idempotency_key,
            once=True,
        )

    def list_keys(self) -> Answer[shapes.KeyPage]:
        """List all signing keys, the newest first."""
        return self.call("GET", self.path("/admin/v1/keys"))

    def rotate_keys(self, body: shapes.KeyRotation | None = None, *, idempotency_key: str | None = None) -> Answer[shapes.RotatedKeys]:
        """Rotate the signing keys of all algorithms, or of `alg`: the next key becomes active. `idp keys rotate` does the same."""
        return self.call("POST", self.path("/admin/v1/keys/rotate"), body=body, idempotency_key=idempotency_key, once=True)

    def revoke_key(self, kid: str, *, idempotency_key: str | None = None) -> Answer[shapes.Key]:
        """Revoke a key in an emergency. Everything that it signed is refused, and another key signs at once."""
        return self.call("POST", self.path("/admin/v1/keys/{kid}/revoke", kid=kid), idempotency_key=idempotency_key, once=True)

    def list_managed_objects(self, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.ManagedObjectPage]:
        """List the labels of all objects that a declarative file manages."""
        return self.call("GET", self.path("/admin/v1/managed-objects"), query={"limit": limit, "cursor": cursor})

    def all_managed_objects(self, *, limit: int | None = None) -> Iterator[shapes.ManagedObject]:
        """List the labels of all objects that a declarative file manages. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_managed_objects(cursor=cursor, limit=limit))

    def label_object(self, body: shapes.ManagedObject, *, idempotency_key: str | None = None) -> Answer[shapes.ManagedObject]:
        """Label an object, or write the label anew. The object is not looked at. An object belongs to one file."""
        return self.call("POST", self.path("/admin/v1/managed-objects"), body=body, idempotency_key=idempotency_key, once=True)

    def unlabel_object(self, object_kind: str, object_id: str, *, manager: str) -> Answer[None]:
        """Remove the label that this file gave. The object stays, and the file does not delete it any more."""
        return self.call(
            "DELETE",
            self.path("/admin/v1/managed-objects/{object_kind}/{object_id}", object_kind=object_kind, object_id=object_id),
            query={"manager": manager},
        )

    def list_organizations(
        self, *, slug: str | None = None, search: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Answer[shapes.OrganizationPage]:
        """List organisations by slug, or find those that match all conditions. An organisation's own admin gets this one only."""
        return self.call(
            "GET", self.path("/admin/v1/organizations"), query={"slug": slug, "search": search, "limit": limit, "cursor": cursor}
        )

    def all_organizations(
        self, *, slug: str | None = None, search: str | None = None, limit: int | None = None
    ) -> Iterator[shapes.Organization]:
        """List organisations by slug, or find those that match all conditions. An organisation's own admin gets this one only. All
        pages, one after the other.
        """
        return self.entries(lambda cursor: self.list_organizations(cursor=cursor, slug=slug, search=search, limit=limit))

    def create_organization(self, body: shapes.NewOrganization, *, idempotency_key: str | None = None) -> Answer[shapes.Organization]:
        """Create an organisation without members."""
        return self.call("POST", self.path("/admin/v1/organizations"), body=body, idempotency_key=idempotency_key, once=True)

    def get_organization(self, org_id: str) -> Answer[shapes.Organization]:
        """Get one organisation."""
        return self.call("GET", self.path("/admin/v1/organizations/{org_id}", org_id=org_id))

    def change_organization(
        self, org_id: str, body: shapes.OrganizationChanges, *, if_match: str | None = None
    ) -> Answer[shapes.Organization]:
        """Change an organisation by an RFC 7396 patch, as application/merge-patch+json or application/json."""
        return self.call("PATCH", self.path("/admin/v1/organizations/{org_id}", org_id=org_id), body=body, if_match=if_match)

    def delete_organization(self, org_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete an organisation. People keep their accounts; memberships, roles, domains and invitations go, many of them within a
        day.
        """
        return self.call("DELETE", self.path("/admin/v1/organizations/{org_id}", org_id=org_id), if_match=if_match)

    def list_organization_clients(
        self, org_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer[shapes.OrganizationClientPage]:
        """List the machine clients that the organisation made, by client_id. The list can be a moment old."""
        return self.call(
            "GET", self.path("/admin/v1/organizations/{org_id}/clients", org_id=org_id), query={"limit": limit, "cursor": cursor}
        )

    def all_organization_clients(self, org_id: str, *, limit: int | None = None) -> Iterator[shapes.OrganizationClient]:
        """List the machine clients that the organisation made, by client_id. The list can be a moment old. All pages, one after the
        other.
        """
        return self.entries(lambda cursor: self.list_organization_clients(org_id, cursor=cursor, limit=limit))

    def create_organization_client(
        self, org_id: str, body: shapes.NewOrganizationClient, *, idempotency_key: str | None = None
    ) -> Answer[shapes.OrganizationClientWithSecret]:
        """Make a machine client of the organisation. The answer contains its secret, which is shown once."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/clients", org_id=org_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def get_organization_client(self, org_id: str, client_id: str) -> Answer[shapes.OrganizationClient]:
        """Get one machine client of the organisation, without its secrets."""
        return self.call("GET", self.path("/admin/v1/organizations/{org_id}/clients/{client_id}", org_id=org_id, client_id=client_id))

    def change_organization_client(
        self, org_id: str, client_id: str, body: shapes.OrganizationClientChanges, *, if_match: str | None = None
    ) -> Answer[shapes.OrganizationClient]:
        """Change a machine client of the organisation by an RFC 7396 patch. Disabling it ends its tokens."""
        return self.call(
            "PATCH",
            self.path("/admin/v1/organizations/{org_id}/clients/{client_id}", org_id=org_id, client_id=client_id),
            body=body,
            if_match=if_match,
        )

    def delete_organization_client(self, org_id: str, client_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a machine client of the organisation. Its tokens are refused from now on."""
        return self.call(
            "DELETE",
            self.path("/admin/v1/organizations/{org_id}/clients/{client_id}", org_id=org_id, client_id=client_id),
            if_match=if_match,
        )

    def rotate_organization_client_secret(
        self,
        org_id: str,
        client_id: str,
        body: shapes.OrganizationClientRotation | None = None,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[shapes.OrganizationClientWithSecret]:
        """Give a machine client of the organisation a new secret, which is shown once. The old one ends at once, or after
        `overlap_seconds`.
        """
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/clients/{client_id}/rotate-secret", org_id=org_id, client_id=client_id),
            body=body,
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def list_organization_connections(self, org_id: str) -> Answer[shapes.OrganizationConnectionPage]:
        """List all connections of the organisation."""
        return self.call("GET", self.path("/admin/v1/organizations/{org_id}/connections", org_id=org_id))

    def create_organization_connection(
        self, org_id: str, body: shapes.NewOrganizationConnection, *, idempotency_key: str | None = None
    ) -> Answer[shapes.OrganizationConnection]:
        """Make a connection of the organisation from a preset. Then lead a proven domain to it (`connection_id` of the domain)."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/connections", org_id=org_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def get_organization_connection(self, org_id: str, connection_id: str) -> Answer[shapes.OrganizationConnection]:
        """Get one connection of the organisation."""
        return self.call(
            "GET", self.path("/admin/v1/organizations/{org_id}/connections/{connection_id}", org_id=org_id, connection_id=connection_id)
        )

    def change_organization_connection(
        self, org_id: str, connection_id: str, body: shapes.OrganizationConnectionChanges, *, if_match: str | None = None
    ) -> Answer[shapes.OrganizationConnection]:
        """Change a connection of the organisation by an RFC 7396 patch. The next sign-in follows the change."""
        return self.call(
            "PATCH",
            self.path("/admin/v1/organizations/{org_id}/connections/{connection_id}", org_id=org_id, connection_id=connection_id),
            body=body,
            if_match=if_match,
        )

    def delete_organization_connection(self, org_id: str, connection_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a connection of the organisation. No sign-in by it succeeds from now on. Its links count again only under the same
        id.
        """
        return self.call(
            "DELETE",
            self.path("/admin/v1/organizations/{org_id}/connections/{connection_id}", org_id=org_id, connection_id=connection_id),
            if_match=if_match,
        )

    def prepare_organization_connection_certificates(
        self, org_id: str, connection_id: str, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.OrganizationConnection]:
        """SAML: make our next keys, and publish their certificates in our metadata beside those in use. It needs the scopes of a
        change.
        """
        return self.call(
            "POST",
            self.path(
                "/admin/v1/organizations/{org_id}/connections/{connection_id}/certificates", org_id=org_id, connection_id=connection_id
            ),
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def activate_organization_connection_certificates(
        self, org_id: str, connection_id: str, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.OrganizationConnection]:
        """SAML: use the next keys from now on, after the identity provider read our metadata. It needs the scopes of a change."""
        return self.call(
            "POST",
            self.path(
                "/admin/v1/organizations/{org_id}/connections/{connection_id}/certificates/activate",
                org_id=org_id,
                connection_id=connection_id,
            ),
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def read_organization_connection_metadata(
        self, org_id: str, connection_id: str, *, if_match: str | None = None
    ) -> Answer[shapes.OrganizationConnection]:
        """Test the connection: read the metadata of the upstream again, and store its endpoints. It needs the scopes of a change."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/connections/{connection_id}/metadata", org_id=org_id, connection_id=connection_id),
            if_match=if_match,
        )

    def check_organization_connection_secret(
        self, org_id: str, connection_id: str, body: shapes.SecretCheck
    ) -> Answer[shapes.SecretChecked]:
        """Tell whether this is the secret of the connection of the organisation. It needs the scopes of a change of the secret."""
        return self.call(
            "POST",
            self.path(
                "/admin/v1/organizations/{org_id}/connections/{connection_id}/secret-check", org_id=org_id, connection_id=connection_id
            ),
            body=body,
        )

    def list_domains(self, org_id: str) -> Answer[shapes.DomainList]:
        """List the domains that an organisation claims, with the records that prove them."""
        return self.call("GET", self.path("/admin/v1/organizations/{org_id}/domains", org_id=org_id))

    def claim_domain(self, org_id: str, body: shapes.NewDomain, *, idempotency_key: str | None = None) -> Answer[shapes.Domain]:
        """Claim a domain. Publish the record of the answer in the DNS, and then check it."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/domains", org_id=org_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def get_domain(self, org_id: str, domain: str) -> Answer[shapes.Domain]:
        """Get one domain."""
        return self.call("GET", self.path("/admin/v1/organizations/{org_id}/domains/{domain}", org_id=org_id, domain=domain))

    def change_domain(self, org_id: str, domain: str, body: shapes.DomainChanges, *, if_match: str | None = None) -> Answer[shapes.Domain]:
        """Change where a domain leads, by an RFC 7396 patch. An organisation's own admin leads it to its own connections only."""
        return self.call(
            "PATCH",
            self.path("/admin/v1/organizations/{org_id}/domains/{domain}", org_id=org_id, domain=domain),
            body=body,
            if_match=if_match,
        )

    def remove_domain(self, org_id: str, domain: str, *, if_match: str | None = None) -> Answer[None]:
        """Remove a domain. It leads nowhere then, and another organisation may prove it."""
        return self.call(
            "DELETE", self.path("/admin/v1/organizations/{org_id}/domains/{domain}", org_id=org_id, domain=domain), if_match=if_match
        )

    def check_domain(self, org_id: str, domain: str, *, idempotency_key: str | None = None) -> Answer[shapes.Domain]:
        """Look the record up now. The answer has the state that follows; a domain stays pending until its record is found."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/domains/{domain}/check", org_id=org_id, domain=domain),
            idempotency_key=idempotency_key,
            once=True,
        )

    def list_organization_invitations(
        self, org_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer[shapes.OrganizationInvitationPage]:
        """List the invitations into an organisation that were not accepted yet, also expired ones."""
        return self.call(
            "GET", self.path("/admin/v1/organizations/{org_id}/invitations", org_id=org_id), query={"limit": limit, "cursor": cursor}
        )

    def all_organization_invitations(self, org_id: str, *, limit: int | None = None) -> Iterator[shapes.OrganizationInvitation]:
        """List the invitations into an organisation that were not accepted yet, also expired ones. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_organization_invitations(org_id, cursor=cursor, limit=limit))

    def create_organization_invitation(
        self, org_id: str, body: shapes.NewOrganizationInvitation, *, idempotency_key: str | None = None
    ) -> Answer[shapes.OrganizationInvitation]:
        """Invite an address into an organisation. The mail has a link that is valid for seven days."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/invitations", org_id=org_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def get_organization_invitation(self, org_id: str, invitation_id: str) -> Answer[shapes.OrganizationInvitation]:
        """Get one invitation. One that was accepted or withdrawn does not exist any more."""
        return self.call(
            "GET", self.path("/admin/v1/organizations/{org_id}/invitations/{invitation_id}", org_id=org_id, invitation_id=invitation_id)
        )

    def withdraw_organization_invitation(self, org_id: str, invitation_id: str) -> Answer[None]:
        """Withdraw an invitation. Its link ends."""
        return self.call(
            "DELETE", self.path("/admin/v1/organizations/{org_id}/invitations/{invitation_id}", org_id=org_id, invitation_id=invitation_id)
        )

    def resend_organization_invitation(
        self, org_id: str, invitation_id: str, *, idempotency_key: str | None = None
    ) -> Answer[shapes.OrganizationInvitation]:
        """Send a new link, valid for seven days from now. The former link ends."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/invitations/{invitation_id}/resend", org_id=org_id, invitation_id=invitation_id),
            idempotency_key=idempotency_key,
            once=True,
        )

    def list_members(self, org_id: str, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.MemberPage]:
        """List the members by user id."""
        return self.call(
            "GET", self.path("/admin/v1/organizations/{org_id}/members", org_id=org_id), query={"limit": limit, "cursor": cursor}
        )

    def all_members(self, org_id: str, *, limit: int | None = None) -> Iterator[shapes.Member]:
        """List the members by user id. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_members(org_id, cursor=cursor, limit=limit))

    def add_member(self, org_id: str, body: shapes.NewMember, *, idempotency_key: str | None = None) -> Answer[shapes.Member]:
        """Make a user a member. An organisation's own admin cannot: they invite people."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/members", org_id=org_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def get_member(self, org_id: str, user_id: str) -> Answer[shapes.Member]:
        """Get one member."""
        return self.call("GET", self.path("/admin/v1/organizations/{org_id}/members/{user_id}", org_id=org_id, user_id=user_id))

    def change_member(self, org_id: str, user_id: str, body: shapes.MemberChanges, *, if_match: str | None = None) -> Answer[shapes.Member]:
        """Change a membership by an RFC 7396 patch. You cannot change your own, and give no OAuth scope that you do not hold."""
        return self.call(
            "PATCH",
            self.path("/admin/v1/organizations/{org_id}/members/{user_id}", org_id=org_id, user_id=user_id),
            body=body,
            if_match=if_match,
        )

    def remove_member(self, org_id: str, user_id: str, *, if_match: str | None = None) -> Answer[None]:
        """End a membership. The account stays; its tokens for the organisation are not refreshed any more."""
        return self.call(
            "DELETE", self.path("/admin/v1/organizations/{org_id}/members/{user_id}", org_id=org_id, user_id=user_id), if_match=if_match
        )

    def list_organization_roles(self, org_id: str, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.RolePage]:
        """List the roles of an organisation by name."""
        return self.call(
            "GET", self.path("/admin/v1/organizations/{org_id}/roles", org_id=org_id), query={"limit": limit, "cursor": cursor}
        )

    def all_organization_roles(self, org_id: str, *, limit: int | None = None) -> Iterator[shapes.Role]:
        """List the roles of an organisation by name. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_organization_roles(org_id, cursor=cursor, limit=limit))

    def create_organization_role(self, org_id: str, body: shapes.NewRole, *, idempotency_key: str | None = None) -> Answer[shapes.Role]:
        """Create a role of the organisation. It has no holders, even if a role of this name was deleted before."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/roles", org_id=org_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def get_organization_role(self, org_id: str, role_name: str) -> Answer[shapes.Role]:
        """Get one role of the organisation."""
        return self.call("GET", self.path("/admin/v1/organizations/{org_id}/roles/{role_name}", org_id=org_id, role_name=role_name))

    def change_organization_role(
        self, org_id: str, role_name: str, body: shapes.RoleChanges, *, if_match: str | None = None
    ) -> Answer[shapes.Role]:
        """Change a role of the organisation by an RFC 7396 patch. A holder of a role cannot give it more permissions."""
        return self.call(
            "PATCH",
            self.path("/admin/v1/organizations/{org_id}/roles/{role_name}", org_id=org_id, role_name=role_name),
            body=body,
            if_match=if_match,
        )

    def delete_organization_role(self, org_id: str, role_name: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a role of the organisation. Later tokens of its holders lack it."""
        return self.call(
            "DELETE", self.path("/admin/v1/organizations/{org_id}/roles/{role_name}", org_id=org_id, role_name=role_name), if_match=if_match
        )

    def list_organization_scim_clients(self, org_id: str) -> Answer[shapes.OrganizationScimClientPage]:
        """List all SCIM clients of the organisation."""
        return self.call("GET", self.path("/admin/v1/organizations/{org_id}/scim-clients", org_id=org_id))

    def create_organization_scim_client(
        self, org_id: str, body: shapes.NewOrganizationScimClient, *, idempotency_key: str | None = None
    ) -> Answer[shapes.OrganizationScimClientWithToken]:
        """Make a SCIM client of the organisation. The answer contains its token, which is shown once, and the base URL of SCIM."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/scim-clients", org_id=org_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def get_organization_scim_client(self, org_id: str, scim_client_id: str) -> Answer[shapes.OrganizationScimClient]:
        """Get one SCIM client of the organisation."""
        return self.call(
            "GET", self.path("/admin/v1/organizations/{org_id}/scim-clients/{scim_client_id}", org_id=org_id, scim_client_id=scim_client_id)
        )

    def change_organization_scim_client(
        self, org_id: str, scim_client_id: str, body: shapes.OrganizationScimClientChanges, *, if_match: str | None = None
    ) -> Answer[shapes.OrganizationScimClient]:
        """Change a SCIM client of the organisation by an RFC 7396 patch. Its next request follows the change."""
        return self.call(
            "PATCH",
            self.path("/admin/v1/organizations/{org_id}/scim-clients/{scim_client_id}", org_id=org_id, scim_client_id=scim_client_id),
            body=body,
            if_match=if_match,
        )

    def delete_organization_scim_client(self, org_id: str, scim_client_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a SCIM client of the organisation. Its tokens end at once. Its people stay, and belong to it again only under the same
        id.
        """
        return self.call(
            "DELETE",
            self.path("/admin/v1/organizations/{org_id}/scim-clients/{scim_client_id}", org_id=org_id, scim_client_id=scim_client_id),
            if_match=if_match,
        )

    def rotate_organization_scim_token(
        self,
        org_id: str,
        scim_client_id: str,
        body: shapes.ScimTokenRotation,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[shapes.OrganizationScimClientWithToken]:
        """Make a new token. The earlier one stays valid for a time. It needs `users:read` and `users:write`, too."""
        return self.call(
            "POST",
            self.path("/admin/v1/organizations/{org_id}/scim-clients/{scim_client_id}/token", org_id=org_id, scim_client_id=scim_client_id),
            body=body,
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def list_policy_versions(self, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.PolicyVersionPage]:
        """List the versions, the newest first, without their texts."""
        return self.call("GET", self.path("/admin/v1/policies"), query={"limit": limit, "cursor": cursor})

    def all_policy_versions(self, *, limit: int | None = None) -> Iterator[shapes.PolicyVersionSummary]:
        """List the versions, the newest first, without their texts. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_policy_versions(cursor=cursor, limit=limit))

    def create_policy_version(self, body: shapes.NewPolicyVersion, *, idempotency_key: str | None = None) -> Answer[shapes.PolicyVersion]:
        """Save policies as a new version if they are valid. It has no effect until it is published."""
        return self.call("POST", self.path("/admin/v1/policies"), body=body, idempotency_key=idempotency_key, once=True)

    def get_live_policies(self) -> Answer[shapes.LivePolicies]:
        """Get the number of the live version."""
        return self.call("GET", self.path("/admin/v1/policies/live"))

    def publish_policies(self, body: shapes.Publish, *, if_match: str | None = None) -> Answer[shapes.LivePolicies]:
        """Make a version live instead of the present one. Publishing an older version is a rollback."""
        return self.call("PUT", self.path("/admin/v1/policies/live"), body=body, if_match=if_match)

    def simulate_policies(self, body: shapes.Simulation) -> Answer[shapes.SimulationResult]:
        """Simulate a version: what it would decide, and which rules and policies would decide. No stored subjects are used, and nothing
        changes.
        """
        return self.call("POST", self.path("/admin/v1/policies/simulate"), body=body)

    def get_policy_version(self, number: str) -> Answer[shapes.PolicyVersion]:
        """Get one version."""
        return self.call("GET", self.path("/admin/v1/policies/{number}", number=number))

    def list_provisioning_targets(self) -> Answer[shapes.ProvisioningTargetPage]:
        """List all provisioning targets."""
        return self.call("GET", self.path("/admin/v1/provisioning-targets"))

    def create_provisioning_target(
        self, body: shapes.NewProvisioningTarget, *, idempotency_key: str | None = None
    ) -> Answer[shapes.ProvisioningTarget]:
        """Create a provisioning target. People get accounts with the next run of the job."""
        return self.call("POST", self.path("/admin/v1/provisioning-targets"), body=body, idempotency_key=idempotency_key, once=True)

    def get_provisioning_target(self, target_id: str) -> Answer[shapes.ProvisioningTargetState]:
        """Get one provisioning target, and how it does."""
        return self.call("GET", self.path("/admin/v1/provisioning-targets/{target_id}", target_id=target_id))

    def change_provisioning_target(
        self, target_id: str, body: shapes.ProvisioningTargetChanges, *, if_match: str | None = None
    ) -> Answer[shapes.ProvisioningTarget]:
        """Change a provisioning target by an RFC 7396 patch. `token` replaces the stored token. All accounts are compared
        afterwards.
        """
        return self.call(
            "PATCH", self.path("/admin/v1/provisioning-targets/{target_id}", target_id=target_id), body=body, if_match=if_match
        )

    def delete_provisioning_target(self, target_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a provisioning target. The accounts at the app stay as they are, and get no more changes."""
        return self.call("DELETE", self.path("/admin/v1/provisioning-targets/{target_id}", target_id=target_id), if_match=if_match)

    def compare_provisioning_target(self, target_id: str, *, idempotency_key: str | None = None) -> Answer[shapes.ProvisioningTargetState]:
        """Compare all people and all accounts at the app, from the beginning, with the next run of the job. A rest of the target
        ends.
        """
        return self.call(
            "POST",
            self.path("/admin/v1/provisioning-targets/{target_id}/comparison", target_id=target_id),
            idempotency_key=idempotency_key,
            once=True,
        )

    def list_provisioning_failures(
        self, target_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer[shapes.ProvisioningFailurePage]:
        """List people whose account the app refused to the end."""
        return self.call(
            "GET",
            self.path("/admin/v1/provisioning-targets/{target_id}/failures", target_id=target_id),
            query={"limit": limit, "cursor": cursor},
        )

    def all_provisioning_failures(self, target_id: str, *, limit: int | None = None) -> Iterator[shapes.ProvisioningFailure]:
        """List people whose account the app refused to the end. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_provisioning_failures(target_id, cursor=cursor, limit=limit))

    def retry_provisioning(
        self, target_id: str, body: shapes.ProvisioningRetry, *, idempotency_key: str | None = None
    ) -> Answer[shapes.ProvisioningRetried]:
        """Try failures again with the next run of the job."""
        return self.call(
            "POST",
            self.path("/admin/v1/provisioning-targets/{target_id}/retry", target_id=target_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def check_provisioning_token(self, target_id: str, body: shapes.SecretCheck) -> Answer[shapes.SecretChecked]:
        """Tell whether this is the bearer token of the provisioning target."""
        return self.call("POST", self.path("/admin/v1/provisioning-targets/{target_id}/secret-check", target_id=target_id), body=body)

    def list_roles(self, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.RolePage]:
        """List roles by name."""
        return self.call("GET", self.path("/admin/v1/roles"), query={"limit": limit, "cursor": cursor})

    def all_roles(self, *, limit: int | None = None) -> Iterator[shapes.Role]:
        """List roles by name. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_roles(cursor=cursor, limit=limit))

    def create_role(self, body: shapes.NewRole, *, idempotency_key: str | None = None) -> Answer[shapes.Role]:
        """Create a role. It has no holders, even if a role of this name was deleted before."""
        return self.call("POST", self.path("/admin/v1/roles"), body=body, idempotency_key=idempotency_key, once=True)

    def get_role(self, role_name: str) -> Answer[shapes.Role]:
        """Get one role."""
        return self.call("GET", self.path("/admin/v1/roles/{role_name}", role_name=role_name))

    def change_role(self, role_name: str, body: shapes.RoleChanges, *, if_match: str | None = None) -> Answer[shapes.Role]:
        """Change a role by an RFC 7396 patch, as application/merge-patch+json or application/json. Later tokens contain the change."""
        return self.call("PATCH", self.path("/admin/v1/roles/{role_name}", role_name=role_name), body=body, if_match=if_match)

    def delete_role(self, role_name: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a role. Later tokens of its holders lack it. A new role of this name has no holders."""
        return self.call("DELETE", self.path("/admin/v1/roles/{role_name}", role_name=role_name), if_match=if_match)

    def list_scim_clients(self) -> Answer[shapes.ScimClientPage]:
        """List all SCIM clients."""
        return self.call("GET", self.path("/admin/v1/scim-clients"))

    def create_scim_client(self, body: shapes.NewScimClient, *, idempotency_key: str | None = None) -> Answer[shapes.ScimClientWithToken]:
        """Create a SCIM client. The answer contains its token, which is shown once, and the base URL to enter at the directory."""
        return self.call("POST", self.path("/admin/v1/scim-clients"), body=body, idempotency_key=idempotency_key, once=True)

    def get_scim_client(self, scim_client_id: str) -> Answer[shapes.ScimClient]:
        """Get one SCIM client."""
        return self.call("GET", self.path("/admin/v1/scim-clients/{scim_client_id}", scim_client_id=scim_client_id))

    def change_scim_client(
        self, scim_client_id: str, body: shapes.ScimClientChanges, *, if_match: str | None = None
    ) -> Answer[shapes.ScimClient]:
        """Change a SCIM client by an RFC 7396 patch. Its next request follows the change."""
        return self.call(
            "PATCH", self.path("/admin/v1/scim-clients/{scim_client_id}", scim_client_id=scim_client_id), body=body, if_match=if_match
        )

    def delete_scim_client(self, scim_client_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a SCIM client. Its tokens end at once. Its people stay, and belong to it again only under the same id."""
        return self.call("DELETE", self.path("/admin/v1/scim-clients/{scim_client_id}", scim_client_id=scim_client_id), if_match=if_match)

    def rotate_scim_token(
        self, scim_client_id: str, body: shapes.ScimTokenRotation, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.ScimClientWithToken]:
        """Make a new token. The earlier one stays valid for a time, so that the directory can change to the new one."""
        return self.call(
            "POST",
            self.path("/admin/v1/scim-clients/{scim_client_id}/token", scim_client_id=scim_client_id),
            body=body,
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def list_scope_texts(self) -> Answer[shapes.ScopeTextPage]:
        """List all texts by scope."""
        return self.call("GET", self.path("/admin/v1/scopes"))

    def get_scope_text(self, scope: str) -> Answer[shapes.ScopeText]:
        """Get the texts of one scope."""
        return self.call("GET", self.path("/admin/v1/scopes/{scope}", scope=scope))

    def put_scope_text(
        self, scope: str, body: shapes.NewScopeText, *, if_none_match: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.ScopeText]:
        """Write the texts of a scope for the consent page and the account page. They replace the earlier texts and grant no scope."""
        return self.call(
            "PUT", self.path("/admin/v1/scopes/{scope}", scope=scope), body=body, if_none_match=if_none_match, if_match=if_match
        )

    def delete_scope_text(self, scope: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete the texts of a scope. Pages show the bare scope again. Existing consents stay."""
        return self.call("DELETE", self.path("/admin/v1/scopes/{scope}", scope=scope), if_match=if_match)

    def list_sealing_keys(self) -> Answer[shapes.SealingKeyPage]:
        """List all sealing keys, the newest first."""
        return self.call("GET", self.path("/admin/v1/sealing-keys"))

    def rotate_sealing_keys(self, *, idempotency_key: str | None = None) -> Answer[shapes.SealingKey]:
        """Add a key, which seals after two minutes. The earlier key opens what it sealed until that expires, so no user is signed
        out.
        """
        return self.call("POST", self.path("/admin/v1/sealing-keys/rotate"), idempotency_key=idempotency_key, once=True)

    def revoke_sealing_key(self, key_id: str) -> Answer[None]:
        """Revoke a key in an emergency. Everything that it sealed is refused."""
        return self.call("POST", self.path("/admin/v1/sealing-keys/{key_id}/revoke", key_id=key_id))

    def list_signal_streams(self) -> Answer[shapes.SignalStreamPage]:
        """List all streams of shared signals, and how they do."""
        return self.call("GET", self.path("/admin/v1/signal-streams"))

    def get_signal_stream(self, stream_id: str) -> Answer[shapes.SignalStream]:
        """Get one stream, and how it does. Its version changes also when its app changes it or asks for a verification."""
        return self.call("GET", self.path("/admin/v1/signal-streams/{stream_id}", stream_id=stream_id))

    def delete_signal_stream(self, stream_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a stream, and what it has not got. Its app may make a new one."""
        return self.call("DELETE", self.path("/admin/v1/signal-streams/{stream_id}", stream_id=stream_id), if_match=if_match)

    def enable_signal_stream(
        self, stream_id: str, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.SignalStream]:
        """Enable a stream. It gets what waits, and a stream-updated event."""
        return self.call(
            "POST",
            self.path("/admin/v1/signal-streams/{stream_id}/enable", stream_id=stream_id),
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def pause_signal_stream(
        self, stream_id: str, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.SignalStream]:
        """Pause a stream: what happens waits for it. One that is paused or disabled stays as it is. Its app may enable it again."""
        return self.call(
            "POST",
            self.path("/admin/v1/signal-streams/{stream_id}/pause", stream_id=stream_id),
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def read_statistics(
        self, *, since: str | None = None, until: str | None = None, step: Literal["hour", "day"] | None = None
    ) -> Answer[shapes.StatisticsAnswer]:
        """Read how many sign-ins, failures, locks and new people there were, hour by hour or day by day."""
        return self.call("GET", self.path("/admin/v1/statistics"), query={"since": since, "until": until, "step": step})

    def list_trusted_issuers(self) -> Answer[shapes.TrustedIssuerPage]:
        """List all issuers."""
        return self.call("GET", self.path("/admin/v1/trusted-issuers"))

    def create_trusted_issuer(self, body: shapes.NewTrustedIssuer, *, idempotency_key: str | None = None) -> Answer[shapes.TrustedIssuer]:
        """Add an issuer whose assertions are accepted. It has no effect before users are linked, or are found by a verified email
        address.
        """
        return self.call("POST", self.path("/admin/v1/trusted-issuers"), body=body, idempotency_key=idempotency_key, once=True)

    def get_trusted_issuer(self, issuer_id: str) -> Answer[shapes.TrustedIssuer]:
        """Get one issuer."""
        return self.call("GET", self.path("/admin/v1/trusted-issuers/{issuer_id}", issuer_id=issuer_id))

    def put_trusted_issuer(
        self, issuer_id: str, body: shapes.NewTrustedIssuer, *, if_match: str | None = None
    ) -> Answer[shapes.TrustedIssuer]:
        """Replace all members of an issuer. With another tenant the existing links have no effect."""
        return self.call("PUT", self.path("/admin/v1/trusted-issuers/{issuer_id}", issuer_id=issuer_id), body=body, if_match=if_match)

    def delete_trusted_issuer(self, issuer_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete an issuer. Its assertions are refused at once. Access tokens that were issued before stay valid for their few minutes;
        a user's end with the grant.
        """
        return self.call("DELETE", self.path("/admin/v1/trusted-issuers/{issuer_id}", issuer_id=issuer_id), if_match=if_match)

    def list_users(
        self,
        *,
        email: str | None = None,
        search: str | None = None,
        role: str | None = None,
        group: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer[shapes.UserPage]:
        """List users by email address, or find those that match all conditions."""
        return self.call(
            "GET",
            self.path("/admin/v1/users"),
            query={"email": email, "search": search, "role": role, "group": group, "limit": limit, "cursor": cursor},
        )

    def all_users(
        self,
        *,
        email: str | None = None,
        search: str | None = None,
        role: str | None = None,
        group: str | None = None,
        limit: int | None = None,
    ) -> Iterator[shapes.User | shapes.OrganizationPerson]:
        """List users by email address, or find those that match all conditions. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_users(cursor=cursor, email=email, search=search, role=role, group=group, limit=limit))

    def create_user(
        self, body: shapes.NewUser, *, idempotency_key: str | None = None
    ) -> Answer[shapes.UserWithLocks | shapes.OrganizationPerson]:
        """Create a user, with or without a password. roles, groups and attributes need the scope roles:write too."""
        return self.call("POST", self.path("/admin/v1/users"), body=body, idempotency_key=idempotency_key, once=True)

    def get_user(self, user_id: str) -> Answer[shapes.UserWithLocks | shapes.OrganizationPerson]:
        """Get one user, with the locks that prevent a sign-in now (`locks`) and the reason why the address gets no mail
        (`mail_problem`).
        """
        return self.call("GET", self.path("/admin/v1/users/{user_id}", user_id=user_id))

    def change_user(
        self, user_id: str, body: shapes.UserChanges, *, if_match: str | None = None
    ) -> Answer[shapes.UserWithLocks | shapes.OrganizationPerson]:
        """Change a user by an RFC 7396 patch, as application/merge-patch+json or application/json."""
        return self.call("PATCH", self.path("/admin/v1/users/{user_id}", user_id=user_id), body=body, if_match=if_match)

    def delete_user(self, user_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Erase a user and all data about them, also during the days of grace after they deleted their account."""
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}", user_id=user_id), if_match=if_match)

    def cancel_deletion(self, user_id: str) -> Answer[shapes.UserWithLocks]:
        """Cancel the deletion that a user asked for (`deleting_until`). The user can sign in again; sessions and grants do not come
        back.
        """
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/deletion", user_id=user_id))

    def export_user(self, user_id: str) -> Answer[shapes.UserExport]:
        """Get everything that is stored about a user, to answer their request for it."""
        return self.call("GET", self.path("/admin/v1/users/{user_id}/export", user_id=user_id))

    def reset_factors(self, user_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Remove a user's second factor and recovery codes, for a user who lost both. All sessions end."""
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/factors", user_id=user_id), if_match=if_match)

    def list_grants(self, user_id: str, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.GrantPage]:
        """List the live grants of a user. Grants of apps that were deleted or disabled are left out."""
        return self.call("GET", self.path("/admin/v1/users/{user_id}/grants", user_id=user_id), query={"limit": limit, "cursor": cursor})

    def all_grants(self, user_id: str, *, limit: int | None = None) -> Iterator[shapes.Grant]:
        """List the live grants of a user. Grants of apps that were deleted or disabled are left out. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_grants(user_id, cursor=cursor, limit=limit))

    def revoke_grant(self, user_id: str, grant_id: str) -> Answer[None]:
        """End one grant. Its refresh tokens and access tokens are refused from now on. The app may have other grants of this user."""
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/grants/{grant_id}", user_id=user_id, grant_id=grant_id))

    def list_issuer_links(self, user_id: str) -> Answer[shapes.IssuerLinkPage]:
        """List the subjects that are linked to this user: those of trusted issuers, and the accounts at connections that open this
        one.
        """
        return self.call("GET", self.path("/admin/v1/users/{user_id}/issuer-links", user_id=user_id))

    def create_issuer_link(
        self, user_id: str, body: shapes.NewIssuerLink, *, idempotency_key: str | None = None
    ) -> Answer[shapes.IssuerLink]:
        """Link a subject of a trusted issuer to this user. A subject can be linked to one user only."""
        return self.call(
            "POST",
            self.path("/admin/v1/users/{user_id}/issuer-links", user_id=user_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def delete_issuer_link(self, user_id: str, link_id: str) -> Answer[None]:
        """Delete a link. Access that apps got by it ends, and so do the sessions that began with the connection of the link."""
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/issuer-links/{link_id}", user_id=user_id, link_id=link_id))

    def unlock_user(self, user_id: str) -> Answer[None]:
        """Remove the locks of a user who typed a wrong password or code too often. Nothing else changes, and it can be called at any
        time.
        """
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/lock", user_id=user_id))

    def clear_mail_problem(self, user_id: str) -> Answer[None]:
        """Let mails go to the user's address again, after the reason in `mail_problem` is gone. It can be called at any time."""
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/mail-problem", user_id=user_id))

    def merge_users(
        self, user_id: str, body: shapes.Merge, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.UserWithLocks]:
        """Merge another account of the same person into this one. The other one is erased, and its `sub` is never used again."""
        return self.call(
            "POST",
            self.path("/admin/v1/users/{user_id}/merge", user_id=user_id),
            body=body,
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def preview_merge(self, user_id: str, merged_id: str) -> Answer[shapes.MergePreview]:
        """Tell what a merge of the account `merged_id` into this one could move. Nothing is written. It is refused as the merge would
        be.
        """
        return self.call("GET", self.path("/admin/v1/users/{user_id}/merge/{merged_id}", user_id=user_id, merged_id=merged_id))

    def list_organizations_of_user(self, user_id: str) -> Answer[shapes.UserOrganizations]:
        """List the organisations that a user is a member of."""
        return self.call("GET", self.path("/admin/v1/users/{user_id}/organizations", user_id=user_id))

    def list_passkeys(self, user_id: str) -> Answer[shapes.PasskeyPage]:
        """List the passkeys of a user, the oldest first."""
        return self.call("GET", self.path("/admin/v1/users/{user_id}/passkeys", user_id=user_id))

    def remove_passkey(self, user_id: str, passkey_id: str) -> Answer[None]:
        """Remove a passkey, for example of a lost device. All sessions and grants of the user end. The recovery codes go with the last
        second factor.
        """
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/passkeys/{passkey_id}", user_id=user_id, passkey_id=passkey_id))

    def set_password(self, user_id: str, body: shapes.NewPassword, *, if_match: str | None = None) -> Answer[None]:
        """Set a user's password. All sessions end, and all apps lose access."""
        return self.call("PUT", self.path("/admin/v1/users/{user_id}/password", user_id=user_id), body=body, if_match=if_match)

    def start_password_reset(self, user_id: str, *, idempotency_key: str | None = None) -> Answer[None]:
        """Send a user the mail with which they set a new password. The answer has neither its link nor its code."""
        return self.call(
            "POST", self.path("/admin/v1/users/{user_id}/password-reset", user_id=user_id), idempotency_key=idempotency_key, once=True
        )

    def list_remembered_devices(
        self, user_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer[shapes.RememberedDevicePage]:
        """List the browsers in which a user is not asked for the second factor, the newest first."""
        return self.call(
            "GET", self.path("/admin/v1/users/{user_id}/remembered-devices", user_id=user_id), query={"limit": limit, "cursor": cursor}
        )

    def all_remembered_devices(self, user_id: str, *, limit: int | None = None) -> Iterator[shapes.RememberedDevice]:
        """List the browsers in which a user is not asked for the second factor, the newest first. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_remembered_devices(user_id, cursor=cursor, limit=limit))

    def forget_remembered_devices(self, user_id: str) -> Answer[None]:
        """Forget all remembered devices of a user. The next sign-in in each asks for the second factor; sessions go on."""
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/remembered-devices", user_id=user_id))

    def forget_remembered_device(self, user_id: str, device_id: str) -> Answer[None]:
        """Forget one remembered device. The next sign-in there asks for the second factor; sessions go on."""
        return self.call(
            "DELETE", self.path("/admin/v1/users/{user_id}/remembered-devices/{device_id}", user_id=user_id, device_id=device_id)
        )

    def list_sessions(self, user_id: str, *, limit: int | None = None, cursor: str | None = None) -> Answer[shapes.SessionPage]:
        """List the live sessions of a user."""
        return self.call("GET", self.path("/admin/v1/users/{user_id}/sessions", user_id=user_id), query={"limit": limit, "cursor": cursor})

    def all_sessions(self, user_id: str, *, limit: int | None = None) -> Iterator[shapes.Session]:
        """List the live sessions of a user. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_sessions(user_id, cursor=cursor, limit=limit))

    def end_all_sessions(self, user_id: str) -> Answer[None]:
        """Sign a user out everywhere, and end the access of all apps."""
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/sessions", user_id=user_id))

    def end_session(self, user_id: str, session_id: str) -> Answer[None]:
        """End one session, and the access of apps that depends on it."""
        return self.call("DELETE", self.path("/admin/v1/users/{user_id}/sessions/{session_id}", user_id=user_id, session_id=session_id))

    def send_temporary_code(self, user_id: str, *, idempotency_key: str | None = None) -> Answer[None]:
        """Send a user who lost the second factor a code that takes its place once, within a day. The answer does not have the code."""
        return self.call(
            "POST", self.path("/admin/v1/users/{user_id}/temporary-code", user_id=user_id), idempotency_key=idempotency_key, once=True
        )

    def list_webhook_event_types(self) -> Answer[shapes.WebhookEventTypes]:
        """List the types of events that this release knows, with the JSON Schema of each body."""
        return self.call("GET", self.path("/admin/v1/webhook-event-types"))

    def list_webhook_endpoints(self) -> Answer[shapes.WebhookEndpointPage]:
        """List all webhook endpoints."""
        return self.call("GET", self.path("/admin/v1/webhooks"))

    def create_webhook_endpoint(
        self, body: shapes.NewWebhookEndpoint, *, idempotency_key: str | None = None
    ) -> Answer[shapes.WebhookEndpointWithSecret]:
        """Create a webhook endpoint. The answer has its secret, which is shown once."""
        return self.call("POST", self.path("/admin/v1/webhooks"), body=body, idempotency_key=idempotency_key, once=True)

    def get_webhook_endpoint(self, endpoint_id: str) -> Answer[shapes.WebhookEndpointState]:
        """Get one webhook endpoint, and how it does."""
        return self.call("GET", self.path("/admin/v1/webhooks/{endpoint_id}", endpoint_id=endpoint_id))

    def change_webhook_endpoint(
        self, endpoint_id: str, body: shapes.WebhookEndpointChanges, *, if_match: str | None = None
    ) -> Answer[shapes.WebhookEndpoint]:
        """Change a webhook endpoint by an RFC 7396 patch."""
        return self.call("PATCH", self.path("/admin/v1/webhooks/{endpoint_id}", endpoint_id=endpoint_id), body=body, if_match=if_match)

    def delete_webhook_endpoint(self, endpoint_id: str, *, if_match: str | None = None) -> Answer[None]:
        """Delete a webhook endpoint, and what it has not got."""
        return self.call("DELETE", self.path("/admin/v1/webhooks/{endpoint_id}", endpoint_id=endpoint_id), if_match=if_match)

    def list_webhook_attempts(
        self, endpoint_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer[shapes.WebhookAttemptPage]:
        """List the attempts of the last seven days, the newest first."""
        return self.call(
            "GET", self.path("/admin/v1/webhooks/{endpoint_id}/attempts", endpoint_id=endpoint_id), query={"limit": limit, "cursor": cursor}
        )

    def all_webhook_attempts(self, endpoint_id: str, *, limit: int | None = None) -> Iterator[shapes.WebhookAttempt]:
        """List the attempts of the last seven days, the newest first. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_webhook_attempts(endpoint_id, cursor=cursor, limit=limit))

    def list_webhook_dead_letters(
        self, endpoint_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer[shapes.WebhookDeadLetterPage]:
        """List the events that were given up in the last seven days."""
        return self.call(
            "GET",
            self.path("/admin/v1/webhooks/{endpoint_id}/dead-letters", endpoint_id=endpoint_id),
            query={"limit": limit, "cursor": cursor},
        )

    def all_webhook_dead_letters(self, endpoint_id: str, *, limit: int | None = None) -> Iterator[shapes.WebhookDeadLetter]:
        """List the events that were given up in the last seven days. All pages, one after the other."""
        return self.entries(lambda cursor: self.list_webhook_dead_letters(endpoint_id, cursor=cursor, limit=limit))

    def redeliver_webhooks(
        self, endpoint_id: str, body: shapes.WebhookRedelivery, *, idempotency_key: str | None = None
    ) -> Answer[shapes.WebhookRedelivered]:
        """Send events again, with the same ids: dead letters, or those that arrived, by their ids or of a period."""
        return self.call(
            "POST",
            self.path("/admin/v1/webhooks/{endpoint_id}/redeliver", endpoint_id=endpoint_id),
            body=body,
            idempotency_key=idempotency_key,
            once=True,
        )

    def rotate_webhook_secret(
        self, endpoint_id: str, body: shapes.WebhookRotation, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> Answer[shapes.WebhookEndpointWithSecret]:
        """Make a new secret, which is shown once. The replaced one signs too for a time, so that the receiver can change."""
        return self.call(
            "POST",
            self.path("/admin/v1/webhooks/{endpoint_id}/rotate-secret", endpoint_id=endpoint_id),
            body=body,
            idempotency_key=idempotency_key,
            if_match=if_match,
            once=True,
        )

    def test_webhook_endpoint(self, endpoint_id: str, *, idempotency_key: str | None = None) -> Answer[shapes.WebhookTested]:
        """Send an event of the type `webhook.test` to this endpoint alone."""
        return self.call(
            "POST", self.path("/admin/v1/webhooks/{endpoint_id}/test", endpoint_id=endpoint_id), idempotency_key=idempotency_key, once=True
        )
