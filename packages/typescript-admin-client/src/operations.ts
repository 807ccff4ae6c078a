// The operations of the admin API.
// Made by `python -m tools.admin_clients`. Do not edit it: a test compares it with the OpenAPI document.

import { Base, type Answer } from "./base.js";
import type * as shapes from "./shapes.js";

/** A method for each operation. Each throws `ProblemError` for a refusal. */
export class Operations extends Base {
  /** List events, the newest first: about one user, about one email address, or all events of a period. */
  listEvents(options: { user_id?: string | null; email?: string | null; since?: string | null; until?: string | null; type?: string | null; outcome?: "success" | "failure" | null; client_id?: string | null; actor?: string | null; address?: string | null; request_id?: string | null; limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.EventPage>> {
    return this.call("GET", `/admin/v1/audit`, { query: { user_id: options.user_id, email: options.email, since: options.since, until: options.until, type: options.type, outcome: options.outcome, client_id: options.client_id, actor: options.actor, address: options.address, request_id: options.request_id, limit: options.limit, cursor: options.cursor }, options });
  }

  /**
   * List events, the newest first: about one user, about one email address, or all events of a period. All pages, one after the
   * other.
   */
  allEvents(options: { user_id?: string | null; email?: string | null; since?: string | null; until?: string | null; type?: string | null; outcome?: "success" | "failure" | null; client_id?: string | null; actor?: string | null; address?: string | null; request_id?: string | null; limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Event> {
    return this.entries((cursor) => this.listEvents({ ...options, ...cursor }));
  }

  /** List all types by name. */
  listAuthorizationDetailsTypes(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.DetailTypePage>> {
    return this.call("GET", `/admin/v1/authorization-details-types`, { options });
  }

  /** Get one type. */
  getAuthorizationDetailsType(typeName: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.DetailType>> {
    return this.call("GET", `/admin/v1/authorization-details-types/${encodeURIComponent(typeName)}`, { options });
  }

  /** Register a type, or replace its definition. Apps can use it when it is one of their types. */
  putAuthorizationDetailsType(typeName: string, body: shapes.NewDetailType, options: { ifNoneMatch?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.DetailType>> {
    return this.call("PUT", `/admin/v1/authorization-details-types/${encodeURIComponent(typeName)}`, { body, options });
  }

  /** Delete a type. Apps cannot ask for it any more. Permissions that people gave before stay until they end. */
  deleteAuthorizationDetailsType(typeName: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/authorization-details-types/${encodeURIComponent(typeName)}`, { options });
  }

  /** List apps by client_id, or find those that match all conditions. */
  listClients(options: { client_id?: string | null; search?: string | null; limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.ClientPage>> {
    return this.call("GET", `/admin/v1/clients`, { query: { client_id: options.client_id, search: options.search, limit: options.limit, cursor: options.cursor }, options });
  }

  /** List apps by client_id, or find those that match all conditions. All pages, one after the other. */
  allClients(options: { client_id?: string | null; search?: string | null; limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Client> {
    return this.entries((cursor) => this.listClients({ ...options, ...cursor }));
  }

  /** Register an app. The answer contains its secret, which is shown once. */
  createClient(body: shapes.NewClient, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ClientWithSecret>> {
    return this.call("POST", `/admin/v1/clients`, { body, once: true, options });
  }

  /** Get one app, without its secrets. */
  getClient(clientId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Client>> {
    return this.call("GET", `/admin/v1/clients/${encodeURIComponent(clientId)}`, { options });
  }

  /** Change an app by an RFC 7396 patch, as application/merge-patch+json or application/json. */
  changeClient(clientId: string, body: shapes.ClientChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Client>> {
    return this.call("PATCH", `/admin/v1/clients/${encodeURIComponent(clientId)}`, { body, options });
  }

  /** Delete an app. Its codes and tokens are refused from now on, even if a new app gets its client_id. */
  deleteClient(clientId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/clients/${encodeURIComponent(clientId)}`, { options });
  }

  /** Give an app a new secret, which is shown once. The old one ends at once, or after `overlap_seconds`. */
  rotateSecret(clientId: string, body?: shapes.Rotation | null, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ClientWithSecret>> {
    return this.call("POST", `/admin/v1/clients/${encodeURIComponent(clientId)}/rotate-secret`, { body, once: true, options });
  }

  /** Tell whether this is a valid secret of the app. */
  checkClientSecret(clientId: string, body: shapes.SecretCheck, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.SecretChecked>> {
    return this.call("POST", `/admin/v1/clients/${encodeURIComponent(clientId)}/secret-check`, { body, options });
  }

  /** List all connections. */
  listConnections(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.ConnectionPage>> {
    return this.call("GET", `/admin/v1/connections`, { options });
  }

  /** Create a connection. The metadata of an OpenID Connect upstream is read at this moment. Register `redirect_uri` at the upstream. */
  createConnection(body: shapes.NewConnection, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Connection>> {
    return this.call("POST", `/admin/v1/connections`, { body, once: true, options });
  }

  /** Get one connection. */
  getConnection(connectionId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Connection>> {
    return this.call("GET", `/admin/v1/connections/${encodeURIComponent(connectionId)}`, { options });
  }

  /** Change a connection by an RFC 7396 patch. The next sign-in follows the change; the sign-in page shows it within a minute. */
  changeConnection(connectionId: string, body: shapes.ConnectionChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Connection>> {
    return this.call("PATCH", `/admin/v1/connections/${encodeURIComponent(connectionId)}`, { body, options });
  }

  /** Delete a connection. No sign-in by it succeeds from now on. Its links stay stored, and count again only under the same id. */
  deleteConnection(connectionId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/connections/${encodeURIComponent(connectionId)}`, { options });
  }

  /** SAML: make our next keys, and publish their certificates in our metadata beside those in use. Ones made before and unused go. */
  prepareConnectionCertificates(connectionId: string, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Connection>> {
    return this.call("POST", `/admin/v1/connections/${encodeURIComponent(connectionId)}/certificates`, { once: true, options });
  }

  /** SAML: use the next keys from now on, after the identity provider read our metadata. The key before still decrypts assertions. */
  activateConnectionCertificates(connectionId: string, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Connection>> {
    return this.call("POST", `/admin/v1/connections/${encodeURIComponent(connectionId)}/certificates/activate`, { once: true, options });
  }

  /** Read the metadata of the upstream again, and store its endpoints: after the upstream moved one of them. */
  readConnectionMetadata(connectionId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Connection>> {
    return this.call("POST", `/admin/v1/connections/${encodeURIComponent(connectionId)}/metadata`, { options });
  }

  /** Tell whether this is the secret of the connection. */
  checkConnectionSecret(connectionId: string, body: shapes.SecretCheck, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.SecretChecked>> {
    return this.call("POST", `/admin/v1/connections/${encodeURIComponent(connectionId)}/secret-check`, { body, options });
  }

  /** List groups by name. */
  listGroups(options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.GroupPage>> {
    return this.call("GET", `/admin/v1/groups`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List groups by name. All pages, one after the other. */
  allGroups(options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Group> {
    return this.entries((cursor) => this.listGroups({ ...options, ...cursor }));
  }

  /** Create a group. It has no members, even if a group of this name was deleted before. */
  createGroup(body: shapes.NewGroup, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Group>> {
    return this.call("POST", `/admin/v1/groups`, { body, once: true, options });
  }

  /** Get one group. */
  getGroup(groupName: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Group>> {
    return this.call("GET", `/admin/v1/groups/${encodeURIComponent(groupName)}`, { options });
  }

  /** Change a group by an RFC 7396 patch, as application/merge-patch+json or application/json. Later tokens contain the change. */
  changeGroup(groupName: string, body: shapes.GroupChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Group>> {
    return this.call("PATCH", `/admin/v1/groups/${encodeURIComponent(groupName)}`, { body, options });
  }

  /** Delete a group. Later tokens of its members lack its roles. A new group of this name has no members. */
  deleteGroup(groupName: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/groups/${encodeURIComponent(groupName)}`, { options });
  }

  /** List all hooks, in the order in which they are asked. */
  listHooks(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.HookPage>> {
    return this.call("GET", `/admin/v1/hooks`, { options });
  }

  /** Create a hook. It is asked within half a minute. Your token needs every scope of the admin API. */
  createHook(body: shapes.NewHook, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Hook>> {
    return this.call("POST", `/admin/v1/hooks`, { body, once: true, options });
  }

  /** Get one hook. */
  getHook(hookName: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Hook>> {
    return this.call("GET", `/admin/v1/hooks/${encodeURIComponent(hookName)}`, { options });
  }

  /** Change a hook by an RFC 7396 patch; `claims` are replaced as a whole. Your token needs every scope of the admin API. */
  changeHook(hookName: string, body: shapes.HookChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Hook>> {
    return this.call("PATCH", `/admin/v1/hooks/${encodeURIComponent(hookName)}`, { body, options });
  }

  /** Delete a hook. Your token needs every scope of the admin API. */
  deleteHook(hookName: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/hooks/${encodeURIComponent(hookName)}`, { options });
  }

  /**
   * Ask a hook about a sample, and tell what it answers and what would count. Nothing else happens; a function gets `dry_run` with
   * its event. A hook that is switched off is asked too. Your token needs every scope of the admin API.
   */
  dryRunHook(hookName: string, body: shapes.HookSample, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.HookDryRun>> {
    return this.call("POST", `/admin/v1/hooks/${encodeURIComponent(hookName)}/dry-run`, { body, options });
  }

  /** List the imports of the last 30 days, the newest first. */
  listImports(options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.ImportPage>> {
    return this.call("GET", `/admin/v1/imports`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the imports of the last 30 days, the newest first. All pages, one after the other. */
  allImports(options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Import> {
    return this.entries((cursor) => this.listImports({ ...options, ...cursor }));
  }

  /** Create an import. The answer says where the files go. Send each by PUT within 15 minutes, and start the import then. */
  createImport(body: shapes.NewImport, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ImportWithUploads>> {
    return this.call("POST", `/admin/v1/imports`, { body, once: true, options });
  }

  /** Get one import: its status, and how far it is. */
  getImport(importId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Import>> {
    return this.call("GET", `/admin/v1/imports/${encodeURIComponent(importId)}`, { options });
  }

  /** End an import within seconds, and delete its uploads. People whom it made stay. */
  cancelImport(importId: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Import>> {
    return this.call("POST", `/admin/v1/imports/${encodeURIComponent(importId)}/cancel`, { once: true, options });
  }

  /** List the rows that were refused, by their number, and why. It is kept for 30 days. */
  listRefusedRows(importId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.RefusedRows>> {
    return this.call("GET", `/admin/v1/imports/${encodeURIComponent(importId)}/report`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the rows that were refused, by their number, and why. It is kept for 30 days. All pages, one after the other. */
  allRefusedRows(importId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.RefusedRow> {
    return this.entries((cursor) => this.listRefusedRows(importId, { ...options, ...cursor }));
  }

  /** Start an import whose files were uploaded. One import runs at a time. Starting it again does nothing. */
  startImport(importId: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("POST", `/admin/v1/imports/${encodeURIComponent(importId)}/start`, { once: true, options });
  }

  /** List the tokens with which apps can be registered. */
  listInitialAccessTokens(options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.InitialAccessTokenPage>> {
    return this.call("GET", `/admin/v1/initial-access-tokens`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the tokens with which apps can be registered. All pages, one after the other. */
  allInitialAccessTokens(options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.InitialAccessToken> {
    return this.entries((cursor) => this.listInitialAccessTokens({ ...options, ...cursor }));
  }

  /** Create a token with which apps can be registered. The answer contains the token, which is shown once. */
  createInitialAccessToken(body: shapes.NewInitialAccessToken, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.InitialAccessTokenWithSecret>> {
    return this.call("POST", `/admin/v1/initial-access-tokens`, { body, once: true, options });
  }

  /** Delete a token. Apps that were registered with it stay. */
  deleteInitialAccessToken(tokenId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/initial-access-tokens/${encodeURIComponent(tokenId)}`, { options });
  }

  /** List the invitations that were not accepted yet, also expired ones. */
  listInvitations(options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.InvitationPage>> {
    return this.call("GET", `/admin/v1/invitations`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the invitations that were not accepted yet, also expired ones. All pages, one after the other. */
  allInvitations(options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Invitation> {
    return this.entries((cursor) => this.listInvitations({ ...options, ...cursor }));
  }

  /** Invite an address to create an account. The mail has a link that is valid for seven days. */
  createInvitation(body: shapes.NewInvitation, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Invitation>> {
    return this.call("POST", `/admin/v1/invitations`, { body, once: true, options });
  }

  /** Get one invitation. One that was accepted or withdrawn does not exist any more. */
  getInvitation(invitationId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Invitation>> {
    return this.call("GET", `/admin/v1/invitations/${encodeURIComponent(invitationId)}`, { options });
  }

  /** Withdraw an invitation. Its link ends. */
  withdrawInvitation(invitationId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/invitations/${encodeURIComponent(invitationId)}`, { options });
  }

  /** Send a new link, valid for seven days from now. The former link ends. */
  resendInvitation(invitationId: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Invitation>> {
    return this.call("POST", `/admin/v1/invitations/${encodeURIComponent(invitationId)}/resend`, { once: true, options });
  }

  /** List all signing keys, the newest first. */
  listKeys(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.KeyPage>> {
    return this.call("GET", `/admin/v1/keys`, { options });
  }

  /** Rotate the signing keys of all algorithms, or of `alg`: the next key becomes active. `idp keys rotate` does the same. */
  rotateKeys(body?: shapes.KeyRotation | null, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.RotatedKeys>> {
    return this.call("POST", `/admin/v1/keys/rotate`, { body, once: true, options });
  }

  /** Revoke a key in an emergency. Everything that it signed is refused, and another key signs at once. */
  revokeKey(kid: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Key>> {
    return this.call("POST", `/admin/v1/keys/${encodeURIComponent(kid)}/revoke`, { once: true, options });
  }

  /** List the labels of all objects that a declarative file manages. */
  listManagedObjects(options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.ManagedObjectPage>> {
    return this.call("GET", `/admin/v1/managed-objects`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the labels of all objects that a declarative file manages. All pages, one after the other. */
  allManagedObjects(options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.ManagedObject> {
    return this.entries((cursor) => this.listManagedObjects({ ...options, ...cursor }));
  }

  /** Label an object, or write the label anew. The object is not looked at. An object belongs to one file. */
  labelObject(body: shapes.ManagedObject, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ManagedObject>> {
    return this.call("POST", `/admin/v1/managed-objects`, { body, once: true, options });
  }

  /** Remove the label that this file gave. The object stays, and the file does not delete it any more. */
  unlabelObject(objectKind: string, objectId: string, options: { manager: string; signal?: AbortSignal }): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/managed-objects/${encodeURIComponent(objectKind)}/${encodeURIComponent(objectId)}`, { query: { manager: options.manager }, options });
  }

  /** List organisations by slug, or find those that match all conditions. An organisation's own admin gets this one only. */
  listOrganizations(options: { slug?: string; search?: string | null; limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationPage>> {
    return this.call("GET", `/admin/v1/organizations`, { query: { slug: options.slug, search: options.search, limit: options.limit, cursor: options.cursor }, options });
  }

  /**
   * List organisations by slug, or find those that match all conditions. An organisation's own admin gets this one only. All pages,
   * one after the other.
   */
  allOrganizations(options: { slug?: string; search?: string | null; limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Organization> {
    return this.entries((cursor) => this.listOrganizations({ ...options, ...cursor }));
  }

  /** Create an organisation without members. */
  createOrganization(body: shapes.NewOrganization, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Organization>> {
    return this.call("POST", `/admin/v1/organizations`, { body, once: true, options });
  }

  /** Get one organisation. */
  getOrganization(orgId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Organization>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}`, { options });
  }

  /** Change an organisation by an RFC 7396 patch, as application/merge-patch+json or application/json. */
  changeOrganization(orgId: string, body: shapes.OrganizationChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Organization>> {
    return this.call("PATCH", `/admin/v1/organizations/${encodeURIComponent(orgId)}`, { body, options });
  }

  /** Delete an organisation. People keep their accounts; memberships, roles, domains and invitations go, many of them within a day. */
  deleteOrganization(orgId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/organizations/${encodeURIComponent(orgId)}`, { options });
  }

  /** List the machine clients that the organisation made, by client_id. The list can be a moment old. */
  listOrganizationClients(orgId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationClientPage>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/clients`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the machine clients that the organisation made, by client_id. The list can be a moment old. All pages, one after the other. */
  allOrganizationClients(orgId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.OrganizationClient> {
    return this.entries((cursor) => this.listOrganizationClients(orgId, { ...options, ...cursor }));
  }

  /** Make a machine client of the organisation. The answer contains its secret, which is shown once. */
  createOrganizationClient(orgId: string, body: shapes.NewOrganizationClient, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationClientWithSecret>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/clients`, { body, once: true, options });
  }

  /** Get one machine client of the organisation, without its secrets. */
  getOrganizationClient(orgId: string, clientId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationClient>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/clients/${encodeURIComponent(clientId)}`, { options });
  }

  /** Change a machine client of the organisation by an RFC 7396 patch. Disabling it ends its tokens. */
  changeOrganizationClient(orgId: string, clientId: string, body: shapes.OrganizationClientChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationClient>> {
    return this.call("PATCH", `/admin/v1/organizations/${encodeURIComponent(orgId)}/clients/${encodeURIComponent(clientId)}`, { body, options });
  }

  /** Delete a machine client of the organisation. Its tokens are refused from now on. */
  deleteOrganizationClient(orgId: string, clientId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/organizations/${encodeURIComponent(orgId)}/clients/${encodeURIComponent(clientId)}`, { options });
  }

  /**
   * Give a machine client of the organisation a new secret, which is shown once. The old one ends at once, or after
   * `overlap_seconds`.
   */
  rotateOrganizationClientSecret(orgId: string, clientId: string, body?: shapes.OrganizationClientRotation | null, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationClientWithSecret>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/clients/${encodeURIComponent(clientId)}/rotate-secret`, { body, once: true, options });
  }

  /** List all connections of the organisation. */
  listOrganizationConnections(orgId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationConnectionPage>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/connections`, { options });
  }

  /** Make a connection of the organisation from a preset. Then lead a proven domain to it (`connection_id` of the domain). */
  createOrganizationConnection(orgId: string, body: shapes.NewOrganizationConnection, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationConnection>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/connections`, { body, once: true, options });
  }

  /** Get one connection of the organisation. */
  getOrganizationConnection(orgId: string, connectionId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationConnection>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/connections/${encodeURIComponent(connectionId)}`, { options });
  }

  /** Change a connection of the organisation by an RFC 7396 patch. The next sign-in follows the change. */
  changeOrganizationConnection(orgId: string, connectionId: string, body: shapes.OrganizationConnectionChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationConnection>> {
    return this.call("PATCH", `/admin/v1/organizations/${encodeURIComponent(orgId)}/connections/${encodeURIComponent(connectionId)}`, { body, options });
  }

  /** Delete a connection of the organisation. No sign-in by it succeeds from now on. Its links count again only under the same id. */
  deleteOrganizationConnection(orgId: string, connectionId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/organizations/${encodeURIComponent(orgId)}/connections/${encodeURIComponent(connectionId)}`, { options });
  }

  /** SAML: make our next keys, and publish their certificates in our metadata beside those in use. It needs the scopes of a change. */
  prepareOrganizationConnectionCertificates(orgId: string, connectionId: string, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationConnection>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/connections/${encodeURIComponent(connectionId)}/certificates`, { once: true, options });
  }

  /** SAML: use the next keys from now on, after the identity provider read our metadata. It needs the scopes of a change. */
  activateOrganizationConnectionCertificates(orgId: string, connectionId: string, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationConnection>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/connections/${encodeURIComponent(connectionId)}/certificates/activate`, { once: true, options });
  }

  /** Test the connection: read the metadata of the upstream again, and store its endpoints. It needs the scopes of a change. */
  readOrganizationConnectionMetadata(orgId: string, connectionId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationConnection>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/connections/${encodeURIComponent(connectionId)}/metadata`, { options });
  }

  /** Tell whether this is the secret of the connection of the organisation. It needs the scopes of a change of the secret. */
  checkOrganizationConnectionSecret(orgId: string, connectionId: string, body: shapes.SecretCheck, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.SecretChecked>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/connections/${encodeURIComponent(connectionId)}/secret-check`, { body, options });
  }

  /** List the domains that an organisation claims, with the records that prove them. */
  listDomains(orgId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.DomainList>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/domains`, { options });
  }

  /** Claim a domain. Publish the record of the answer in the DNS, and then check it. */
  claimDomain(orgId: string, body: shapes.NewDomain, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Domain>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/domains`, { body, once: true, options });
  }

  /** Get one domain. */
  getDomain(orgId: string, domain: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Domain>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/domains/${encodeURIComponent(domain)}`, { options });
  }

  /** Change where a domain leads, by an RFC 7396 patch. An organisation's own admin leads it to its own connections only. */
  changeDomain(orgId: string, domain: string, body: shapes.DomainChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Domain>> {
    return this.call("PATCH", `/admin/v1/organizations/${encodeURIComponent(orgId)}/domains/${encodeURIComponent(domain)}`, { body, options });
  }

  /** Remove a domain. It leads nowhere then, and another organisation may prove it. */
  removeDomain(orgId: string, domain: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/organizations/${encodeURIComponent(orgId)}/domains/${encodeURIComponent(domain)}`, { options });
  }

  /** Look the record up now. The answer has the state that follows; a domain stays pending until its record is found. */
  checkDomain(orgId: string, domain: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Domain>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/domains/${encodeURIComponent(domain)}/check`, { once: true, options });
  }

  /** List the invitations into an organisation that were not accepted yet, also expired ones. */
  listOrganizationInvitations(orgId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationInvitationPage>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/invitations`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the invitations into an organisation that were not accepted yet, also expired ones. All pages, one after the other. */
  allOrganizationInvitations(orgId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.OrganizationInvitation> {
    return this.entries((cursor) => this.listOrganizationInvitations(orgId, { ...options, ...cursor }));
  }

  /** Invite an address into an organisation. The mail has a link that is valid for seven days. */
  createOrganizationInvitation(orgId: string, body: shapes.NewOrganizationInvitation, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationInvitation>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/invitations`, { body, once: true, options });
  }

  /** Get one invitation. One that was accepted or withdrawn does not exist any more. */
  getOrganizationInvitation(orgId: string, invitationId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationInvitation>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/invitations/${encodeURIComponent(invitationId)}`, { options });
  }

  /** Withdraw an invitation. Its link ends. */
  withdrawOrganizationInvitation(orgId: string, invitationId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/organizations/${encodeURIComponent(orgId)}/invitations/${encodeURIComponent(invitationId)}`, { options });
  }

  /** Send a new link, valid for seven days from now. The former link ends. */
  resendOrganizationInvitation(orgId: string, invitationId: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationInvitation>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/invitations/${encodeURIComponent(invitationId)}/resend`, { once: true, options });
  }

  /** List the members by user id. */
  listMembers(orgId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.MemberPage>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/members`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the members by user id. All pages, one after the other. */
  allMembers(orgId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Member> {
    return this.entries((cursor) => this.listMembers(orgId, { ...options, ...cursor }));
  }

  /** Make a user a member. An organisation's own admin cannot: they invite people. */
  addMember(orgId: string, body: shapes.NewMember, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Member>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/members`, { body, once: true, options });
  }

  /** Get one member. */
  getMember(orgId: string, userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Member>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}`, { options });
  }

  /** Change a membership by an RFC 7396 patch. You cannot change your own, and give no OAuth scope that you do not hold. */
  changeMember(orgId: string, userId: string, body: shapes.MemberChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Member>> {
    return this.call("PATCH", `/admin/v1/organizations/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}`, { body, options });
  }

  /** End a membership. The account stays; its tokens for the organisation are not refreshed any more. */
  removeMember(orgId: string, userId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/organizations/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}`, { options });
  }

  /** List the roles of an organisation by name. */
  listOrganizationRoles(orgId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.RolePage>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/roles`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the roles of an organisation by name. All pages, one after the other. */
  allOrganizationRoles(orgId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Role> {
    return this.entries((cursor) => this.listOrganizationRoles(orgId, { ...options, ...cursor }));
  }

  /** Create a role of the organisation. It has no holders, even if a role of this name was deleted before. */
  createOrganizationRole(orgId: string, body: shapes.NewRole, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Role>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/roles`, { body, once: true, options });
  }

  /** Get one role of the organisation. */
  getOrganizationRole(orgId: string, roleName: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Role>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/roles/${encodeURIComponent(roleName)}`, { options });
  }

  /** Change a role of the organisation by an RFC 7396 patch. A holder of a role cannot give it more permissions. */
  changeOrganizationRole(orgId: string, roleName: string, body: shapes.RoleChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Role>> {
    return this.call("PATCH", `/admin/v1/organizations/${encodeURIComponent(orgId)}/roles/${encodeURIComponent(roleName)}`, { body, options });
  }

  /** Delete a role of the organisation. Later tokens of its holders lack it. */
  deleteOrganizationRole(orgId: string, roleName: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/organizations/${encodeURIComponent(orgId)}/roles/${encodeURIComponent(roleName)}`, { options });
  }

  /** List all SCIM clients of the organisation. */
  listOrganizationScimClients(orgId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationScimClientPage>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/scim-clients`, { options });
  }

  /** Make a SCIM client of the organisation. The answer contains its token, which is shown once, and the base URL of SCIM. */
  createOrganizationScimClient(orgId: string, body: shapes.NewOrganizationScimClient, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationScimClientWithToken>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/scim-clients`, { body, once: true, options });
  }

  /** Get one SCIM client of the organisation. */
  getOrganizationScimClient(orgId: string, scimClientId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationScimClient>> {
    return this.call("GET", `/admin/v1/organizations/${encodeURIComponent(orgId)}/scim-clients/${encodeURIComponent(scimClientId)}`, { options });
  }

  /** Change a SCIM client of the organisation by an RFC 7396 patch. Its next request follows the change. */
  changeOrganizationScimClient(orgId: string, scimClientId: string, body: shapes.OrganizationScimClientChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationScimClient>> {
    return this.call("PATCH", `/admin/v1/organizations/${encodeURIComponent(orgId)}/scim-clients/${encodeURIComponent(scimClientId)}`, { body, options });
  }

  /**
   * Delete a SCIM client of the organisation. Its tokens end at once. Its people stay, and belong to it again only under the same
   * id.
   */
  deleteOrganizationScimClient(orgId: string, scimClientId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/organizations/${encodeURIComponent(orgId)}/scim-clients/${encodeURIComponent(scimClientId)}`, { options });
  }

  /** Make a new token. The earlier one stays valid for a time. It needs `users:read` and `users:write`, too. */
  rotateOrganizationScimToken(orgId: string, scimClientId: string, body: shapes.ScimTokenRotation, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.OrganizationScimClientWithToken>> {
    return this.call("POST", `/admin/v1/organizations/${encodeURIComponent(orgId)}/scim-clients/${encodeURIComponent(scimClientId)}/token`, { body, once: true, options });
  }

  /** List the versions, the newest first, without their texts. */
  listPolicyVersions(options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.PolicyVersionPage>> {
    return this.call("GET", `/admin/v1/policies`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the versions, the newest first, without their texts. All pages, one after the other. */
  allPolicyVersions(options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.PolicyVersionSummary> {
    return this.entries((cursor) => this.listPolicyVersions({ ...options, ...cursor }));
  }

  /** Save policies as a new version if they are valid. It has no effect until it is published. */
  createPolicyVersion(body: shapes.NewPolicyVersion, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.PolicyVersion>> {
    return this.call("POST", `/admin/v1/policies`, { body, once: true, options });
  }

  /** Get the number of the live version. */
  getLivePolicies(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.LivePolicies>> {
    return this.call("GET", `/admin/v1/policies/live`, { options });
  }

  /** Make a version live instead of the present one. Publishing an older version is a rollback. */
  publishPolicies(body: shapes.Publish, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.LivePolicies>> {
    return this.call("PUT", `/admin/v1/policies/live`, { body, options });
  }

  /**
   * Simulate a version: what it would decide, and which rules and policies would decide. No stored subjects are used, and nothing
   * changes.
   */
  simulatePolicies(body: shapes.Simulation, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.SimulationResult>> {
    return this.call("POST", `/admin/v1/policies/simulate`, { body, options });
  }

  /** Get one version. */
  getPolicyVersion(number: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.PolicyVersion>> {
    return this.call("GET", `/admin/v1/policies/${encodeURIComponent(number)}`, { options });
  }

  /** List all provisioning targets. */
  listProvisioningTargets(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.ProvisioningTargetPage>> {
    return this.call("GET", `/admin/v1/provisioning-targets`, { options });
  }

  /** Create a provisioning target. People get accounts with the next run of the job. */
  createProvisioningTarget(body: shapes.NewProvisioningTarget, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ProvisioningTarget>> {
    return this.call("POST", `/admin/v1/provisioning-targets`, { body, once: true, options });
  }

  /** Get one provisioning target, and how it does. */
  getProvisioningTarget(targetId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.ProvisioningTargetState>> {
    return this.call("GET", `/admin/v1/provisioning-targets/${encodeURIComponent(targetId)}`, { options });
  }

  /** Change a provisioning target by an RFC 7396 patch. `token` replaces the stored token. All accounts are compared afterwards. */
  changeProvisioningTarget(targetId: string, body: shapes.ProvisioningTargetChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ProvisioningTarget>> {
    return this.call("PATCH", `/admin/v1/provisioning-targets/${encodeURIComponent(targetId)}`, { body, options });
  }

  /** Delete a provisioning target. The accounts at the app stay as they are, and get no more changes. */
  deleteProvisioningTarget(targetId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/provisioning-targets/${encodeURIComponent(targetId)}`, { options });
  }

  /** Compare all people and all accounts at the app, from the beginning, with the next run of the job. A rest of the target ends. */
  compareProvisioningTarget(targetId: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ProvisioningTargetState>> {
    return this.call("POST", `/admin/v1/provisioning-targets/${encodeURIComponent(targetId)}/comparison`, { once: true, options });
  }

  /** List people whose account the app refused to the end. */
  listProvisioningFailures(targetId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.ProvisioningFailurePage>> {
    return this.call("GET", `/admin/v1/provisioning-targets/${encodeURIComponent(targetId)}/failures`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List people whose account the app refused to the end. All pages, one after the other. */
  allProvisioningFailures(targetId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.ProvisioningFailure> {
    return this.entries((cursor) => this.listProvisioningFailures(targetId, { ...options, ...cursor }));
  }

  /** Try failures again with the next run of the job. */
  retryProvisioning(targetId: string, body: shapes.ProvisioningRetry, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ProvisioningRetried>> {
    return this.call("POST", `/admin/v1/provisioning-targets/${encodeURIComponent(targetId)}/retry`, { body, once: true, options });
  }

  /** Tell whether this is the bearer token of the provisioning target. */
  checkProvisioningToken(targetId: string, body: shapes.SecretCheck, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.SecretChecked>> {
    return this.call("POST", `/admin/v1/provisioning-targets/${encodeURIComponent(targetId)}/secret-check`, { body, options });
  }

  /** List roles by name. */
  listRoles(options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.RolePage>> {
    return this.call("GET", `/admin/v1/roles`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List roles by name. All pages, one after the other. */
  allRoles(options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Role> {
    return this.entries((cursor) => this.listRoles({ ...options, ...cursor }));
  }

  /** Create a role. It has no holders, even if a role of this name was deleted before. */
  createRole(body: shapes.NewRole, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Role>> {
    return this.call("POST", `/admin/v1/roles`, { body, once: true, options });
  }

  /** Get one role. */
  getRole(roleName: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.Role>> {
    return this.call("GET", `/admin/v1/roles/${encodeURIComponent(roleName)}`, { options });
  }

  /** Change a role by an RFC 7396 patch, as application/merge-patch+json or application/json. Later tokens contain the change. */
  changeRole(roleName: string, body: shapes.RoleChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.Role>> {
    return this.call("PATCH", `/admin/v1/roles/${encodeURIComponent(roleName)}`, { body, options });
  }

  /** Delete a role. Later tokens of its holders lack it. A new role of this name has no holders. */
  deleteRole(roleName: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/roles/${encodeURIComponent(roleName)}`, { options });
  }

  /** List all SCIM clients. */
  listScimClients(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.ScimClientPage>> {
    return this.call("GET", `/admin/v1/scim-clients`, { options });
  }

  /** Create a SCIM client. The answer contains its token, which is shown once, and the base URL to enter at the directory. */
  createScimClient(body: shapes.NewScimClient, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ScimClientWithToken>> {
    return this.call("POST", `/admin/v1/scim-clients`, { body, once: true, options });
  }

  /** Get one SCIM client. */
  getScimClient(scimClientId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.ScimClient>> {
    return this.call("GET", `/admin/v1/scim-clients/${encodeURIComponent(scimClientId)}`, { options });
  }

  /** Change a SCIM client by an RFC 7396 patch. Its next request follows the change. */
  changeScimClient(scimClientId: string, body: shapes.ScimClientChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ScimClient>> {
    return this.call("PATCH", `/admin/v1/scim-clients/${encodeURIComponent(scimClientId)}`, { body, options });
  }

  /** Delete a SCIM client. Its tokens end at once. Its people stay, and belong to it again only under the same id. */
  deleteScimClient(scimClientId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/scim-clients/${encodeURIComponent(scimClientId)}`, { options });
  }

  /** Make a new token. The earlier one stays valid for a time, so that the directory can change to the new one. */
  rotateScimToken(scimClientId: string, body: shapes.ScimTokenRotation, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ScimClientWithToken>> {
    return this.call("POST", `/admin/v1/scim-clients/${encodeURIComponent(scimClientId)}/token`, { body, once: true, options });
  }

  /** List all texts by scope. */
  listScopeTexts(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.ScopeTextPage>> {
    return this.call("GET", `/admin/v1/scopes`, { options });
  }

  /** Get the texts of one scope. */
  getScopeText(scope: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.ScopeText>> {
    return this.call("GET", `/admin/v1/scopes/${encodeURIComponent(scope)}`, { options });
  }

  /** Write the texts of a scope for the consent page and the account page. They replace the earlier texts and grant no scope. */
  putScopeText(scope: string, body: shapes.NewScopeText, options: { ifNoneMatch?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.ScopeText>> {
    return this.call("PUT", `/admin/v1/scopes/${encodeURIComponent(scope)}`, { body, options });
  }

  /** Delete the texts of a scope. Pages show the bare scope again. Existing consents stay. */
  deleteScopeText(scope: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/scopes/${encodeURIComponent(scope)}`, { options });
  }

  /** List all sealing keys, the newest first. */
  listSealingKeys(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.SealingKeyPage>> {
    return this.call("GET", `/admin/v1/sealing-keys`, { options });
  }

  /** Add a key, which seals after two minutes. The earlier key opens what it sealed until that expires, so no user is signed out. */
  rotateSealingKeys(options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.SealingKey>> {
    return this.call("POST", `/admin/v1/sealing-keys/rotate`, { once: true, options });
  }

  /** Revoke a key in an emergency. Everything that it sealed is refused. */
  revokeSealingKey(keyId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("POST", `/admin/v1/sealing-keys/${encodeURIComponent(keyId)}/revoke`, { options });
  }

  /** List all streams of shared signals, and how they do. */
  listSignalStreams(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.SignalStreamPage>> {
    return this.call("GET", `/admin/v1/signal-streams`, { options });
  }

  /** Get one stream, and how it does. Its version changes also when its app changes it or asks for a verification. */
  getSignalStream(streamId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.SignalStream>> {
    return this.call("GET", `/admin/v1/signal-streams/${encodeURIComponent(streamId)}`, { options });
  }

  /** Delete a stream, and what it has not got. Its app may make a new one. */
  deleteSignalStream(streamId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/signal-streams/${encodeURIComponent(streamId)}`, { options });
  }

  /** Enable a stream. It gets what waits, and a stream-updated event. */
  enableSignalStream(streamId: string, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.SignalStream>> {
    return this.call("POST", `/admin/v1/signal-streams/${encodeURIComponent(streamId)}/enable`, { once: true, options });
  }

  /** Pause a stream: what happens waits for it. One that is paused or disabled stays as it is. Its app may enable it again. */
  pauseSignalStream(streamId: string, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.SignalStream>> {
    return this.call("POST", `/admin/v1/signal-streams/${encodeURIComponent(streamId)}/pause`, { once: true, options });
  }

  /** Read how many sign-ins, failures, locks and new people there were, hour by hour or day by day. */
  readStatistics(options: { since?: string | null; until?: string | null; step?: "hour" | "day"; signal?: AbortSignal } = {}): Promise<Answer<shapes.StatisticsAnswer>> {
    return this.call("GET", `/admin/v1/statistics`, { query: { since: options.since, until: options.until, step: options.step }, options });
  }

  /** List all issuers. */
  listTrustedIssuers(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.TrustedIssuerPage>> {
    return this.call("GET", `/admin/v1/trusted-issuers`, { options });
  }

  /** Add an issuer whose assertions are accepted. It has no effect before users are linked, or are found by a verified email address. */
  createTrustedIssuer(body: shapes.NewTrustedIssuer, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.TrustedIssuer>> {
    return this.call("POST", `/admin/v1/trusted-issuers`, { body, once: true, options });
  }

  /** Get one issuer. */
  getTrustedIssuer(issuerId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.TrustedIssuer>> {
    return this.call("GET", `/admin/v1/trusted-issuers/${encodeURIComponent(issuerId)}`, { options });
  }

  /** Replace all members of an issuer. With another tenant the existing links have no effect. */
  putTrustedIssuer(issuerId: string, body: shapes.NewTrustedIssuer, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.TrustedIssuer>> {
    return this.call("PUT", `/admin/v1/trusted-issuers/${encodeURIComponent(issuerId)}`, { body, options });
  }

  /**
   * Delete an issuer. Its assertions are refused at once. Access tokens that were issued before stay valid for their few minutes; a
   * user's end with the grant.
   */
  deleteTrustedIssuer(issuerId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/trusted-issuers/${encodeURIComponent(issuerId)}`, { options });
  }

  /** List users by email address, or find those that match all conditions. */
  listUsers(options: { email?: string | null; search?: string | null; role?: string | null; group?: string | null; limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.UserPage>> {
    return this.call("GET", `/admin/v1/users`, { query: { email: options.email, search: options.search, role: options.role, group: options.group, limit: options.limit, cursor: options.cursor }, options });
  }

  /** List users by email address, or find those that match all conditions. All pages, one after the other. */
  allUsers(options: { email?: string | null; search?: string | null; role?: string | null; group?: string | null; limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.User | shapes.OrganizationPerson> {
    return this.entries((cursor) => this.listUsers({ ...options, ...cursor }));
  }

  /** Create a user, with or without a password. roles, groups and attributes need the scope roles:write too. */
  createUser(body: shapes.NewUser, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.UserWithLocks | shapes.OrganizationPerson>> {
    return this.call("POST", `/admin/v1/users`, { body, once: true, options });
  }

  /** Get one user, with the locks that prevent a sign-in now (`locks`) and the reason why the address gets no mail (`mail_problem`). */
  getUser(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.UserWithLocks | shapes.OrganizationPerson>> {
    return this.call("GET", `/admin/v1/users/${encodeURIComponent(userId)}`, { options });
  }

  /** Change a user by an RFC 7396 patch, as application/merge-patch+json or application/json. */
  changeUser(userId: string, body: shapes.UserChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.UserWithLocks | shapes.OrganizationPerson>> {
    return this.call("PATCH", `/admin/v1/users/${encodeURIComponent(userId)}`, { body, options });
  }

  /** Erase a user and all data about them, also during the days of grace after they deleted their account. */
  deleteUser(userId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}`, { options });
  }

  /** Cancel the deletion that a user asked for (`deleting_until`). The user can sign in again; sessions and grants do not come back. */
  cancelDeletion(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.UserWithLocks>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/deletion`, { options });
  }

  /** Get everything that is stored about a user, to answer their request for it. */
  exportUser(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.UserExport>> {
    return this.call("GET", `/admin/v1/users/${encodeURIComponent(userId)}/export`, { options });
  }

  /** Remove a user's second factor and recovery codes, for a user who lost both. All sessions end. */
  resetFactors(userId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/factors`, { options });
  }

  /** List the live grants of a user. Grants of apps that were deleted or disabled are left out. */
  listGrants(userId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.GrantPage>> {
    return this.call("GET", `/admin/v1/users/${encodeURIComponent(userId)}/grants`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the live grants of a user. Grants of apps that were deleted or disabled are left out. All pages, one after the other. */
  allGrants(userId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Grant> {
    return this.entries((cursor) => this.listGrants(userId, { ...options, ...cursor }));
  }

  /** End one grant. Its refresh tokens and access tokens are refused from now on. The app may have other grants of this user. */
  revokeGrant(userId: string, grantId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/grants/${encodeURIComponent(grantId)}`, { options });
  }

  /** List the subjects that are linked to this user: those of trusted issuers, and the accounts at connections that open this one. */
  listIssuerLinks(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.IssuerLinkPage>> {
    return this.call("GET", `/admin/v1/users/${encodeURIComponent(userId)}/issuer-links`, { options });
  }

  /** Link a subject of a trusted issuer to this user. A subject can be linked to one user only. */
  createIssuerLink(userId: string, body: shapes.NewIssuerLink, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.IssuerLink>> {
    return this.call("POST", `/admin/v1/users/${encodeURIComponent(userId)}/issuer-links`, { body, once: true, options });
  }

  /** Delete a link. Access that apps got by it ends, and so do the sessions that began with the connection of the link. */
  deleteIssuerLink(userId: string, linkId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/issuer-links/${encodeURIComponent(linkId)}`, { options });
  }

  /** Remove the locks of a user who typed a wrong password or code too often. Nothing else changes, and it can be called at any time. */
  unlockUser(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/lock`, { options });
  }

  /** Let mails go to the user's address again, after the reason in `mail_problem` is gone. It can be called at any time. */
  clearMailProblem(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/mail-problem`, { options });
  }

  /** Merge another account of the same person into this one. The other one is erased, and its `sub` is never used again. */
  mergeUsers(userId: string, body: shapes.Merge, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.UserWithLocks>> {
    return this.call("POST", `/admin/v1/users/${encodeURIComponent(userId)}/merge`, { body, once: true, options });
  }

  /** Tell what a merge of the account `merged_id` into this one could move. Nothing is written. It is refused as the merge would be. */
  previewMerge(userId: string, mergedId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.MergePreview>> {
    return this.call("GET", `/admin/v1/users/${encodeURIComponent(userId)}/merge/${encodeURIComponent(mergedId)}`, { options });
  }

  /** List the organisations that a user is a member of. */
  listOrganizationsOfUser(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.UserOrganizations>> {
    return this.call("GET", `/admin/v1/users/${encodeURIComponent(userId)}/organizations`, { options });
  }

  /** List the passkeys of a user, the oldest first. */
  listPasskeys(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.PasskeyPage>> {
    return this.call("GET", `/admin/v1/users/${encodeURIComponent(userId)}/passkeys`, { options });
  }

  /**
   * Remove a passkey, for example of a lost device. All sessions and grants of the user end. The recovery codes go with the last
   * second factor.
   */
  removePasskey(userId: string, passkeyId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/passkeys/${encodeURIComponent(passkeyId)}`, { options });
  }

  /** Set a user's password. All sessions end, and all apps lose access. */
  setPassword(userId: string, body: shapes.NewPassword, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("PUT", `/admin/v1/users/${encodeURIComponent(userId)}/password`, { body, options });
  }

  /** Send a user the mail with which they set a new password. The answer has neither its link nor its code. */
  startPasswordReset(userId: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("POST", `/admin/v1/users/${encodeURIComponent(userId)}/password-reset`, { once: true, options });
  }

  /** List the browsers in which a user is not asked for the second factor, the newest first. */
  listRememberedDevices(userId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.RememberedDevicePage>> {
    return this.call("GET", `/admin/v1/users/${encodeURIComponent(userId)}/remembered-devices`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the browsers in which a user is not asked for the second factor, the newest first. All pages, one after the other. */
  allRememberedDevices(userId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.RememberedDevice> {
    return this.entries((cursor) => this.listRememberedDevices(userId, { ...options, ...cursor }));
  }

  /** Forget all remembered devices of a user. The next sign-in in each asks for the second factor; sessions go on. */
  forgetRememberedDevices(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/remembered-devices`, { options });
  }

  /** Forget one remembered device. The next sign-in there asks for the second factor; sessions go on. */
  forgetRememberedDevice(userId: string, deviceId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/remembered-devices/${encodeURIComponent(deviceId)}`, { options });
  }

  /** List the live sessions of a user. */
  listSessions(userId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.SessionPage>> {
    return this.call("GET", `/admin/v1/users/${encodeURIComponent(userId)}/sessions`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the live sessions of a user. All pages, one after the other. */
  allSessions(userId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.Session> {
    return this.entries((cursor) => this.listSessions(userId, { ...options, ...cursor }));
  }

  /** Sign a user out everywhere, and end the access of all apps. */
  endAllSessions(userId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/sessions`, { options });
  }

  /** End one session, and the access of apps that depends on it. */
  endSession(userId: string, sessionId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/users/${encodeURIComponent(userId)}/sessions/${encodeURIComponent(sessionId)}`, { options });
  }

  /** Send a user who lost the second factor a code that takes its place once, within a day. The answer does not have the code. */
  sendTemporaryCode(userId: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("POST", `/admin/v1/users/${encodeURIComponent(userId)}/temporary-code`, { once: true, options });
  }

  /** List the types of events that this release knows, with the JSON Schema of each body. */
  listWebhookEventTypes(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookEventTypes>> {
    return this.call("GET", `/admin/v1/webhook-event-types`, { options });
  }

  /** List all webhook endpoints. */
  listWebhookEndpoints(options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookEndpointPage>> {
    return this.call("GET", `/admin/v1/webhooks`, { options });
  }

  /** Create a webhook endpoint. The answer has its secret, which is shown once. */
  createWebhookEndpoint(body: shapes.NewWebhookEndpoint, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookEndpointWithSecret>> {
    return this.call("POST", `/admin/v1/webhooks`, { body, once: true, options });
  }

  /** Get one webhook endpoint, and how it does. */
  getWebhookEndpoint(endpointId: string, options: { signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookEndpointState>> {
    return this.call("GET", `/admin/v1/webhooks/${encodeURIComponent(endpointId)}`, { options });
  }

  /** Change a webhook endpoint by an RFC 7396 patch. */
  changeWebhookEndpoint(endpointId: string, body: shapes.WebhookEndpointChanges, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookEndpoint>> {
    return this.call("PATCH", `/admin/v1/webhooks/${encodeURIComponent(endpointId)}`, { body, options });
  }

  /** Delete a webhook endpoint, and what it has not got. */
  deleteWebhookEndpoint(endpointId: string, options: { ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<undefined>> {
    return this.call("DELETE", `/admin/v1/webhooks/${encodeURIComponent(endpointId)}`, { options });
  }

  /** List the attempts of the last seven days, the newest first. */
  listWebhookAttempts(endpointId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookAttemptPage>> {
    return this.call("GET", `/admin/v1/webhooks/${encodeURIComponent(endpointId)}/attempts`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the attempts of the last seven days, the newest first. All pages, one after the other. */
  allWebhookAttempts(endpointId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.WebhookAttempt> {
    return this.entries((cursor) => this.listWebhookAttempts(endpointId, { ...options, ...cursor }));
  }

  /** List the events that were given up in the last seven days. */
  listWebhookDeadLetters(endpointId: string, options: { limit?: number; cursor?: string | null; signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookDeadLetterPage>> {
    return this.call("GET", `/admin/v1/webhooks/${encodeURIComponent(endpointId)}/dead-letters`, { query: { limit: options.limit, cursor: options.cursor }, options });
  }

  /** List the events that were given up in the last seven days. All pages, one after the other. */
  allWebhookDeadLetters(endpointId: string, options: { limit?: number; signal?: AbortSignal } = {}): AsyncGenerator<shapes.WebhookDeadLetter> {
    return this.entries((cursor) => this.listWebhookDeadLetters(endpointId, { ...options, ...cursor }));
  }

  /** Send events again, with the same ids: dead letters, or those that arrived, by their ids or of a period. */
  redeliverWebhooks(endpointId: string, body: shapes.WebhookRedelivery, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookRedelivered>> {
    return this.call("POST", `/admin/v1/webhooks/${encodeURIComponent(endpointId)}/redeliver`, { body, once: true, options });
  }

  /** Make a new secret, which is shown once. The replaced one signs too for a time, so that the receiver can change. */
  rotateWebhookSecret(endpointId: string, body: shapes.WebhookRotation, options: { idempotencyKey?: string; ifMatch?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookEndpointWithSecret>> {
    return this.call("POST", `/admin/v1/webhooks/${encodeURIComponent(endpointId)}/rotate-secret`, { body, once: true, options });
  }

  /** Send an event of the type `webhook.test` to this endpoint alone. */
  testWebhookEndpoint(endpointId: string, options: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Answer<shapes.WebhookTested>> {
    return this.call("POST", `/admin/v1/webhooks/${encodeURIComponent(endpointId)}/test`, { once: true, options });
  }

}
