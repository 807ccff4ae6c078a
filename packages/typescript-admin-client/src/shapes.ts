// The shapes of requests and answers of the admin API.
// Made by `python -m tools.admin_clients`. Do not edit it: a test compares it with the OpenAPI document.

/** Terms that a person accepted when they created their account. */
export interface AcceptedTerms {
  /** deployment, or client: and the client_id of the app whose terms they are. */
  owner: string;
  /** IDP_TERMS_VERSION of that time, or the tos_uri of the app. */
  version: string;
  /** RFC 3339, UTC. */
  accepted_at: string;
}

/** OpenID Connect Core §5.1.1. null removes a part. */
export interface Address {
  formatted?: string | null;
  street_address?: string | null;
  locality?: string | null;
  region?: string | null;
  postal_code?: string | null;
  country?: string | null;
}

/** The look of the pages and mails that are about the app. */
export interface Branding {
  /** The name at the top of pages and mails. */
  name?: string | null;
  /**
   * Colours as #rrggbb: accent, background, surface, text, error, warning, panel, panel_text, panel_lines. One accent is enough: the
   * others follow. Two colours that meet need the contrast of WCAG 2.2: 4.5 for text. Dark ones may be left out.
   */
  colours?: Record<string, Record<string, string>> | null;
  /** The radius of buttons and fields in pixels: 0 to 24. */
  radius?: number | null;
  /** Whether the lines on the panel are drawn: true, if it is absent. */
  ornament?: boolean | null;
  /** The https URL of the app's help. */
  links?: Record<string, string> | null;
  /**
   * Plain texts by id, such as sign_in_intro and mail_footer (docs/looks.md has all), each as one text or by language tag.
   * Placeholders are {brand} and {app}.
   */
  texts?: Record<string, string | Record<string, string>> | null;
}

/** A claim in the app's tokens that contains facts about access. */
export interface ClaimMapping {
  /** roles, groups, permissions, client_roles, or an attribute such as attributes.department. */
  source?: string | null;
  /** The tokens and answers that contain the claim. */
  in?: Array<"access_token" | "id_token" | "userinfo"> | null;
}

/** The profile: OpenID Connect Core §5.1. Apps get the claims of their scopes (§5.4). null removes a claim. */
export interface Claims {
  name?: string | null;
  given_name?: string | null;
  family_name?: string | null;
  middle_name?: string | null;
  nickname?: string | null;
  preferred_username?: string | null;
  /** An http or https URL. */
  profile?: string | null;
  /** An http or https URL. */
  picture?: string | null;
  /** An http or https URL. */
  website?: string | null;
  gender?: string | null;
  /** YYYY-MM-DD, 0000-MM-DD or YYYY. */
  birthdate?: string | null;
  zoneinfo?: string | null;
  locale?: string | null;
  phone_number?: string | null;
  /** Removed if the number changes, unless the same request sets it. */
  phone_number_verified?: boolean | null;
  address?: Address | null;
}

/** An app. */
export interface Client {
  client_id: string;
  /** Seconds since the epoch (RFC 7591 §3.2.1). */
  client_id_issued_at: number;
  client_name: string | null;
  redirect_uris: Array<string>;
  post_logout_redirect_uris: Array<string>;
  grant_types: Array<string>;
  response_types: Array<string>;
  scope: string;
  token_endpoint_auth_method: string;
  auth_methods: Array<string>;
  application_type: string;
  client_uri: string | null;
  logo_uri: string | null;
  policy_uri: string | null;
  tos_uri: string | null;
  contacts: Array<string>;
  resources: Array<string>;
  introspects: Array<string>;
  token_exchange_audiences: Array<string>;
  token_exchange_scopes: Array<string>;
  may_impersonate: boolean;
  id_jag_audiences: Record<string, IdJagAudience> | null;
  id_token_signed_response_alg: string;
  access_token_signed_response_alg: string;
  software_id: string | null;
  software_version: string | null;
  jwks: Record<string, unknown> | null;
  jwks_uri: string | null;
  token_endpoint_auth_signing_alg: string | null;
  tls_client_auth_subject_dn: string | null;
  tls_client_auth_san_dns: string | null;
  tls_client_auth_san_uri: string | null;
  tls_client_auth_san_ip: string | null;
  tls_client_auth_san_email: string | null;
  dpop_bound_access_tokens: boolean;
  tls_client_certificate_bound_access_tokens: boolean;
  userinfo_signed_response_alg: string | null;
  introspection_signed_response_alg: string | null;
  authorization_signed_response_alg: string | null;
  id_token_encrypted_response_alg: string | null;
  id_token_encrypted_response_enc: string | null;
  userinfo_encrypted_response_alg: string | null;
  userinfo_encrypted_response_enc: string | null;
  introspection_encrypted_response_alg: string | null;
  introspection_encrypted_response_enc: string | null;
  authorization_encrypted_response_alg: string | null;
  authorization_encrypted_response_enc: string | null;
  subject_type: string;
  sector_identifier_uri: string | null;
  request_object_signing_alg: string | null;
  request_uris: Array<string>;
  require_signed_request_object: boolean;
  require_pushed_authorization_requests: boolean;
  authorization_details_types: Array<string>;
  default_max_age: number | null;
  require_auth_time: boolean;
  default_acr_values: Array<string>;
  initiate_login_uri: string | null;
  backchannel_logout_uri: string | null;
  backchannel_logout_session_required: boolean;
  frontchannel_logout_uri: string | null;
  frontchannel_logout_session_required: boolean;
  profile: string | null;
  require_pkce: boolean;
  id_token_claims: boolean;
  first_party: boolean;
  require_mfa: boolean;
  sign_up: boolean;
  branding: Record<string, unknown> | null;
  mail_code: boolean | null;
  connections_only: boolean;
  organization: string;
  org_id: string | null;
  disabled: boolean;
  roles: Array<string>;
  claim_mappings: Record<string, ClaimMapping>;
  /** How the app was registered. dynamic: it registered itself (RFC 7591). */
  registered_by: string | null;
  /** The software statement from its registration (RFC 7591 §2.3). */
  software_statement: string | null;
  secrets: Array<Secret>;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes of an app (RFC 7396): absent members stay unchanged, lists are replaced as a whole. */
export interface ClientChanges {
  /** The name that pages show. null removes it. */
  client_name?: string | null;
  /** Redirect URIs. They are compared exactly, except that loopback addresses of native apps may use any port. */
  redirect_uris?: Array<string> | null;
  post_logout_redirect_uris?: Array<string> | null;
  grant_types?: Array<"authorization_code" | "refresh_token" | "client_credentials" | "urn:ietf:params:oauth:grant-type:device_code" | "urn:ietf:params:oauth:grant-type:token-exchange" | "urn:ietf:params:oauth:grant-type:jwt-bearer"> | null;
  /** Follows from grant_types. A contradiction is refused. */
  response_types?: Array<"code"> | null;
  /** The scopes that the app may ask for, separated by spaces. */
  scope?: string | null;
  /**
   * The authentication method. none: a public client without a secret, always with PKCE. A new app without this member may send its
   * secret by client_secret_basic or client_secret_post, and answers show client_secret_basic.
   */
  token_endpoint_auth_method?: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "tls_client_auth" | "self_signed_tls_client_auth" | "none" | null;
  /** All methods that the app may use. The first one is token_endpoint_auth_method. */
  auth_methods?: Array<"client_secret_basic" | "client_secret_post" | "private_key_jwt" | "tls_client_auth" | "self_signed_tls_client_auth" | "none"> | null;
  application_type?: "web" | "native" | null;
  /** The app's home page. null removes it. */
  client_uri?: string | null;
  /** The app's logo, which browsers load. null removes it. */
  logo_uri?: string | null;
  /** The app's privacy policy. null removes it. */
  policy_uri?: string | null;
  /** The app's terms of service. null removes it. */
  tos_uri?: string | null;
  /** Contacts of the people responsible for the app. null removes it. */
  contacts?: Array<string> | null;
  /** The APIs that the app calls: the `aud` of its access tokens (RFC 8707). */
  resources?: Array<string> | null;
  /** The APIs for which the app may get tokens by token exchange (RFC 8693). This API is refused. */
  token_exchange_audiences?: Array<string> | null;
  /** The scopes of exchanged tokens. Your token needs users:read for scopes about people, and each scope of this API itself. */
  token_exchange_scopes?: Array<string> | null;
  /** Whether exchanged tokens may lack the `act` claim. Needs users:write too. */
  may_impersonate?: boolean | null;
  /** The authorization servers for which the app may get an ID-JAG, by issuer. Needs issuers:write too. null removes it. */
  id_jag_audiences?: Record<string, IdJagAudience> | null;
  /** The APIs that the app is, whose tokens it may introspect (RFC 7662). For this API your token needs every scope. */
  introspects?: Array<string> | null;
  /** The algorithm of ID Tokens: RS256, or another one that discovery lists. */
  id_token_signed_response_alg?: string | null;
  /** The algorithm of access tokens. Not each API accepts each algorithm. */
  access_token_signed_response_alg?: string | null;
  /** The software's id, which is the same for all instances of the software (RFC 7591 §2). null removes it. */
  software_id?: string | null;
  /** The version of the software. null removes it. */
  software_version?: string | null;
  /** The app's public keys (RFC 7517). Alternative: jwks_uri. null removes it. */
  jwks?: Record<string, unknown> | null;
  /** The address of the app's public keys. null removes it. */
  jwks_uri?: string | null;
  /** The signing algorithm of private_key_jwt. null removes it. */
  token_endpoint_auth_signing_alg?: string | null;
  /** For tls_client_auth, one of these five (RFC 8705). null removes it. */
  tls_client_auth_subject_dn?: string | null;
  tls_client_auth_san_dns?: string | null;
  tls_client_auth_san_uri?: string | null;
  tls_client_auth_san_ip?: string | null;
  tls_client_auth_san_email?: string | null;
  /** Whether tokens must be bound by DPoP (RFC 9449). */
  dpop_bound_access_tokens?: boolean | null;
  /** Whether tokens must be bound to the app's certificate (RFC 8705). */
  tls_client_certificate_bound_access_tokens?: boolean | null;
  /** The signing algorithm of UserInfo answers. Without it they are plain JSON. null removes it. */
  userinfo_signed_response_alg?: string | null;
  /** The signing algorithm of introspection answers as JWTs (RFC 9701). null removes it. */
  introspection_signed_response_alg?: string | null;
  /** The signing algorithm of authorization responses as JWTs (JARM). null removes it. */
  authorization_signed_response_alg?: string | null;
  /** The key encryption of ID Tokens. null removes it. */
  id_token_encrypted_response_alg?: "RSA-OAEP-256" | "ECDH-ES" | null;
  id_token_encrypted_response_enc?: "A256GCM" | null;
  userinfo_encrypted_response_alg?: "RSA-OAEP-256" | "ECDH-ES" | null;
  userinfo_encrypted_response_enc?: "A256GCM" | null;
  introspection_encrypted_response_alg?: "RSA-OAEP-256" | "ECDH-ES" | null;
  introspection_encrypted_response_enc?: "A256GCM" | null;
  authorization_encrypted_response_alg?: "RSA-OAEP-256" | "ECDH-ES" | null;
  authorization_encrypted_response_enc?: "A256GCM" | null;
  /** pairwise: a different `sub` for each sector. */
  subject_type?: "public" | "pairwise" | null;
  /** The address of a JSON list of all redirect URIs of the sector. null removes it. */
  sector_identifier_uri?: string | null;
  /** The signing algorithm of request objects. null removes it. */
  request_object_signing_alg?: string | null;
  /** The addresses from which request objects may be fetched. null removes it. */
  request_uris?: Array<string> | null;
  /** Whether each authorization request must be signed (RFC 9101). */
  require_signed_request_object?: boolean | null;
  /** Whether each authorization request must be pushed (RFC 9126). */
  require_pushed_authorization_requests?: boolean | null;
  /** The types of authorization details that the app may ask for (RFC 9396). null removes it. */
  authorization_details_types?: Array<string> | null;
  /** The default max_age of requests, in seconds. null removes it. */
  default_max_age?: number | null;
  /** Whether each ID Token must have auth_time. ID Tokens always have it. */
  require_auth_time?: boolean | null;
  /** The default acr_values of requests. null removes it. */
  default_acr_values?: Array<string> | null;
  /** The address at which others can start a sign-in (OIDC Core §4). null removes it. */
  initiate_login_uri?: string | null;
  /** The address to which logout tokens are posted. null removes it. */
  backchannel_logout_uri?: string | null;
  backchannel_logout_session_required?: boolean | null;
  /** The address that is loaded in a frame when a session ends. null removes it. */
  frontchannel_logout_uri?: string | null;
  frontchannel_logout_session_required?: boolean | null;
  /** A FAPI 2.0 profile. It demands all rules of the profile and sets the members that follow from it. null removes it. */
  profile?: "fapi2" | "fapi2-message-signing" | null;
  /** Whether requests must use PKCE. false is for confidential clients that use nonce (RFC 9700 §2.1.1). */
  require_pkce?: boolean | null;
  /**
   * true: ID Tokens contain the claims of the granted scopes profile, email, address and phone (OpenID Connect Core 5.4). false
   * (default): only UserInfo contains them.
   */
  id_token_claims?: boolean | null;
  /** Whether the app asks no consent. Needs the scope users:read too. */
  first_party?: boolean | null;
  /** Whether each sign-in needs a second factor. Access from a sign-in without one ends at the next refresh with invalid_grant. */
  require_mfa?: boolean | null;
  /** The look of the pages and mails that are about the app. It is replaced as a whole; null removes it. */
  branding?: Branding | null;
  /** false: people cannot create an account on the way to this app, also if the deployment is open for it (IDP_SIGN_UP). */
  sign_up?: boolean | null;
  /**
   * Whether people may sign in to this app with a code from a mail. null: as the deployment says (IDP_MAIL_CODE). With false, a
   * session that began with such a code is not accepted for this app.
   */
  mail_code?: boolean | null;
  /**
   * Whether people sign in to this app by connections only. Sessions that began in another way are not accepted for it. If exactly
   * one connection is for this app, its page follows without the sign-in page.
   */
  connections_only?: boolean | null;
  /**
   * Whether people sign in to this app for an organisation. none: never. allowed: if the app asks, by the scope organization or the
   * parameter of that name. required: each time; a person who is in none gets access_denied.
   */
  organization?: string | null;
  /**
   * The organisation to which this client itself belongs. Its only grant type is client_credentials, its tokens are for this
   * organisation, and `roles` are those of the organisation. This takes organizations:write too.
   */
  org_id?: string | null;
  /** The names of the app's own roles, for client_credentials. */
  roles?: Array<string> | null;
  /** The claims of roles and attributes in the app's tokens, by name. The object is merged; null removes one claim, or all. */
  claim_mappings?: Record<string, ClaimMapping | null> | null;
  /** true: the app gets no tokens. Its grants and tokens end permanently, even if it is enabled again. */
  disabled?: boolean | null;
}

/** Apps by client_id. */
export interface ClientPage {
  items: Array<Client>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
  /**
   * The number of entries that were read for this page. A search ends a page after a maximum of them, even without a match: continue
   * while there is a `next_cursor`.
   */
  searched: number;
}

/** An app and its new secret, which is shown once. */
export interface ClientWithSecret {
  client_id: string;
  /** Seconds since the epoch (RFC 7591 §3.2.1). */
  client_id_issued_at: number;
  client_name: string | null;
  redirect_uris: Array<string>;
  post_logout_redirect_uris: Array<string>;
  grant_types: Array<string>;
  response_types: Array<string>;
  scope: string;
  token_endpoint_auth_method: string;
  auth_methods: Array<string>;
  application_type: string;
  client_uri: string | null;
  logo_uri: string | null;
  policy_uri: string | null;
  tos_uri: string | null;
  contacts: Array<string>;
  resources: Array<string>;
  introspects: Array<string>;
  token_exchange_audiences: Array<string>;
  token_exchange_scopes: Array<string>;
  may_impersonate: boolean;
  id_jag_audiences: Record<string, IdJagAudience> | null;
  id_token_signed_response_alg: string;
  access_token_signed_response_alg: string;
  software_id: string | null;
  software_version: string | null;
  jwks: Record<string, unknown> | null;
  jwks_uri: string | null;
  token_endpoint_auth_signing_alg: string | null;
  tls_client_auth_subject_dn: string | null;
  tls_client_auth_san_dns: string | null;
  tls_client_auth_san_uri: string | null;
  tls_client_auth_san_ip: string | null;
  tls_client_auth_san_email: string | null;
  dpop_bound_access_tokens: boolean;
  tls_client_certificate_bound_access_tokens: boolean;
  userinfo_signed_response_alg: string | null;
  introspection_signed_response_alg: string | null;
  authorization_signed_response_alg: string | null;
  id_token_encrypted_response_alg: string | null;
  id_token_encrypted_response_enc: string | null;
  userinfo_encrypted_response_alg: string | null;
  userinfo_encrypted_response_enc: string | null;
  introspection_encrypted_response_alg: string | null;
  introspection_encrypted_response_enc: string | null;
  authorization_encrypted_response_alg: string | null;
  authorization_encrypted_response_enc: string | null;
  subject_type: string;
  sector_identifier_uri: string | null;
  request_object_signing_alg: string | null;
  request_uris: Array<string>;
  require_signed_request_object: boolean;
  require_pushed_authorization_requests: boolean;
  authorization_details_types: Array<string>;
  default_max_age: number | null;
  require_auth_time: boolean;
  default_acr_values: Array<string>;
  initiate_login_uri: string | null;
  backchannel_logout_uri: string | null;
  backchannel_logout_session_required: boolean;
  frontchannel_logout_uri: string | null;
  frontchannel_logout_session_required: boolean;
  profile: string | null;
  require_pkce: boolean;
  id_token_claims: boolean;
  first_party: boolean;
  require_mfa: boolean;
  sign_up: boolean;
  branding: Record<string, unknown> | null;
  mail_code: boolean | null;
  connections_only: boolean;
  organization: string;
  org_id: string | null;
  disabled: boolean;
  roles: Array<string>;
  claim_mappings: Record<string, ClaimMapping>;
  /** How the app was registered. dynamic: it registered itself (RFC 7591). */
  registered_by: string | null;
  /** The software statement from its registration (RFC 7591 §2.3). */
  software_statement: string | null;
  secrets: Array<Secret>;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
  /** Absent for public clients, and if you gave the secret. */
  client_secret?: string | null;
  /** 0: the secret does not expire (RFC 7591 §3.2.1). */
  client_secret_expires_at?: number | null;
}

/** A connection. */
export interface Connection {
  id: string;
  type: string;
  preset: string;
  /** The URI to register at the upstream. */
  redirect_uri: string;
  /** Whether a secret is stored. */
  secret_set: boolean;
  /** The name on the button. */
  name: string;
  logo_uri: string;
  enabled: boolean;
  shown: boolean;
  position: number;
  /** The issuer of the upstream, exactly as its metadata has it. */
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  userinfo_endpoint: string;
  jwks_uri: string;
  end_session_endpoint: string;
  iss_parameter: boolean;
  client_id: string;
  client_auth: string;
  key_id: string;
  team_id: string;
  signing_alg: string;
  scopes: Array<string>;
  response_mode: string;
  /** For a standard claim, the name of the upstream's claim, if it is another one. */
  claims: Record<string, string>;
  /** Microsoft Entra: the ids of the tenants whose people may sign in. */
  tenants: Array<string>;
  apps: Array<string>;
  /** The domains of organisations. An address of one of them, typed on the sign-in page, leads to this connection. */
  domains: Array<string>;
  /**
   * Who may sign in. `create`: everybody; an account is made for a new person. `link`: people with an account, after they proved
   * that it is theirs. `known`: only people who are linked already.
   */
  accounts: string;
  /**
   * Whether the upstream's statement that an address is verified counts for a new account. `none`: the person proves the address by
   * a code. `verified`: it counts. `domains`: it counts for addresses of `domains`.
   */
  email_trust: string;
  /**
   * Link an identity to the account with its address without a question: only if the upstream decides about this address, and the
   * account's address is verified. Otherwise the person proves that the account is theirs.
   */
  link_verified: boolean;
  /** Whether two factors at the upstream count as the second factor here. */
  trusts_factors: boolean;
  /**
   * Whether the upstream's tokens are kept, encrypted, for the apps in `token_apps`. Otherwise they are dropped after the sign-in.
   * Ask for offline access in `scopes`, so that they can be refreshed. Not for SAML and `password`.
   */
  keeps_tokens: boolean;
  /**
   * The client_ids of the apps that get access tokens of the upstream by token exchange (RFC 8693), for people who allowed them the
   * scope `upstream:` and the connection's id. An empty list: nobody.
   */
  token_apps: Array<string>;
  /** The `audience` of the token exchange. Empty if no tokens are kept. */
  token_audience: string;
  /**
   * Of `password`: what is asked once whether a password of the earlier system is right. An https URL, whose requests are signed
   * with `secret` (Standard Webhooks), or the ARN of the Lambda function in IDP_MIGRATION_FUNCTION.
   */
  hook: string;
  /**
   * Of `password`: about whom it is asked. `known`: people who were imported without a password and have no passkey. `all`: also
   * every address without an account; an account is made if the password is right.
   */
  who: string;
  metadata_url: string;
  certificates: Array<string>;
  /**
   * SAML: the format of the NameID that is asked for, and the only one that counts: `persistent`, `email` or `unspecified`. It has
   * no effect if `claims` maps `sub`: then an attribute is the subject.
   */
  name_id_format: string;
  signs_requests: boolean;
  wants_signed_assertions: boolean;
  wants_encryption: boolean;
  /** SAML: our certificates by the use of their keys, DER in base64. */
  own_certificates: Record<string, string>;
  /** SAML: our metadata, for the admin of the identity provider. Empty for other types. */
  own_metadata_uri: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, null sets the default of the preset, lists and maps are replaced as a whole. */
export interface ConnectionChanges {
  /** The name on the button. */
  name?: string | null;
  /** An https URL of a picture for the button. */
  logo_uri?: string | null;
  /** Whether people may sign in by it. Read at each sign-in. */
  enabled?: boolean | null;
  /** Whether the sign-in page has a button for it. */
  shown?: boolean | null;
  /** Buttons are sorted by it, then by name. */
  position?: number | null;
  /** The issuer of the upstream, exactly as its metadata has it. Links to another issuer have no effect. */
  issuer?: string | null;
  /** The authorization endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  authorization_endpoint?: string | null;
  /** The token endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  token_endpoint?: string | null;
  /** The UserInfo endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  userinfo_endpoint?: string | null;
  /** The address of the upstream's keys. For OpenID Connect it is read from the metadata, if it is absent. */
  jwks_uri?: string | null;
  /** The logout endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  end_session_endpoint?: string | null;
  /** Whether it sends `iss` with the code (RFC 9207). */
  iss_parameter?: boolean | null;
  /** The client_id that the upstream gave to this provider. */
  client_id?: string | null;
  /** How this provider authenticates at the token endpoint. */
  client_auth?: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "apple" | "signature" | "none" | null;
  /** The client secret, or the private key in PEM. It is stored encrypted and is in no answer. */
  secret?: string | null;
  /** The id of the private key. */
  key_id?: string | null;
  /** Apple: the id of the team. */
  team_id?: string | null;
  /** The only algorithm of the upstream's ID Tokens that is accepted. */
  signing_alg?: string | null;
  /** The scopes that are asked for. */
  scopes?: Array<string> | null;
  /** form_post, or empty for the query. */
  response_mode?: "" | "form_post" | null;
  /** For a standard claim, the name of the upstream's claim, if it is another one. */
  claims?: Record<string, string> | null;
  /** Microsoft Entra: the ids of the tenants whose people may sign in. */
  tenants?: Array<string> | null;
  /** The client_ids of the apps that use it. An empty list: all apps. */
  apps?: Array<string> | null;
  /** The domains of organisations. An address of one of them, typed on the sign-in page, leads to this connection. */
  domains?: Array<string> | null;
  /**
   * Who may sign in. `create`: everybody; an account is made for a new person. `link`: people with an account, after they proved
   * that it is theirs. `known`: only people who are linked already.
   */
  accounts?: "create" | "link" | "known" | null;
  /**
   * Whether the upstream's statement that an address is verified counts for a new account. `none`: the person proves the address by
   * a code. `verified`: it counts. `domains`: it counts for addresses of `domains`.
   */
  email_trust?: "none" | "verified" | "domains" | null;
  /**
   * Link an identity to the account with its address without a question: only if the upstream decides about this address, and the
   * account's address is verified. Otherwise the person proves that the account is theirs.
   */
  link_verified?: boolean | null;
  /** Whether two factors at the upstream count as the second factor here. */
  trusts_factors?: boolean | null;
  /**
   * Whether the upstream's tokens are kept, encrypted, for the apps in `token_apps`. Otherwise they are dropped after the sign-in.
   * Ask for offline access in `scopes`, so that they can be refreshed. Not for SAML and `password`.
   */
  keeps_tokens?: boolean | null;
  /**
   * The client_ids of the apps that get access tokens of the upstream by token exchange (RFC 8693), for people who allowed them the
   * scope `upstream:` and the connection's id. An empty list: nobody.
   */
  token_apps?: Array<string> | null;
  /**
   * Of `password`: what is asked once whether a password of the earlier system is right. An https URL, whose requests are signed
   * with `secret` (Standard Webhooks), or the ARN of the Lambda function in IDP_MIGRATION_FUNCTION.
   */
  hook?: string | null;
  /**
   * Of `password`: about whom it is asked. `known`: people who were imported without a password and have no passkey. `all`: also
   * every address without an account; an account is made if the password is right.
   */
  who?: "" | "known" | "all" | null;
  /** SAML: the metadata of the identity provider, as XML. It is read at this moment and not stored. */
  metadata?: string | null;
  /** SAML: the https URL of the metadata. It is read now and on demand. */
  metadata_url?: string | null;
  /** SAML: the identity provider's certificates, DER in base64. */
  certificates?: Array<string> | null;
  /**
   * SAML: the format of the NameID that is asked for, and the only one that counts: `persistent`, `email` or `unspecified`. It has
   * no effect if `claims` maps `sub`: then an attribute is the subject.
   */
  name_id_format?: "persistent" | "email" | "unspecified" | null;
  /** SAML: whether this provider signs its requests. */
  signs_requests?: boolean | null;
  /** SAML: whether the assertion needs a signature of its own. Otherwise that of the response is enough. */
  wants_signed_assertions?: boolean | null;
  /** SAML: whether the assertion has to be encrypted. */
  wants_encryption?: boolean | null;
}

/** All connections. */
export interface ConnectionPage {
  items: Array<Connection>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A type. */
export interface DetailType {
  /** The title on the consent page. */
  title: string;
  description?: string;
  /** The allowed values of `locations`. If the list is empty, the member is refused. */
  locations?: Array<string>;
  /** The allowed values of `actions`. */
  actions?: Array<string>;
  /** The allowed values of `datatypes`. */
  datatypes?: Array<string>;
  /** The allowed values of `privileges`. */
  privileges?: Array<string>;
  /** Further members of this type, by name. */
  members?: Record<string, unknown>;
  /** The type's name, as apps send it. */
  type: string;
}

/** All types, by name. */
export interface DetailTypePage {
  items: Array<DetailType>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** The record that proves the domain. */
export interface DnsRecord {
  type: "TXT";
  name: string;
  value: string;
}

/** A domain that the organisation claims. */
export interface Domain {
  domain: string;
  /**
   * pending: the record was not found yet. proven: it was found, and is looked up again each month. lost: it is missing; after seven
   * days the domain leads nowhere.
   */
  state: "pending" | "proven" | "lost";
  /** The record to publish in the DNS. */
  record: DnsRecord;
  connection_id: string | null;
  /** RFC 3339, UTC. */
  created_at: string;
  proven_at: string | null;
  checked_at: string | null;
  lost_since: string | null;
}

/** Changes (RFC 7396). */
export interface DomainChanges {
  /** The id of the connection to which the domain leads. null: none. */
  connection_id?: string | null;
}

/** The domains of an organisation. */
export interface DomainList {
  items: Array<Domain>;
}

/** An event: actor, act, subject, origin and outcome. */
export interface Event {
  id: string;
  /** RFC 3339, UTC. */
  at: string;
  type: string;
  outcome: string;
  /** The actor: a user's id, a client_id, or system. */
  actor: string;
  /** The id of the user that the event is about. */
  subject: string;
  /** The id of the changed object. */
  target: string;
  client_id: string;
  address: string;
  request_id: string;
  reason: string;
  /**
   * Further facts, depending on the type. `account`: a keyed hash of an address that no user has; the filter `email` finds it.
   * `until`: when a lock ends.
   */
  details: Record<string, string>;
}

/** Events, the newest first. A page can be short or empty although there are more; only `next_cursor` says so. */
export interface EventPage {
  items: Array<Event>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
  /**
   * The number of entries that were read for this page. A search ends a page after a maximum of them, even without a match: continue
   * while there is a `next_cursor`.
   */
  searched: number;
}

/** Sign-ins that failed, by the reason in their audit event. */
export interface FailedSignIns {
  wrong_password: number;
  unknown_email: number;
  /** The account is disabled. */
  disabled: number;
  /** The account is being deleted. */
  deleting: number;
  /** Refused without a check, after too many attempts. */
  over_the_limit: number;
  /** The earlier system did not answer. */
  not_answered: number;
  wrong_mail_code: number;
  /** Other reasons, such as those of a passkey or a connection. */
  other: number;
}

/** An error in one member of the request. */
export interface FieldProblem {
  /** The path of the member, with dots. */
  field: string;
  detail: string;
  /** The line in a text of several lines, from 1. */
  line?: number | null;
  /** The column, from 1. */
  column?: number | null;
  /** The @id of the policy. */
  policy?: string | null;
}

/** An app's access to a user's account. */
export interface Grant {
  id: string;
  client_id: string;
  scope: string;
  resources: Array<string>;
  /** The sid of the session in which the grant was made. */
  session_id: string;
  /** Whether the grant outlives the session (offline_access). */
  offline: boolean;
  /** RFC 3339, UTC. */
  created_at: string;
  /** When tokens were last issued for the grant. */
  last_used_at: string;
  /** RFC 3339, UTC. */
  expires_at: string;
}

/** Live grants, the newest first. */
export interface GrantPage {
  items: Array<Grant>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A group: a named set of people. */
export interface Group {
  name: string;
  roles: Array<string>;
  description: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole. */
export interface GroupChanges {
  /** At most 50 names of roles. Members of the group have them. null removes all. */
  roles?: Array<string> | null;
  /** A description for people, at most 500 characters. null removes it. */
  description?: string | null;
}

/** Groups by name. */
export interface GroupPage {
  items: Array<Group>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A hook. */
export interface Hook {
  /** The hook's name, which never changes. Hooks are asked in the order of their names. */
  name: string;
  /** When it is asked: `claims` when a token is made, `registration` before an account is made, `sign_in` before a session is made. */
  kind: string;
  /** Policies in Cedar. What no policy permits is denied. Either this or `function`. */
  cedar: string | null;
  /** A schema in Cedar for the policies, or null for the one in docs/hooks.md. */
  schema: string | null;
  /** With `cedar`, for `claims`: what is added if the policies permit it. Names that authorise are refused. */
  claims: Record<string, unknown>;
  /** The ARN of a Lambda function, one of `IDP_HOOKS_FUNCTIONS`. */
  function: string | null;
  /** Milliseconds for the answer of the function, 100 to 2000. */
  timeout_ms: number;
  /** What counts without a usable answer: `deny` or `allow`; for `claims` `without_claims` or `deny`. */
  on_failure: string;
  /** Client ids of the apps that it is asked for. An empty list stands for all apps and for the provider's own pages. */
  apps: Array<string>;
  /** For `claims`: where the claims go. */
  targets: Array<string>;
  /** Whether it is asked. */
  enabled: boolean;
  /** A note for admins, at most 200 characters. */
  description: string | null;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, null sets the default. */
export interface HookChanges {
  /** Policies in Cedar. What no policy permits is denied. Either this or `function`. */
  cedar?: string | null;
  /** A schema in Cedar for the policies, or null for the one in docs/hooks.md. */
  schema?: string | null;
  /** With `cedar`, for `claims`: what is added if the policies permit it. Names that authorise are refused. */
  claims?: Record<string, unknown> | null;
  /** The ARN of a Lambda function, one of `IDP_HOOKS_FUNCTIONS`. */
  function?: string | null;
  /** Milliseconds for the answer of the function, 100 to 2000. */
  timeout_ms?: number | null;
  /** What counts without a usable answer: `deny` or `allow`; for `claims` `without_claims` or `deny`. */
  on_failure?: "deny" | "allow" | "without_claims" | null;
  /** Client ids of the apps that it is asked for. An empty list stands for all apps and for the provider's own pages. */
  apps?: Array<string> | null;
  /** For `claims`: where the claims go. */
  targets?: Array<"access_token" | "id_token" | "userinfo"> | null;
  /** Whether it is asked. */
  enabled?: boolean | null;
  /** A note for admins, at most 200 characters. */
  description?: string | null;
}

/** What a hook answered in a dry run, and what would count. */
export interface HookDryRun {
  name: string;
  kind: string;
  /** `allow`, `deny` or `require_mfa`; for the kind `claims`: `claims`, `without_claims` or `deny`. */
  counts: string;
  /** The reason of a refusal, or null. */
  reason: string | null;
  /** The claims that would be added. */
  claims: Record<string, unknown>;
  /** Why there was no usable answer, so that `on_failure` counts, or null. */
  failure: string | null;
  /** What the function was told, or the facts of the policies. */
  told: Record<string, unknown>;
  took_ms: number;
}

/** All hooks, by name. */
export interface HookPage {
  items: Array<Hook>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** What a hook is asked about in a dry run. Members of another kind than that of the hook are ignored. */
export interface HookSample {
  /** A stored person. Empty: an invented one with the address of `email`. */
  user_id?: string;
  /** The address of an invented person. */
  email?: string;
  /** The app. Empty: a page of the provider. */
  client_id?: string;
  /** The scopes that the app asks for. */
  scopes?: Array<string>;
  /** The organization that the sign-in is for. */
  org_id?: string;
  /** The network address of the person. */
  ip_address?: string;
  /** The country, as ISO 3166-1 alpha-2. */
  country?: string;
  /** The header `User-Agent`. */
  user_agent?: string;
  /** Of a sign-in: the methods that were proved. */
  amr?: Array<string>;
  /** Of a sign-in: `aal1` or `aal2`. */
  acr?: string;
  /** Of a sign-in or a registration: the connection by which the person came. */
  connection?: string;
  /** Of a sign-in: whether the session is made now. */
  session_is_new?: boolean;
  /** Of a token without a sign-in: the grant type. */
  grant_type?: string;
  /** Of a registration: `sign_up`, `invitation` or `connection`. */
  how?: string;
}

/** Another authorization server (draft-ietf-oauth-identity-assertion-authz-grant). */
export interface IdJagAudience {
  /** The app's client_id at that server. */
  client_id: string;
  /** The scopes that the app may ask for there. */
  scope?: string;
  /** The APIs that the app may ask for there (RFC 8707). */
  resources?: Array<string>;
  /** The client_id of the app at this provider with which that server signs people in. */
  sso_client_id?: string | null;
}

/** An import. */
export interface Import {
  id: string;
  /** What wrote the file. */
  format: "auth0" | "b2c" | "cognito" | "csv" | "django" | "idp" | "firebase" | "keycloak" | "kratos" | "scim";
  /** waiting: for the upload and the start, for a day. failed: `problem` says why; people before that place are imported. */
  status: "waiting" | "running" | "finished" | "failed" | "cancelled";
  options: ImportOptions;
  dry_run: boolean;
  rate: number;
  /** Rows of the file that were worked on. */
  rows: number;
  /** Bytes of the file that were read. */
  bytes_read: number;
  /** 0 while an import of the console waits for its file. */
  bytes_total: number;
  /** People who were made. */
  created: number;
  /** People who had been imported before, also by an earlier run of this import that was cut off. */
  known: number;
  /** Rows that were refused: the report names them. */
  refused: number;
  /** What people had in the file and have not here, and how many of them. */
  left_out: Record<string, number>;
  /** Why the import did not come to the end of the file, or null. */
  problem: string | null;
  created_by: string;
  /** RFC 3339, UTC. */
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

/** What of the file is taken over. Nothing is that no option names, and nobody becomes an admin. */
export interface ImportOptions {
  /** Believe the file which addresses are verified. Otherwise every person proves the address here. */
  trust_verified?: boolean;
  /** Also authenticator apps. */
  with_totp?: boolean;
  /** Also roles and groups, by their names. They have to exist here. Needs the scope roles:write too. */
  with_roles?: boolean;
  /** Also links to these providers of the file: by the name that the file has, the id of a connection here. */
  links?: Record<string, string>;
  /** Also passkeys, if the RP ID is the same. Needs `keep_ids`. */
  with_passkeys?: boolean;
  /** Also recovery codes, of people who have an authenticator or a passkey here. */
  with_recovery_codes?: boolean;
  /** The id here, and so `sub` in tokens, is the id in the other system. */
  keep_ids?: boolean;
}

/** Imports, the newest first. */
export interface ImportPage {
  items: Array<Import>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A new import, and where its files go. */
export interface ImportWithUploads {
  id: string;
  /** What wrote the file. */
  format: "auth0" | "b2c" | "cognito" | "csv" | "django" | "idp" | "firebase" | "keycloak" | "kratos" | "scim";
  /** waiting: for the upload and the start, for a day. failed: `problem` says why; people before that place are imported. */
  status: "waiting" | "running" | "finished" | "failed" | "cancelled";
  options: ImportOptions;
  dry_run: boolean;
  rate: number;
  /** Rows of the file that were worked on. */
  rows: number;
  /** Bytes of the file that were read. */
  bytes_read: number;
  /** 0 while an import of the console waits for its file. */
  bytes_total: number;
  /** People who were made. */
  created: number;
  /** People who had been imported before, also by an earlier run of this import that was cut off. */
  known: number;
  /** Rows that were refused: the report names them. */
  refused: number;
  /** What people had in the file and have not here, and how many of them. */
  left_out: Record<string, number>;
  /** Why the import did not come to the end of the file, or null. */
  problem: string | null;
  created_by: string;
  /** RFC 3339, UTC. */
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  uploads: Array<Upload>;
}

/** A token with which apps can be registered (RFC 7591 §3). */
export interface InitialAccessToken {
  id: string;
  note: string;
  scope: string;
  resources: Array<string>;
  max_uses: number;
  uses: number;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  expires_at: string;
}

/** Tokens that have not expired. */
export interface InitialAccessTokenPage {
  items: Array<InitialAccessToken>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A token and its value, which is shown once. */
export interface InitialAccessTokenWithSecret {
  id: string;
  note: string;
  scope: string;
  resources: Array<string>;
  max_uses: number;
  uses: number;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  expires_at: string;
  token: string;
}

/** An invitation that was not accepted yet. */
export interface Invitation {
  id: string;
  /** The email address. It is compared in its canonical form: lower case, NFKC. */
  email: string;
  roles: Array<string>;
  groups: Array<string>;
  /** The app that the person is invited to. */
  client_id: string | null;
  /** The id of the user or client that made it. system: the command line. */
  invited_by: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** When the newest mail was sent. */
  sent_at: string;
  /** When the link ends. The invitation can be sent again for 30 days after that. */
  expires_at: string;
}

/** Invitations that were not accepted yet. */
export interface InvitationPage {
  items: Array<Invitation>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A link of a subject of a trusted issuer, or of a connection, to this user. */
export interface IssuerLink {
  /** The issuer identifier of a trusted issuer. */
  issuer: string;
  /** The `sub` of its assertions. */
  subject: string;
  /** The id in paths. */
  id: string;
  /** The trusted tenant of the issuer when the link was made. */
  tenant: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** The id of the connection. Empty for the subject of a trusted issuer, which signs nobody in. */
  connection_id: string;
  /** The address that the connection told when the link was made, or empty. */
  email: string;
  /** How a link of a connection was made, for example `sign_in` or `account_page`; else empty. */
  how: string;
}

/** All links of a user. */
export interface IssuerLinkPage {
  items: Array<IssuerLink>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** The public part (RFC 7517, RFC 7518 §6, RFC 8037 §2). */
export interface Jwk {
  kty: string;
  kid: string;
  alg: string;
  use: string;
  /** RSA. */
  n?: string | null;
  /** RSA. */
  e?: string | null;
  /** EC and OKP. */
  crv?: string | null;
  /** EC and OKP. */
  x?: string | null;
  /** EC. */
  y?: string | null;
}

/** A signing key. States: next, active, retiring, retired; each can become revoked. One key per algorithm is active. */
export interface Key {
  /** The RFC 7638 thumbprint of the key. */
  kid: string;
  alg: string;
  state: "next" | "active" | "retiring" | "retired" | "revoked";
  /** RFC 3339, UTC. */
  created_at: string;
  activated_at: string | null;
  /** When the key leaves or left the JWK Set. */
  retire_at: string | null;
  /** The public key as in the JWK Set. null: it is not in the set. */
  jwk: Jwk | null;
}

/** All signing keys, the newest first. */
export interface KeyPage {
  items: Array<Key>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** Which signing keys to rotate, and whether it is an emergency. */
export interface KeyRotation {
  /** One algorithm, such as RS256. If it is absent, the keys of all algorithms are rotated. */
  alg?: string;
  /**
   * Emergency: let a next key sign that has been in the JWK Set for less than two hours. Verifiers that cache the set refuse its
   * tokens until they load it again.
   */
  at_once?: boolean;
}

/** The live version. */
export interface LivePolicies {
  version: number;
  /** RFC 3339, UTC. */
  published_at: string;
  published_by: string;
}

/** A password or code that is refused for now, because it was wrong too often. */
export interface Lock {
  /** password: in browsers in which the user never signed in. password_on_known_device: in a browser in which the user did. */
  what: "password" | "password_on_known_device" | "totp" | "recovery_code";
  /** The number of failures since the last success. */
  failures: number;
  /** When the next attempt is accepted. null: not before the second factor is reset (DELETE …/factors). */
  until: string | null;
}

/** Why an address gets no mail. */
export interface MailProblem {
  /**
   * bounce: SES reported that the mailbox refused a mail for good. complaint: SES reported that the owner marked a mail as spam.
   * refused: the SMTP server refused the mailbox for good.
   */
  kind: "bounce" | "complaint" | "refused";
  /** The codes of the mail server or of SES, such as `General 5.1.1`; can be empty. */
  reason: string;
  /** RFC 3339, UTC. */
  at: string;
}

/** A label: the object was made or taken over by a declarative file (`idp apply`), which may delete it. */
export interface ManagedObject {
  /** The kind of the object, as in the file. */
  kind: "roles" | "groups" | "authorization_details_types" | "scopes" | "apps" | "connections" | "trusted_issuers" | "scim_clients" | "provisioning_targets" | "organizations" | "organization_roles" | "organization_connections" | "organization_domains" | "organization_scim_clients" | "organization_members" | "webhooks" | "hooks";
  /** The object's id, as in the file. */
  id: string;
  /** The name of the file. */
  manager: string;
  /** `created_at` of the object. The label is not about a later object with the same id. */
  mark?: string;
  /** The version of the object when it was labelled. */
  version?: number;
}

/** Labels by kind and id. */
export interface ManagedObjectPage {
  items: Array<ManagedObject>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A member. */
export interface Member {
  user_id: string;
  /** null: the account was erased a moment ago. */
  email: string | null;
  name: string | null;
  /** Roles of the organisation. */
  roles: Array<string>;
  admin: boolean;
  /** The OAuth scopes of the admin API that the person can use for the organisation. null: all that its admins can use. */
  admin_scopes: Array<string> | null;
  /** The account belongs to the organisation. */
  owned: boolean;
  /** What made the membership: admin, invitation, scim, connection, domain or import. */
  source: string;
  /** RFC 3339, UTC. */
  joined_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole. */
export interface MemberChanges {
  /** Roles of the organisation. null removes all. */
  roles?: Array<string> | null;
  /** The person administers the organisation. You need the OAuth scopes that this gives. */
  admin?: boolean;
  /** The OAuth scopes of the admin API that the person can use for the organisation. null: all that its admins can use. */
  admin_scopes?: Array<string> | null;
  /** Whether the account belongs to the organisation. Only the deployment's admins set it. */
  owned?: boolean;
}

/** Members by user id. */
export interface MemberPage {
  items: Array<Member>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** Which account goes, and what moves from it. */
export interface Merge {
  /** The id of the account that goes. It has to belong to the same person: make sure that it does. */
  user_id: string;
  /** The ETag of the account that goes, as it was read. If its version has changed, the answer is 412. */
  etag?: string | null;
  /** Whether roles and groups move. Needs the scope roles:write. */
  roles?: boolean;
  /** The ids of links that move. Whoever has such an account at the other provider can then sign in to this one. */
  links?: Array<string>;
  /** The ids of organisations whose membership moves. Needs the scope organizations:write. */
  organizations?: Array<string>;
}

/** What a merge could move. */
export interface MergePreview {
  kept: MergedAccount;
  merged: MergedAccount;
  /** The roles that this account does not have. */
  roles: Array<string>;
  /** The groups that this account is not in. */
  groups: Array<string>;
  links: Array<MovableLink>;
  /** The ids of organisations of which only the other account is a member. */
  organizations: Array<string>;
  /** The ids of organisations of both accounts. The membership of this one stays. */
  shared_organizations: Array<string>;
  /** Whether this account has to have a second factor from then on, because the other one needed one. */
  needs_second_factor: boolean;
  /** Whether this account has no password, passkey or link. Without a link that moves, only a mail lets the person in then. */
  opens_by_mail_alone: boolean;
}

/** One of the two accounts. */
export interface MergedAccount {
  id: string;
  /** The email address. It is compared in its canonical form: lower case, NFKC. */
  email: string;
  /** The ETag of its version. */
  etag: string;
}

/** A link that could move. */
export interface MovableLink {
  id: string;
  /** Who says that it is this person. */
  issuer: string;
  /** The id of the connection. Empty for the subject of a trusted issuer. */
  connection_id: string;
  /** The address that the connection told when the link was made, or empty. */
  email: string;
}

/** A new app. Absent members get their defaults: a confidential web app with the code flow, PKCE and refresh tokens. */
export interface NewClient {
  /** The name that pages show. null removes it. */
  client_name?: string | null;
  /** Redirect URIs. They are compared exactly, except that loopback addresses of native apps may use any port. */
  redirect_uris?: Array<string> | null;
  post_logout_redirect_uris?: Array<string> | null;
  grant_types?: Array<"authorization_code" | "refresh_token" | "client_credentials" | "urn:ietf:params:oauth:grant-type:device_code" | "urn:ietf:params:oauth:grant-type:token-exchange" | "urn:ietf:params:oauth:grant-type:jwt-bearer"> | null;
  /** Follows from grant_types. A contradiction is refused. */
  response_types?: Array<"code"> | null;
  /** The scopes that the app may ask for, separated by spaces. */
  scope?: string | null;
  /**
   * The authentication method. none: a public client without a secret, always with PKCE. A new app without this member may send its
   * secret by client_secret_basic or client_secret_post, and answers show client_secret_basic.
   */
  token_endpoint_auth_method?: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "tls_client_auth" | "self_signed_tls_client_auth" | "none" | null;
  /** All methods that the app may use. The first one is token_endpoint_auth_method. */
  auth_methods?: Array<"client_secret_basic" | "client_secret_post" | "private_key_jwt" | "tls_client_auth" | "self_signed_tls_client_auth" | "none"> | null;
  application_type?: "web" | "native" | null;
  /** The app's home page. null removes it. */
  client_uri?: string | null;
  /** The app's logo, which browsers load. null removes it. */
  logo_uri?: string | null;
  /** The app's privacy policy. null removes it. */
  policy_uri?: string | null;
  /** The app's terms of service. null removes it. */
  tos_uri?: string | null;
  /** Contacts of the people responsible for the app. null removes it. */
  contacts?: Array<string> | null;
  /** The APIs that the app calls: the `aud` of its access tokens (RFC 8707). */
  resources?: Array<string> | null;
  /** The APIs for which the app may get tokens by token exchange (RFC 8693). This API is refused. */
  token_exchange_audiences?: Array<string> | null;
  /** The scopes of exchanged tokens. Your token needs users:read for scopes about people, and each scope of this API itself. */
  token_exchange_scopes?: Array<string> | null;
  /** Whether exchanged tokens may lack the `act` claim. Needs users:write too. */
  may_impersonate?: boolean | null;
  /** The authorization servers for which the app may get an ID-JAG, by issuer. Needs issuers:write too. null removes it. */
  id_jag_audiences?: Record<string, IdJagAudience> | null;
  /** The APIs that the app is, whose tokens it may introspect (RFC 7662). For this API your token needs every scope. */
  introspects?: Array<string> | null;
  /** The algorithm of ID Tokens: RS256, or another one that discovery lists. */
  id_token_signed_response_alg?: string | null;
  /** The algorithm of access tokens. Not each API accepts each algorithm. */
  access_token_signed_response_alg?: string | null;
  /** The software's id, which is the same for all instances of the software (RFC 7591 §2). null removes it. */
  software_id?: string | null;
  /** The version of the software. null removes it. */
  software_version?: string | null;
  /** The app's public keys (RFC 7517). Alternative: jwks_uri. null removes it. */
  jwks?: Record<string, unknown> | null;
  /** The address of the app's public keys. null removes it. */
  jwks_uri?: string | null;
  /** The signing algorithm of private_key_jwt. null removes it. */
  token_endpoint_auth_signing_alg?: string | null;
  /** For tls_client_auth, one of these five (RFC 8705). null removes it. */
  tls_client_auth_subject_dn?: string | null;
  tls_client_auth_san_dns?: string | null;
  tls_client_auth_san_uri?: string | null;
  tls_client_auth_san_ip?: string | null;
  tls_client_auth_san_email?: string | null;
  /** Whether tokens must be bound by DPoP (RFC 9449). */
  dpop_bound_access_tokens?: boolean | null;
  /** Whether tokens must be bound to the app's certificate (RFC 8705). */
  tls_client_certificate_bound_access_tokens?: boolean | null;
  /** The signing algorithm of UserInfo answers. Without it they are plain JSON. null removes it. */
  userinfo_signed_response_alg?: string | null;
  /** The signing algorithm of introspection answers as JWTs (RFC 9701). null removes it. */
  introspection_signed_response_alg?: string | null;
  /** The signing algorithm of authorization responses as JWTs (JARM). null removes it. */
  authorization_signed_response_alg?: string | null;
  /** The key encryption of ID Tokens. null removes it. */
  id_token_encrypted_response_alg?: "RSA-OAEP-256" | "ECDH-ES" | null;
  id_token_encrypted_response_enc?: "A256GCM" | null;
  userinfo_encrypted_response_alg?: "RSA-OAEP-256" | "ECDH-ES" | null;
  userinfo_encrypted_response_enc?: "A256GCM" | null;
  introspection_encrypted_response_alg?: "RSA-OAEP-256" | "ECDH-ES" | null;
  introspection_encrypted_response_enc?: "A256GCM" | null;
  authorization_encrypted_response_alg?: "RSA-OAEP-256" | "ECDH-ES" | null;
  authorization_encrypted_response_enc?: "A256GCM" | null;
  /** pairwise: a different `sub` for each sector. */
  subject_type?: "public" | "pairwise" | null;
  /** The address of a JSON list of all redirect URIs of the sector. null removes it. */
  sector_identifier_uri?: string | null;
  /** The signing algorithm of request objects. null removes it. */
  request_object_signing_alg?: string | null;
  /** The addresses from which request objects may be fetched. null removes it. */
  request_uris?: Array<string> | null;
  /** Whether each authorization request must be signed (RFC 9101). */
  require_signed_request_object?: boolean | null;
  /** Whether each authorization request must be pushed (RFC 9126). */
  require_pushed_authorization_requests?: boolean | null;
  /** The types of authorization details that the app may ask for (RFC 9396). null removes it. */
  authorization_details_types?: Array<string> | null;
  /** The default max_age of requests, in seconds. null removes it. */
  default_max_age?: number | null;
  /** Whether each ID Token must have auth_time. ID Tokens always have it. */
  require_auth_time?: boolean | null;
  /** The default acr_values of requests. null removes it. */
  default_acr_values?: Array<string> | null;
  /** The address at which others can start a sign-in (OIDC Core §4). null removes it. */
  initiate_login_uri?: string | null;
  /** The address to which logout tokens are posted. null removes it. */
  backchannel_logout_uri?: string | null;
  backchannel_logout_session_required?: boolean | null;
  /** The address that is loaded in a frame when a session ends. null removes it. */
  frontchannel_logout_uri?: string | null;
  frontchannel_logout_session_required?: boolean | null;
  /** A FAPI 2.0 profile. It demands all rules of the profile and sets the members that follow from it. null removes it. */
  profile?: "fapi2" | "fapi2-message-signing" | null;
  /** Whether requests must use PKCE. false is for confidential clients that use nonce (RFC 9700 §2.1.1). */
  require_pkce?: boolean | null;
  /**
   * true: ID Tokens contain the claims of the granted scopes profile, email, address and phone (OpenID Connect Core 5.4). false
   * (default): only UserInfo contains them.
   */
  id_token_claims?: boolean | null;
  /** Whether the app asks no consent. Needs the scope users:read too. */
  first_party?: boolean | null;
  /** Whether each sign-in needs a second factor. Access from a sign-in without one ends at the next refresh with invalid_grant. */
  require_mfa?: boolean | null;
  /** The look of the pages and mails that are about the app. It is replaced as a whole; null removes it. */
  branding?: Branding | null;
  /** false: people cannot create an account on the way to this app, also if the deployment is open for it (IDP_SIGN_UP). */
  sign_up?: boolean | null;
  /**
   * Whether people may sign in to this app with a code from a mail. null: as the deployment says (IDP_MAIL_CODE). With false, a
   * session that began with such a code is not accepted for this app.
   */
  mail_code?: boolean | null;
  /**
   * Whether people sign in to this app by connections only. Sessions that began in another way are not accepted for it. If exactly
   * one connection is for this app, its page follows without the sign-in page.
   */
  connections_only?: boolean | null;
  /**
   * Whether people sign in to this app for an organisation. none: never. allowed: if the app asks, by the scope organization or the
   * parameter of that name. required: each time; a person who is in none gets access_denied.
   */
  organization?: string | null;
  /**
   * The organisation to which this client itself belongs. Its only grant type is client_credentials, its tokens are for this
   * organisation, and `roles` are those of the organisation. This takes organizations:write too.
   */
  org_id?: string | null;
  /** The names of the app's own roles, for client_credentials. */
  roles?: Array<string> | null;
  /** The claims of roles and attributes in the app's tokens, by name. The object is merged; null removes one claim, or all. */
  claim_mappings?: Record<string, ClaimMapping | null> | null;
  /** true: the app gets no tokens. Its grants and tokens end permanently, even if it is enabled again. */
  disabled?: boolean | null;
  /** 2 to 128 of A-Z a-z 0-9 . _ ~ -. If it is absent, the provider chooses one. */
  client_id?: string | null;
}

/** A new connection. Members that are absent or null have the default of the preset. */
export interface NewConnection {
  /** The name on the button. */
  name?: string | null;
  /** An https URL of a picture for the button. */
  logo_uri?: string | null;
  /** Whether people may sign in by it. Read at each sign-in. */
  enabled?: boolean | null;
  /** Whether the sign-in page has a button for it. */
  shown?: boolean | null;
  /** Buttons are sorted by it, then by name. */
  position?: number | null;
  /** The issuer of the upstream, exactly as its metadata has it. Links to another issuer have no effect. */
  issuer?: string | null;
  /** The authorization endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  authorization_endpoint?: string | null;
  /** The token endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  token_endpoint?: string | null;
  /** The UserInfo endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  userinfo_endpoint?: string | null;
  /** The address of the upstream's keys. For OpenID Connect it is read from the metadata, if it is absent. */
  jwks_uri?: string | null;
  /** The logout endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  end_session_endpoint?: string | null;
  /** Whether it sends `iss` with the code (RFC 9207). */
  iss_parameter?: boolean | null;
  /** The client_id that the upstream gave to this provider. */
  client_id?: string | null;
  /** How this provider authenticates at the token endpoint. */
  client_auth?: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "apple" | "signature" | "none" | null;
  /** The client secret, or the private key in PEM. It is stored encrypted and is in no answer. */
  secret?: string | null;
  /** The id of the private key. */
  key_id?: string | null;
  /** Apple: the id of the team. */
  team_id?: string | null;
  /** The only algorithm of the upstream's ID Tokens that is accepted. */
  signing_alg?: string | null;
  /** The scopes that are asked for. */
  scopes?: Array<string> | null;
  /** form_post, or empty for the query. */
  response_mode?: "" | "form_post" | null;
  /** For a standard claim, the name of the upstream's claim, if it is another one. */
  claims?: Record<string, string> | null;
  /** Microsoft Entra: the ids of the tenants whose people may sign in. */
  tenants?: Array<string> | null;
  /** The client_ids of the apps that use it. An empty list: all apps. */
  apps?: Array<string> | null;
  /** The domains of organisations. An address of one of them, typed on the sign-in page, leads to this connection. */
  domains?: Array<string> | null;
  /**
   * Who may sign in. `create`: everybody; an account is made for a new person. `link`: people with an account, after they proved
   * that it is theirs. `known`: only people who are linked already.
   */
  accounts?: "create" | "link" | "known" | null;
  /**
   * Whether the upstream's statement that an address is verified counts for a new account. `none`: the person proves the address by
   * a code. `verified`: it counts. `domains`: it counts for addresses of `domains`.
   */
  email_trust?: "none" | "verified" | "domains" | null;
  /**
   * Link an identity to the account with its address without a question: only if the upstream decides about this address, and the
   * account's address is verified. Otherwise the person proves that the account is theirs.
   */
  link_verified?: boolean | null;
  /** Whether two factors at the upstream count as the second factor here. */
  trusts_factors?: boolean | null;
  /**
   * Whether the upstream's tokens are kept, encrypted, for the apps in `token_apps`. Otherwise they are dropped after the sign-in.
   * Ask for offline access in `scopes`, so that they can be refreshed. Not for SAML and `password`.
   */
  keeps_tokens?: boolean | null;
  /**
   * The client_ids of the apps that get access tokens of the upstream by token exchange (RFC 8693), for people who allowed them the
   * scope `upstream:` and the connection's id. An empty list: nobody.
   */
  token_apps?: Array<string> | null;
  /**
   * Of `password`: what is asked once whether a password of the earlier system is right. An https URL, whose requests are signed
   * with `secret` (Standard Webhooks), or the ARN of the Lambda function in IDP_MIGRATION_FUNCTION.
   */
  hook?: string | null;
  /**
   * Of `password`: about whom it is asked. `known`: people who were imported without a password and have no passkey. `all`: also
   * every address without an account; an account is made if the password is right.
   */
  who?: "" | "known" | "all" | null;
  /** SAML: the metadata of the identity provider, as XML. It is read at this moment and not stored. */
  metadata?: string | null;
  /** SAML: the https URL of the metadata. It is read now and on demand. */
  metadata_url?: string | null;
  /** SAML: the identity provider's certificates, DER in base64. */
  certificates?: Array<string> | null;
  /**
   * SAML: the format of the NameID that is asked for, and the only one that counts: `persistent`, `email` or `unspecified`. It has
   * no effect if `claims` maps `sub`: then an attribute is the subject.
   */
  name_id_format?: "persistent" | "email" | "unspecified" | null;
  /** SAML: whether this provider signs its requests. */
  signs_requests?: boolean | null;
  /** SAML: whether the assertion needs a signature of its own. Otherwise that of the response is enough. */
  wants_signed_assertions?: boolean | null;
  /** SAML: whether the assertion has to be encrypted. */
  wants_encryption?: boolean | null;
  /** 1 to 40 of a-z, 0-9 and -. It is part of the redirect URI and cannot be changed. */
  id: string;
  /** The kind of upstream. `oidc` and `oauth2` are for all others; `password` is for just-in-time migration. */
  preset: "google" | "github" | "facebook" | "microsoft" | "apple" | "gitlab" | "discord" | "linkedin" | "cognito" | "auth0" | "keycloak" | "oidc" | "oauth2" | "saml" | "password";
}

/** A definition of a type. Members that it does not name are refused (RFC 9396 §5). */
export interface NewDetailType {
  /** The title on the consent page. */
  title: string;
  description?: string;
  /** The allowed values of `locations`. If the list is empty, the member is refused. */
  locations?: Array<string>;
  /** The allowed values of `actions`. */
  actions?: Array<string>;
  /** The allowed values of `datatypes`. */
  datatypes?: Array<string>;
  /** The allowed values of `privileges`. */
  privileges?: Array<string>;
  /** Further members of this type, by name. */
  members?: Record<string, unknown>;
}

/** A domain that the organisation claims. */
export interface NewDomain {
  /** At least two labels. Domains where everybody gets an address are refused. */
  domain: string;
  /** The connection to which the sign-in page leads people with an address in the domain. */
  connection_id?: string | null;
}

/** A new group. */
export interface NewGroup {
  /** 1 to 64 of a-z 0-9 . _ : -, beginning with a letter or a digit. It cannot be changed. */
  name: string;
  /** At most 50 names of roles. Members of the group have them. */
  roles?: Array<string>;
  /** A description for people, at most 500 characters. */
  description?: string;
}

/** A new hook. */
export interface NewHook {
  /** The hook's name, which never changes. Hooks are asked in the order of their names. */
  name: string;
  /** When it is asked: `claims` when a token is made, `registration` before an account is made, `sign_in` before a session is made. */
  kind: "claims" | "registration" | "sign_in";
  /** Policies in Cedar. What no policy permits is denied. Either this or `function`. */
  cedar?: string | null;
  /** A schema in Cedar for the policies, or null for the one in docs/hooks.md. */
  schema?: string | null;
  /** With `cedar`, for `claims`: what is added if the policies permit it. Names that authorise are refused. */
  claims?: Record<string, unknown> | null;
  /** The ARN of a Lambda function, one of `IDP_HOOKS_FUNCTIONS`. */
  function?: string | null;
  /** Milliseconds for the answer of the function, 100 to 2000. */
  timeout_ms?: number | null;
  /** What counts without a usable answer: `deny` or `allow`; for `claims` `without_claims` or `deny`. */
  on_failure?: "deny" | "allow" | "without_claims" | null;
  /** Client ids of the apps that it is asked for. An empty list stands for all apps and for the provider's own pages. */
  apps?: Array<string> | null;
  /** For `claims`: where the claims go. */
  targets?: Array<"access_token" | "id_token" | "userinfo"> | null;
  /** Whether it is asked. */
  enabled?: boolean | null;
  /** A note for admins, at most 200 characters. */
  description?: string | null;
}

/** A new import. */
export interface NewImport {
  /** What wrote the file. */
  format: "auth0" | "b2c" | "cognito" | "csv" | "django" | "idp" | "firebase" | "keycloak" | "kratos" | "scim";
  /** The size of the file in bytes, as it will be uploaded: plain text, not compressed. */
  size: number;
  /** The size in bytes of each further file that the format takes: `hash_config` (firebase), `hashes` (auth0), `key` (idp). */
  files?: Record<string, number>;
  options?: ImportOptions;
  /** Nothing is written. The numbers and the report say what would be. Two rows with one address that are far apart are not noticed. */
  dry_run?: boolean;
  /** People per second at most. Raise it with the write capacity of the tables: a person takes about 10 write units. */
  rate?: number;
}

/** A new token, with which apps can be registered. */
export interface NewInitialAccessToken {
  /** The lifetime in seconds, at most a year. */
  expires_in?: number;
  /** The maximum number of apps that can be registered with the token. */
  max_uses?: number;
  /** The scopes that these apps may ask for. Scopes of this API are refused. */
  scope?: string;
  /** The APIs for which these apps may get tokens (RFC 8707). */
  resources?: Array<string>;
  /** A note for admins, for example who has the token. */
  note?: string;
}

/** A new invitation. The link is only in the mail. */
export interface NewInvitation {
  /** The email address. It is compared in its canonical form: lower case, NFKC. */
  email: string;
  /** The roles that the account gets. They need the scope roles:write too. */
  roles?: Array<string>;
  /** The groups that the account gets. They need the scope roles:write too. */
  groups?: Array<string>;
  /** The app that the person is invited to. The mail and the page name it. */
  client_id?: string | null;
}

/** A new link. */
export interface NewIssuerLink {
  /** The issuer identifier of a trusted issuer. */
  issuer: string;
  /** The `sub` of its assertions. */
  subject: string;
}

/** A user who becomes a member. */
export interface NewMember {
  /** The user's id. */
  user_id: string;
  /** Roles of the organisation. */
  roles?: Array<string>;
  /** The person administers the organisation. You need the OAuth scopes that this gives. */
  admin?: boolean;
  /** The OAuth scopes of the admin API that the person can use for the organisation. null: all that its admins can use. */
  admin_scopes?: Array<string> | null;
  /**
   * Whether the account belongs to the organisation: its admins can then disable and erase it. null: it does if the verified address
   * is in a domain that the organisation proved.
   */
  owned?: boolean | null;
}

/** A new organisation, without members. */
export interface NewOrganization {
  /** A unique name for URLs and tokens: 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit. */
  slug: string;
  /** The name that people read, at most 120 characters. */
  name: string;
  /** What a sign-in for the organisation needs, beyond what the deployment and the app demand. */
  policy?: OrganizationPolicy | null;
  /** The look of pages for the organisation, as of an app. */
  branding?: Branding | null;
  /** A JSON object for your own use, at most 4096 bytes. Members of the organisation do not see it. */
  metadata?: Record<string, unknown> | null;
}

/** A new machine client of the organisation. */
export interface NewOrganizationClient {
  /** The name that the organisation's admins read. */
  client_name: string;
  /** OAuth scopes, separated by spaces, of those that the deployment offers organisations (IDP_ORGANIZATION_CLIENT_SCOPES). */
  scope: string;
  /** The APIs that its tokens may be for (RFC 8707), of IDP_ORGANIZATION_CLIENT_RESOURCES. Absent: all of them. */
  resources?: Array<string>;
  /** Roles of the organisation. */
  roles?: Array<string>;
}

/** A new connection of the organisation. Members that are absent or null have the default of the preset. */
export interface NewOrganizationConnection {
  /** A name that people read. */
  name?: string | null;
  /** Whether people may sign in by it. Read at each sign-in. */
  enabled?: boolean | null;
  /** The issuer of the upstream, exactly as its metadata has it. Links to another issuer have no effect. */
  issuer?: string | null;
  /** The authorization endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  authorization_endpoint?: string | null;
  /** The token endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  token_endpoint?: string | null;
  /** The UserInfo endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  userinfo_endpoint?: string | null;
  /** The address of the upstream's keys. For OpenID Connect it is read from the metadata, if it is absent. */
  jwks_uri?: string | null;
  /** The logout endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  end_session_endpoint?: string | null;
  /** Whether it sends `iss` with the code (RFC 9207). */
  iss_parameter?: boolean | null;
  /** The client_id that the upstream gave to this provider. */
  client_id?: string | null;
  /** How this provider authenticates at the token endpoint. */
  client_auth?: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none" | null;
  /** The client secret, or the private key in PEM. It is stored encrypted and is in no answer. */
  secret?: string | null;
  /** The id of the private key. */
  key_id?: string | null;
  /** The only algorithm of the upstream's ID Tokens that is accepted. */
  signing_alg?: string | null;
  /** The scopes that are asked for. */
  scopes?: Array<string> | null;
  /** form_post, or empty for the query. */
  response_mode?: "" | "form_post" | null;
  /** For a standard claim, the name of the upstream's claim, if it is another one. */
  claims?: Record<string, string> | null;
  /** Microsoft Entra: the ids of the tenants whose people may sign in. */
  tenants?: Array<string> | null;
  /**
   * Who may sign in, of the people with an address in a domain that the organisation has proven. `create`: all; a new person gets an
   * account and a membership, if the organisation's policy has `joins_by_connection`. `link`: members, after they proved that the
   * account is theirs. `known`: only members who are linked already.
   */
  accounts?: "create" | "link" | "known" | null;
  /**
   * Link an identity to the member with its address without a question, if the account is the organisation's alone and the upstream
   * decides about the address. Otherwise the person proves that the account is theirs.
   */
  link_verified?: boolean | null;
  /** SAML: the metadata of the identity provider, as XML. It is read at this moment and not stored. */
  metadata?: string | null;
  /** SAML: the https URL of the metadata. It is read now and on demand. */
  metadata_url?: string | null;
  /** SAML: the identity provider's certificates, DER in base64. */
  certificates?: Array<string> | null;
  /**
   * SAML: the format of the NameID that is asked for, and the only one that counts. It has no effect if `claims` maps `sub`: then an
   * attribute is the subject.
   */
  name_id_format?: "persistent" | "email" | "unspecified" | null;
  /** SAML: whether this provider signs its requests. */
  signs_requests?: boolean | null;
  /** SAML: whether the assertion needs a signature of its own. Otherwise that of the response is enough. */
  wants_signed_assertions?: boolean | null;
  /** SAML: whether the assertion has to be encrypted. */
  wants_encryption?: boolean | null;
  /** 1 to 40 of a-z, 0-9 and -. It is part of the redirect URI and cannot be changed. */
  id: string;
  /** The kind of upstream. `oidc` is for every other OpenID Connect provider. */
  preset: "google" | "microsoft" | "gitlab" | "cognito" | "auth0" | "keycloak" | "oidc" | "saml";
}

/** A new invitation into an organisation. The link is only in the mail. */
export interface NewOrganizationInvitation {
  /** The email address. It is compared in its canonical form: lower case, NFKC. */
  email: string;
  /** Roles of the organisation that the person gets. */
  roles?: Array<string>;
  /** The person administers the organisation. You need the OAuth scopes that this gives. */
  admin?: boolean;
}

/** A new SCIM client of the organisation. Members that are absent or null have their defaults. */
export interface NewOrganizationScimClient {
  /** A name for admins. */
  name?: string | null;
  /** What it may do with people: none, read or write. */
  users?: "none" | "read" | "write" | null;
  /** What it may do with groups, each of which is a role of the organisation: none, read or write. */
  groups?: "none" | "read" | "write" | null;
  /** Whether its tokens work. Read at each request. */
  enabled?: boolean | null;
  /** Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored. */
  reject_unknown?: boolean | null;
  /** 1 to 40 of a-z, 0-9 and -. It cannot be changed. */
  id: string;
  /** The lifetime of the token in seconds, at most 366 days. */
  expires_in?: number;
}

/** A password for a user. */
export interface NewPassword {
  /**
   * At least 15 characters, or 8 if the user has or must have a second factor; the deployment may demand more. 1024 at most. All
   * characters count. Refused are common passwords, and those that are mostly the email address or the name of the service.
   */
  password: string;
}

/** A set of policies: Cedar with its schema, attribute rules, or both. */
export interface NewPolicyVersion {
  /** Policies in Cedar. The annotation `@id` gives a policy an id. */
  policies?: string;
  /** The Cedar schema, as text or as JSON. The policies are validated against it. */
  schema?: string;
  /** The Cedar namespace of types and actions, if there is one. */
  namespace?: string;
  /** Attribute rules; see docs/policies.md. */
  rules?: Record<string, unknown> | null;
  /** A note for admins, for example what changed. */
  note?: string;
}

/** A new provisioning target. */
export interface NewProvisioningTarget {
  /** 1 to 40 of a-z, 0-9 and -. It cannot be changed. */
  id: string;
  /** The base URL of the app's SCIM endpoint, without /Users: https, a public host name, no port. */
  base_url: string;
  /** The bearer token that the app gave you. It is stored encrypted, and no answer has it. */
  token: string;
  /** Who gets an account: everybody, or those who have the group or the role `name`. */
  people?: "everybody" | "group" | "role";
  /** The name of the group or the role, or null for everybody. */
  name?: string | null;
  /** What happens to the account of a person who is disabled, or does not belong to the target any more. */
  leavers?: "deactivate" | "delete";
  /** Nothing is sent, and changes wait. */
  paused?: boolean;
}

/** A new role. */
export interface NewRole {
  /** 1 to 64 of a-z 0-9 . _ : -, beginning with a letter or a digit. It cannot be changed. */
  name: string;
  /** At most 100 words, which are compared exactly: letters, digits and . _ : / -. */
  permissions?: Array<string>;
  /** A description for people, at most 500 characters. */
  description?: string;
}

/** A new SCIM client. Members that are absent or null have their defaults. */
export interface NewScimClient {
  /** A name for admins. */
  name?: string | null;
  /** What it may do with people: none, read or write. */
  users?: "none" | "read" | "write" | null;
  /** What it may do with groups: none, read or write. */
  groups?: "none" | "read" | "write" | null;
  /** Whether its tokens work. Read at each request. */
  enabled?: boolean | null;
  /**
   * Email domains. With some, its people have addresses of these only, and they are verified. Without any, it uses domains of no
   * other SCIM client and of no connection, and addresses stay unverified until the person proves them.
   */
  domains?: Array<string> | null;
  /** The connection by which its people sign in. A note for admins: it changes nothing. */
  connection_id?: string | null;
  /** Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored. */
  reject_unknown?: boolean | null;
  /** Whether it may set passwords. */
  sets_passwords?: boolean | null;
  /** Names of groups of this deployment. Their members are those of its groups with the same names. */
  fills_groups?: Array<string> | null;
  /** 1 to 40 of a-z, 0-9 and -. It cannot be changed. */
  id: string;
  /** The lifetime of the token in seconds, at most 366 days. */
  expires_in?: number;
}

/** The texts of an OAuth scope on the consent page and the account page. `name`, `description` and `resource` are in `language`. */
export interface NewScopeText {
  /** What the scope allows, in a few words. */
  name: string;
  /** A longer description, one or two sentences. */
  description?: string;
  /** The name of the API or app that the scope opens, as people know it. */
  resource?: string;
  /** A language tag (RFC 5646). */
  language?: string;
  /** The texts in other languages, by language tag. */
  translations?: Record<string, ScopeWords>;
}

/** An issuer whose assertions are accepted. An empty list allows nothing. */
export interface NewTrustedIssuer {
  /** The issuer identifier, which is compared exactly with `iss`. */
  issuer: string;
  /** The address of the issuer's keys. They are fetched like the keys of apps. */
  jwks_uri: string;
  /** The kind of assertion: Identity Assertion Authorization Grants, or plain assertions of RFC 7523. */
  profile?: "id-jag" | "jwt";
  /** The algorithms that the issuer may sign with. */
  algorithms?: Array<string>;
  /** The client_ids of the apps that may use its assertions. */
  clients?: Array<string>;
  /** The APIs for which these apps may get tokens by an assertion, if the app itself may (RFC 8707). */
  audiences?: Array<string>;
  /** The scopes that these tokens may have, if the app itself may. */
  scopes?: Array<string>;
  /** The trusted tenant of the issuer, which is compared with `tenant`. Empty: the issuer has no tenants. */
  tenant?: string;
  /**
   * A subject without a link is the user with the same verified email address, if its domain is in this list. Empty (default): email
   * addresses are not used.
   */
  email_domains?: Array<string>;
}

/** A new user. Without a password the user cannot sign in until one is set. */
export interface NewUser {
  /** The email address. It is compared in its canonical form: lower case, NFKC. */
  email: string;
  password?: string | null;
  email_verified?: boolean;
  claims?: Claims;
  /**
   * Whether each sign-in needs a second factor; a user without one must set one up. Apps with access from a sign-in without one get
   * invalid_grant at the next refresh and must sign the user in again.
   */
  mfa_required?: boolean;
  /** Whether the user may use this API. Admins always need a second factor. */
  admin?: boolean;
  /** The OAuth scopes of this API that the user may use at most, as an admin. null: all, also those of later releases. */
  admin_scopes?: Array<string> | null;
  /** The names of the user's roles. Tokens also contain the roles of the groups. */
  roles?: Array<string>;
  /** The names of the user's groups. */
  groups?: Array<string>;
  /** Facts for policies: up to 50 texts, numbers, booleans or lists of texts. */
  attributes?: Record<string, string | boolean | number | Array<string>>;
}

/** A new webhook endpoint. */
export interface NewWebhookEndpoint {
  /** Where events are sent: https with a public host name. No redirect is followed. */
  url: string;
  /** The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types. */
  events?: Array<string>;
  /** Only events of this organization are sent, or null for all. */
  org_id?: string | null;
  /** A note for admins, at most 200 characters. */
  description?: string | null;
}

/** What happened in one hour or one day. */
export interface Numbers {
  /** The begin of the hour, or of the day of UTC. */
  begin: string;
  /** Sign-ins that succeeded. */
  sign_ins: number;
  sign_ins_failed: FailedSignIns;
  second_factors_failed: number;
  /** Locks after too many attempts. */
  locks: number;
  /** Forgotten passwords that were set anew. */
  passwords_reset: number;
  /** Owners who said that a sign-in was not theirs. */
  sign_ins_disowned: number;
  /** Refresh tokens and codes that were used twice. */
  tokens_replayed: number;
  /** Calls of the admin API that were refused for lack of rights. */
  admins_refused: number;
  people_added: number;
  people_removed: number;
  /** Addresses that were marked because they refuse mails. */
  mail_problems: number;
}

/** An organisation. */
export interface Organization {
  id: string;
  slug: string;
  name: string;
  /** What a sign-in for the organisation needs, beyond what the deployment and the app demand. */
  policy: Record<string, unknown>;
  /** The look of pages for the organisation, as of an app. */
  branding: Record<string, unknown> | null;
  /**
   * A JSON object for your own use, at most 4096 bytes. Members of the organisation do not see it. An organisation's own admin gets
   * null.
   */
  metadata: Record<string, unknown> | null;
  disabled: boolean;
  /** The number of members. */
  members: number;
  /** The number of members who administer it. */
  admins: number;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, objects are merged. */
export interface OrganizationChanges {
  /**
   * A unique name for URLs and tokens: 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit. The former one is
   * free.
   */
  slug?: string;
  /** The name that people read, at most 120 characters. */
  name?: string;
  /** What a sign-in for the organisation needs, beyond what the deployment and the app demand. null demands nothing. */
  policy?: OrganizationPolicy | null;
  /** The look of pages for the organisation, as of an app. null removes it. */
  branding?: Branding | null;
  /** A JSON object for your own use, at most 4096 bytes. Members of the organisation do not see it. null removes all. */
  metadata?: Record<string, unknown> | null;
  /** Members get nothing for the organisation. Their accounts stay as they are. */
  disabled?: boolean;
}

/** A machine client of the organisation, without its secrets. */
export interface OrganizationClient {
  /** It begins with the id of the organisation. */
  client_id: string;
  /** The name that the organisation's admins read. */
  client_name: string | null;
  /** OAuth scopes, separated by spaces, of those that the deployment offers organisations (IDP_ORGANIZATION_CLIENT_SCOPES). */
  scope: string;
  /** The APIs that its tokens may be for (RFC 8707), of IDP_ORGANIZATION_CLIENT_RESOURCES. */
  resources: Array<string>;
  /** Roles of the organisation. */
  roles: Array<string>;
  disabled: boolean;
  secrets: Array<Secret>;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole. */
export interface OrganizationClientChanges {
  /** The name that the organisation's admins read. */
  client_name?: string;
  /** OAuth scopes, separated by spaces, of those that the deployment offers organisations (IDP_ORGANIZATION_CLIENT_SCOPES). */
  scope?: string;
  /** The APIs that its tokens may be for (RFC 8707), of IDP_ORGANIZATION_CLIENT_RESOURCES. */
  resources?: Array<string>;
  /** Roles of the organisation. */
  roles?: Array<string>;
  /** It gets no tokens, and those that it has are refused for good. */
  disabled?: boolean;
}

/** Machine clients of the organisation by client_id. */
export interface OrganizationClientPage {
  items: Array<OrganizationClient>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** How to replace a secret. */
export interface OrganizationClientRotation {
  /** Seconds for which the old secret stays valid, at most 30 days. At most two secrets are valid. */
  overlap_seconds?: number;
}

/** A machine client of the organisation and its new secret, which is shown once. */
export interface OrganizationClientWithSecret {
  /** It begins with the id of the organisation. */
  client_id: string;
  /** The name that the organisation's admins read. */
  client_name: string | null;
  /** OAuth scopes, separated by spaces, of those that the deployment offers organisations (IDP_ORGANIZATION_CLIENT_SCOPES). */
  scope: string;
  /** The APIs that its tokens may be for (RFC 8707), of IDP_ORGANIZATION_CLIENT_RESOURCES. */
  resources: Array<string>;
  /** Roles of the organisation. */
  roles: Array<string>;
  disabled: boolean;
  secrets: Array<Secret>;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
  client_secret: string;
}

/** A connection of the organisation. It counts for addresses in the domains that the organisation has proven, and for no others. */
export interface OrganizationConnection {
  id: string;
  /** The id with that of the organisation, as a domain of the organisation names it. */
  connection_id: string;
  type: string;
  preset: string;
  /** The URI to register at the upstream. */
  redirect_uri: string;
  /** Whether a secret is stored. */
  secret_set: boolean;
  /** A name that people read. */
  name: string;
  enabled: boolean;
  /** The issuer of the upstream, exactly as its metadata has it. */
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  userinfo_endpoint: string;
  jwks_uri: string;
  end_session_endpoint: string;
  iss_parameter: boolean;
  client_id: string;
  client_auth: string;
  key_id: string;
  signing_alg: string;
  scopes: Array<string>;
  response_mode: string;
  /** For a standard claim, the name of the upstream's claim, if it is another one. */
  claims: Record<string, string>;
  /** Microsoft Entra: the ids of the tenants whose people may sign in. */
  tenants: Array<string>;
  /**
   * Who may sign in, of the people with an address in a domain that the organisation has proven. `create`: all; a new person gets an
   * account and a membership, if the organisation's policy has `joins_by_connection`. `link`: members, after they proved that the
   * account is theirs. `known`: only members who are linked already.
   */
  accounts: string;
  /**
   * Link an identity to the member with its address without a question, if the account is the organisation's alone and the upstream
   * decides about the address. Otherwise the person proves that the account is theirs.
   */
  link_verified: boolean;
  metadata_url: string;
  certificates: Array<string>;
  /**
   * SAML: the format of the NameID that is asked for, and the only one that counts. It has no effect if `claims` maps `sub`: then an
   * attribute is the subject.
   */
  name_id_format: string;
  signs_requests: boolean;
  wants_signed_assertions: boolean;
  wants_encryption: boolean;
  /** SAML: our certificates by the use of their keys, DER in base64. */
  own_certificates: Record<string, string>;
  /** SAML: our metadata, for the admin of the identity provider. Empty for other types. */
  own_metadata_uri: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, null sets the default of the preset, lists and maps are replaced as a whole. */
export interface OrganizationConnectionChanges {
  /** A name that people read. */
  name?: string | null;
  /** Whether people may sign in by it. Read at each sign-in. */
  enabled?: boolean | null;
  /** The issuer of the upstream, exactly as its metadata has it. Links to another issuer have no effect. */
  issuer?: string | null;
  /** The authorization endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  authorization_endpoint?: string | null;
  /** The token endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  token_endpoint?: string | null;
  /** The UserInfo endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  userinfo_endpoint?: string | null;
  /** The address of the upstream's keys. For OpenID Connect it is read from the metadata, if it is absent. */
  jwks_uri?: string | null;
  /** The logout endpoint. For OpenID Connect it is read from the metadata, if it is absent. */
  end_session_endpoint?: string | null;
  /** Whether it sends `iss` with the code (RFC 9207). */
  iss_parameter?: boolean | null;
  /** The client_id that the upstream gave to this provider. */
  client_id?: string | null;
  /** How this provider authenticates at the token endpoint. */
  client_auth?: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none" | null;
  /** The client secret, or the private key in PEM. It is stored encrypted and is in no answer. */
  secret?: string | null;
  /** The id of the private key. */
  key_id?: string | null;
  /** The only algorithm of the upstream's ID Tokens that is accepted. */
  signing_alg?: string | null;
  /** The scopes that are asked for. */
  scopes?: Array<string> | null;
  /** form_post, or empty for the query. */
  response_mode?: "" | "form_post" | null;
  /** For a standard claim, the name of the upstream's claim, if it is another one. */
  claims?: Record<string, string> | null;
  /** Microsoft Entra: the ids of the tenants whose people may sign in. */
  tenants?: Array<string> | null;
  /**
   * Who may sign in, of the people with an address in a domain that the organisation has proven. `create`: all; a new person gets an
   * account and a membership, if the organisation's policy has `joins_by_connection`. `link`: members, after they proved that the
   * account is theirs. `known`: only members who are linked already.
   */
  accounts?: "create" | "link" | "known" | null;
  /**
   * Link an identity to the member with its address without a question, if the account is the organisation's alone and the upstream
   * decides about the address. Otherwise the person proves that the account is theirs.
   */
  link_verified?: boolean | null;
  /** SAML: the metadata of the identity provider, as XML. It is read at this moment and not stored. */
  metadata?: string | null;
  /** SAML: the https URL of the metadata. It is read now and on demand. */
  metadata_url?: string | null;
  /** SAML: the identity provider's certificates, DER in base64. */
  certificates?: Array<string> | null;
  /**
   * SAML: the format of the NameID that is asked for, and the only one that counts. It has no effect if `claims` maps `sub`: then an
   * attribute is the subject.
   */
  name_id_format?: "persistent" | "email" | "unspecified" | null;
  /** SAML: whether this provider signs its requests. */
  signs_requests?: boolean | null;
  /** SAML: whether the assertion needs a signature of its own. Otherwise that of the response is enough. */
  wants_signed_assertions?: boolean | null;
  /** SAML: whether the assertion has to be encrypted. */
  wants_encryption?: boolean | null;
}

/** All connections of the organisation. */
export interface OrganizationConnectionPage {
  items: Array<OrganizationConnection>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** An invitation into an organisation that was not accepted yet. */
export interface OrganizationInvitation {
  id: string;
  /** The email address. It is compared in its canonical form: lower case, NFKC. */
  email: string;
  roles: Array<string>;
  admin: boolean;
  /** The id of the user or client that made it. system: the command line. */
  invited_by: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** When the newest mail was sent. */
  sent_at: string;
  /** When the link ends. The invitation can be sent again for 30 days after that. */
  expires_at: string;
}

/** Invitations into an organisation that were not accepted yet. */
export interface OrganizationInvitationPage {
  items: Array<OrganizationInvitation>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** Organisations by slug. */
export interface OrganizationPage {
  items: Array<Organization>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A member of the caller's organisation. An organisation's admin gets this in place of a user. */
export interface OrganizationPerson {
  /** The `sub` of the user's tokens. */
  id: string;
  /** The email address. It is compared in its canonical form: lower case, NFKC. */
  email: string;
  email_verified: boolean;
  /** The profile. Of a person who is not owned: names, picture, language and time zone only. */
  claims: Claims;
  /** The person's roles in the organisation. */
  roles: Array<string>;
  disabled: boolean;
  /** Whether the person administers the organisation. */
  organization_admin: boolean;
  /**
   * Whether the organisation's admins may disable and reset the account: the organisation made it or owned its address, and the
   * person is in no other organisation and no admin of the deployment.
   */
  owned: boolean;
  /** RFC 3339, UTC. */
  joined_at: string;
}

/** What a sign-in for the organisation needs. null sets the default. */
export interface OrganizationPolicy {
  /** A second factor. The default is false. */
  mfa_required?: boolean | null;
  /** How many hours old the sign-in may be, 1 to 8760. null: the deployment's limit is enough. */
  session_hours?: number | null;
  /** A sign-in by one of the organisation's connections. The default is false. */
  connections_only?: boolean | null;
  /**
   * A person who signs in by the connection of one of the organisation's proven domains, with an address in that domain, becomes a
   * member without roles. The default is false.
   */
  joins_by_connection?: boolean | null;
}

/** A SCIM client of the organisation. It sees only those of its members whom it made. */
export interface OrganizationScimClient {
  id: string;
  /** A name for admins. */
  name: string;
  /** The base URL of SCIM, to enter at the directory. */
  base_url: string;
  /** What it may do with people: none, read or write. */
  users: "none" | "read" | "write";
  /** What it may do with groups, each of which is a role of the organisation: none, read or write. */
  groups: "none" | "read" | "write";
  enabled: boolean;
  /** Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored. */
  reject_unknown: boolean;
  /** Its tokens, at most two. */
  tokens: Array<ScimToken>;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, null sets the default. */
export interface OrganizationScimClientChanges {
  /** A name for admins. */
  name?: string | null;
  /** What it may do with people: none, read or write. */
  users?: "none" | "read" | "write" | null;
  /** What it may do with groups, each of which is a role of the organisation: none, read or write. */
  groups?: "none" | "read" | "write" | null;
  /** Whether its tokens work. Read at each request. */
  enabled?: boolean | null;
  /** Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored. */
  reject_unknown?: boolean | null;
}

/** All SCIM clients of the organisation. */
export interface OrganizationScimClientPage {
  items: Array<OrganizationScimClient>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A SCIM client of the organisation and the value of its new token, which is shown once. */
export interface OrganizationScimClientWithToken {
  id: string;
  /** A name for admins. */
  name: string;
  /** The base URL of SCIM, to enter at the directory. */
  base_url: string;
  /** What it may do with people: none, read or write. */
  users: "none" | "read" | "write";
  /** What it may do with groups, each of which is a role of the organisation: none, read or write. */
  groups: "none" | "read" | "write";
  enabled: boolean;
  /** Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored. */
  reject_unknown: boolean;
  /** Its tokens, at most two. */
  tokens: Array<ScimToken>;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
  token: string;
}

/** A member of this type. */
export interface OwnMember {
  kind?: "text" | "number" | "boolean" | "object" | "list";
  /** The title on the consent page. */
  title?: string;
  required?: boolean;
}

/** A passkey or security key of a user. Its public key is not shown, because it is of no use to admins. */
export interface Passkey {
  /** The SHA-256 of its credential id, in base64url. */
  id: string;
  /** What the user calls it. */
  name: string;
  /** Whether it may be synced to other devices, for example by a password manager. */
  backup_eligible: boolean;
  /** Whether it was synced when it was used last. */
  backed_up: boolean;
  /** Whether its authenticator has checked a PIN, a fingerprint or the like at least once. */
  user_verified: boolean;
  /** The model of the authenticator, as it says itself. It is not attested. */
  aaguid: string;
  /** RFC 3339, UTC. */
  created_at: string;
  last_used_at: string | null;
}

/** All passkeys of a user: 20 at most. */
export interface PasskeyPage {
  items: Array<Passkey>;
  /** Always null. */
  next_cursor: string | null;
}

/** A version. It never changes. */
export interface PolicyVersion {
  version: number;
  status: "draft" | "live";
  note: string;
  /** RFC 3339, UTC. */
  created_at: string;
  created_by: string;
  policies: string;
  schema: string;
  namespace: string;
  rules: Record<string, unknown> | null;
}

/** Versions, the newest first. */
export interface PolicyVersionPage {
  items: Array<PolicyVersionSummary>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A version, without its texts. */
export interface PolicyVersionSummary {
  version: number;
  status: "draft" | "live";
  note: string;
  /** RFC 3339, UTC. */
  created_at: string;
  created_by: string;
}

/** A refusal (RFC 9457). */
export interface Problem {
  type: string;
  /** The text of the status. */
  title: string;
  status: number;
  /** What happened and what to do, for people. */
  detail?: string | null;
  /** The error code of the token, as in WWW-Authenticate. */
  error?: string | null;
  /** The errors of the request's members. */
  errors?: Array<FieldProblem> | null;
  /** The request's id, which is in the audit trail and the log. Mention it when you ask for help. */
  request_id: string;
}

/** A person whose account the app refused to the end. */
export interface ProvisioningFailure {
  user_id: string;
  /** The status of the answer, or what was wrong with it. The app's words are not kept. */
  problem: string;
  /** RFC 3339, UTC. */
  failed_at: string;
}

/** A page of failures. */
export interface ProvisioningFailurePage {
  items: Array<ProvisioningFailure>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** How many accounts are tried again with the next run. */
export interface ProvisioningRetried {
  target_id: string;
  accounts: number;
}

/** What is tried again. */
export interface ProvisioningRetry {
  /** The people. None stands for the first hundred failures. An account that was deleted at the app is made again. */
  user_ids?: Array<string>;
}

/** A provisioning target: the SCIM endpoint of an app, and which people have an account there. */
export interface ProvisioningTarget {
  id: string;
  /** The base URL of the app's SCIM endpoint, without /Users: https, a public host name, no port. */
  base_url: string;
  /** Who gets an account: everybody, or those who have the group or the role `name`. */
  people: "everybody" | "group" | "role";
  /** The name of the group or the role, or null for everybody. */
  name: string | null;
  /** What happens to the account of a person who is disabled, or does not belong to the target any more. */
  leavers: "deactivate" | "delete";
  /** Nothing is sent, and changes wait. */
  paused: boolean;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, null sets the default. All accounts are compared afterwards. */
export interface ProvisioningTargetChanges {
  /**
   * The base URL of the app's SCIM endpoint, without /Users: https, a public host name, no port. With another one the token is
   * needed again.
   */
  base_url?: string | null;
  /** A new token, in place of the stored one. The bearer token that the app gave you. It is stored encrypted, and no answer has it. */
  token?: string | null;
  /** Who gets an account: everybody, or those who have the group or the role `name`. */
  people?: "everybody" | "group" | "role" | null;
  /** The name of the group or the role, or null for everybody. */
  name?: string | null;
  /** What happens to the account of a person who is disabled, or does not belong to the target any more. */
  leavers?: "deactivate" | "delete" | null;
  /** Nothing is sent, and changes wait. */
  paused?: boolean | null;
}

/** All provisioning targets. */
export interface ProvisioningTargetPage {
  items: Array<ProvisioningTarget>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A provisioning target, and how it does. */
export interface ProvisioningTargetState {
  id: string;
  /** The base URL of the app's SCIM endpoint, without /Users: https, a public host name, no port. */
  base_url: string;
  /** Who gets an account: everybody, or those who have the group or the role `name`. */
  people: "everybody" | "group" | "role";
  /** The name of the group or the role, or null for everybody. */
  name: string | null;
  /** What happens to the account of a person who is disabled, or does not belong to the target any more. */
  leavers: "deactivate" | "delete";
  /** Nothing is sent, and changes wait. */
  paused: boolean;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
  /** When accounts were brought up to date last, or null. */
  sent_at: string | null;
  /** Since when the app refuses or does not answer, or null. */
  failing_since: string | null;
  /** Nothing is sent before, because the app asked for it or failed, or null. */
  rests_until: string | null;
  /** Why it rests, or null. */
  problem: string | null;
  /** Whether the comparison of all accounts is not through. */
  comparing: boolean;
}

/** The version to publish. */
export interface Publish {
  /** The number of any version. An older one is a rollback. */
  version: number;
}

/** A row that was not imported. */
export interface RefusedRow {
  /** The line of the file, or the number of the person in it. */
  row: number;
  /** The id of the person in the other system, or an empty text. */
  id: string;
  /** The member at fault, or an empty text. */
  field: string;
  code: string;
  reason: string;
}

/** A page of the report. */
export interface RefusedRows {
  items: Array<RefusedRow>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A browser in which a user is not asked for the second factor (IDP_REMEMBER_DEVICE_DAYS). */
export interface RememberedDevice {
  id: string;
  /** The User-Agent header of the browser when it was remembered. */
  user_agent: string;
  /** Its network address at that time. */
  address: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  expires_at: string;
}

/** A page of remembered devices. Only those that count now are in the list. */
export interface RememberedDevicePage {
  items: Array<RememberedDevice>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A role: a named set of permissions. */
export interface Role {
  name: string;
  permissions: Array<string>;
  description: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole. */
export interface RoleChanges {
  /** At most 100 words, which are compared exactly: letters, digits and . _ : / -. null removes all. */
  permissions?: Array<string> | null;
  /** A description for people, at most 500 characters. null removes it. */
  description?: string | null;
}

/** Roles by name. */
export interface RolePage {
  items: Array<Role>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** The keys that sign now, one for each algorithm that was rotated. */
export interface RotatedKeys {
  items: Array<Key>;
}

/** How to replace a secret. */
export interface Rotation {
  /** Seconds for which the old secret stays valid, at most 30 days. At most two secrets are valid. */
  overlap_seconds?: number;
  /** A secret of your own, made at random: 32 to 512 printable characters of ASCII. Without it the provider makes one. */
  secret?: string | null;
}

/** A SCIM client: a directory that makes and changes people here. It sees only those that it made. */
export interface ScimClient {
  id: string;
  /** A name for admins. */
  name: string;
  /** The base URL of SCIM, to enter at the directory. */
  base_url: string;
  /** What it may do with people: none, read or write. */
  users: "none" | "read" | "write";
  /** What it may do with groups: none, read or write. */
  groups: "none" | "read" | "write";
  enabled: boolean;
  /**
   * Email domains. With some, its people have addresses of these only, and they are verified. Without any, it uses domains of no
   * other SCIM client and of no connection, and addresses stay unverified until the person proves them.
   */
  domains: Array<string>;
  /** The connection by which its people sign in. A note for admins: it changes nothing. */
  connection_id: string | null;
  /** Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored. */
  reject_unknown: boolean;
  /** Whether it may set passwords. */
  sets_passwords: boolean;
  /** Names of groups of this deployment. Their members are those of its groups with the same names. */
  fills_groups: Array<string>;
  /** Its tokens, at most two. */
  tokens: Array<ScimToken>;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, null sets the default, lists are replaced as a whole. */
export interface ScimClientChanges {
  /** A name for admins. */
  name?: string | null;
  /** What it may do with people: none, read or write. */
  users?: "none" | "read" | "write" | null;
  /** What it may do with groups: none, read or write. */
  groups?: "none" | "read" | "write" | null;
  /** Whether its tokens work. Read at each request. */
  enabled?: boolean | null;
  /**
   * Email domains. With some, its people have addresses of these only, and they are verified. Without any, it uses domains of no
   * other SCIM client and of no connection, and addresses stay unverified until the person proves them.
   */
  domains?: Array<string> | null;
  /** The connection by which its people sign in. A note for admins: it changes nothing. */
  connection_id?: string | null;
  /** Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored. */
  reject_unknown?: boolean | null;
  /** Whether it may set passwords. */
  sets_passwords?: boolean | null;
  /** Names of groups of this deployment. Their members are those of its groups with the same names. */
  fills_groups?: Array<string> | null;
}

/** All SCIM clients. */
export interface ScimClientPage {
  items: Array<ScimClient>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A SCIM client and the value of its new token, which is shown once. */
export interface ScimClientWithToken {
  id: string;
  /** A name for admins. */
  name: string;
  /** The base URL of SCIM, to enter at the directory. */
  base_url: string;
  /** What it may do with people: none, read or write. */
  users: "none" | "read" | "write";
  /** What it may do with groups: none, read or write. */
  groups: "none" | "read" | "write";
  enabled: boolean;
  /**
   * Email domains. With some, its people have addresses of these only, and they are verified. Without any, it uses domains of no
   * other SCIM client and of no connection, and addresses stay unverified until the person proves them.
   */
  domains: Array<string>;
  /** The connection by which its people sign in. A note for admins: it changes nothing. */
  connection_id: string | null;
  /** Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored. */
  reject_unknown: boolean;
  /** Whether it may set passwords. */
  sets_passwords: boolean;
  /** Names of groups of this deployment. Their members are those of its groups with the same names. */
  fills_groups: Array<string>;
  /** Its tokens, at most two. */
  tokens: Array<ScimToken>;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
  token: string;
}

/** A token of a SCIM client. Its value is never shown again. */
export interface ScimToken {
  id: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  expires_at: string;
  /** The day of its last use (UTC), or null. */
  last_used_on: string | null;
}

/** A new token. */
export interface ScimTokenRotation {
  /** The lifetime of the token in seconds, at most 366 days. */
  expires_in?: number;
  /** Seconds for which the earlier token stays valid. 0 ends it at once. */
  overlap?: number;
}

/** The texts of a scope. */
export interface ScopeText {
  /** What the scope allows, in a few words. */
  name: string;
  /** A longer description, one or two sentences. */
  description?: string;
  /** The name of the API or app that the scope opens, as people know it. */
  resource?: string;
  /** A language tag (RFC 5646). */
  language?: string;
  /** The texts in other languages, by language tag. */
  translations?: Record<string, ScopeWords>;
  /** The scope, as apps ask for it. */
  scope: string;
}

/** All texts, by scope. */
export interface ScopeTextPage {
  items: Array<ScopeText>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** The texts of an OAuth scope in one language. */
export interface ScopeWords {
  /** What the scope allows, in a few words. */
  name: string;
  /** A longer description, one or two sentences. */
  description?: string;
  /** The name of the API or app that the scope opens, as people know it. */
  resource?: string;
}

/** A sealing key, which seals codes, refresh tokens, cookies and hidden fields. Its states are next, active, opening and retired. */
export interface SealingKey {
  id: string;
  state: "next" | "active" | "opening" | "retired";
  /** RFC 3339, UTC. */
  created_at: string;
  /** When the last thing that it sealed expires, or when the key was erased. null for the newest key. */
  opens_until: string | null;
}

/** All sealing keys, the newest first. */
export interface SealingKeyPage {
  items: Array<SealingKey>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A valid secret. The secret itself is shown once, when it is made. */
export interface Secret {
  /** RFC 3339, UTC. */
  created_at: string;
  /** When the secret expires. null: it is valid until it is rotated. */
  expires_at: string | null;
}

/** A secret that you know. */
export interface SecretCheck {
  secret: string;
}

/** Whether the object has this secret. */
export interface SecretChecked {
  same: boolean;
}

/** A mail to the user was sent. Only the mail has its code and its link. */
export interface SentMail {
  /** The address that it was sent to. */
  email: string;
  /** When its code, and its link if it has one, stop working. */
  expires_at: string;
}

/** A session: the sign-in of a user in one browser. */
export interface Session {
  id: string;
  /**
   * The id that apps know (claim sid), and the session_id of the grants of this session. It stays the same if the user signs in
   * again in the same browser and the session gets a new id.
   */
  sid: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  last_seen_at: string;
  /** RFC 3339, UTC. */
  expires_at: string;
  /** RFC 3339, UTC. */
  auth_time: string;
  /** The methods that were used to sign in (RFC 8176). */
  amr: Array<string>;
  /** aal1: one factor, aal2: two. */
  acr: string;
  address: string;
  /** ISO 3166-1 alpha-2, as CloudFront states it; empty if it is unknown. */
  country: string;
  user_agent: string;
}

/** Live sessions, the newest first. */
export interface SessionPage {
  items: Array<Session>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A stream by which an app gets events about its people, and its state. The app itself makes and configures it. */
export interface SignalStream {
  id: string;
  /** The app that hears. */
  client_id: string;
  /** `push`: events are sent to `endpoint_url`. `poll`: the app fetches them. */
  method: "push" | "poll";
  /** Where events are pushed to, or null. */
  endpoint_url: string | null;
  /** The event types that the app asked for, or null for every supported type. */
  events_requested: Array<string> | null;
  /** What the app wrote about the stream, or null. */
  description: string | null;
  /** `enabled`; `paused`: what happens waits for it; `disabled`: what happens is not kept for it. */
  status: "enabled" | "paused" | "disabled";
  /** Why it has this status, as the app is told, or null. */
  reason: string | null;
  /** How many events wait, counted up to 100. */
  waiting: number;
  /** Whether more events wait than `waiting` says. */
  more_waiting: boolean;
  /** When a push arrived last, or null. A poll is not kept. */
  sent_at: string | null;
  /** The first push that failed since then, or null. */
  failing_since: string | null;
  /** What was wrong with the last push, or null. */
  problem: string | null;
  /** RFC 3339, UTC. */
  created_at: string;
}

/** All streams. */
export interface SignalStreamPage {
  items: Array<SignalStream>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** One simulated decision. `decided_by`: the roles, rules and policies that decided. `details`: the engine's own text if it failed. */
export interface SimulatedDecision {
  decision: boolean;
  reason: string;
  decided_by: Array<string>;
  details: Array<string>;
}

/** Questions to simulate with a version. */
export interface Simulation {
  /** The number of the version. null: the live one. */
  version?: number | null;
  /** Access evaluation requests as in AuthZEN. */
  questions: Array<Record<string, unknown>>;
}

/** Decisions in the order of the questions. */
export interface SimulationResult {
  version: number;
  decisions: Array<SimulatedDecision>;
}

/** Numbers in the order of time, also of hours or days in which nothing happened. */
export interface StatisticsAnswer {
  step: "hour" | "day";
  items: Array<Numbers>;
}

/** An issuer. */
export interface TrustedIssuer {
  /** The issuer identifier, which is compared exactly with `iss`. */
  issuer: string;
  /** The address of the issuer's keys. They are fetched like the keys of apps. */
  jwks_uri: string;
  /** The kind of assertion: Identity Assertion Authorization Grants, or plain assertions of RFC 7523. */
  profile?: "id-jag" | "jwt";
  /** The algorithms that the issuer may sign with. */
  algorithms?: Array<string>;
  /** The client_ids of the apps that may use its assertions. */
  clients?: Array<string>;
  /** The APIs for which these apps may get tokens by an assertion, if the app itself may (RFC 8707). */
  audiences?: Array<string>;
  /** The scopes that these tokens may have, if the app itself may. */
  scopes?: Array<string>;
  /** The trusted tenant of the issuer, which is compared with `tenant`. Empty: the issuer has no tenants. */
  tenant?: string;
  /**
   * A subject without a link is the user with the same verified email address, if its domain is in this list. Empty (default): email
   * addresses are not used.
   */
  email_domains?: Array<string>;
  /** The id in paths. */
  id: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** All issuers. */
export interface TrustedIssuerPage {
  items: Array<TrustedIssuer>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** Where a file goes: one PUT request with these headers, without an access token. */
export interface Upload {
  file: "people" | "hash_config" | "hashes" | "key";
  method: "PUT";
  url: string;
  headers: Record<string, string>;
  /** The upload has to begin before. */
  expires_at: string;
}

/** A person who can sign in. */
export interface User {
  /** The `sub` of the user's tokens. It is never used again. */
  id: string;
  /** The email address. It is compared in its canonical form: lower case, NFKC. */
  email: string;
  email_verified: boolean;
  claims: Claims;
  /** The user's own roles, without those of groups. */
  roles: Array<string>;
  groups: Array<string>;
  attributes: Record<string, string | boolean | number | Array<string>>;
  admin: boolean;
  /** The OAuth scopes of this API that the user may use at most, as an admin. null: all, also those of later releases. */
  admin_scopes: Array<string> | null;
  disabled: boolean;
  /** The SCIM client that disabled the user, and may enable them. null if an admin did; true for `disabled` takes over. */
  deactivated_by: string | null;
  mfa_required: boolean;
  /** Whether the user has set up an authenticator app. */
  totp_enabled: boolean;
  /** How many passkeys the user has that are a second factor. One that waits for its first use is none. */
  passkeys: number;
  has_password: boolean;
  /**
   * How the password is hashed: argon2id, or the scheme of the system from which the user was imported, such as bcrypt, until their
   * first sign-in. wrapped- before it: inside an Argon2id hash. null without a password.
   */
  password_scheme: string | null;
  terms: Array<AcceptedTerms>;
  /** When the user is erased, because they deleted their account; null if they did not. They are disabled until then. */
  deleting_until: string | null;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes of a user (RFC 7396): absent members stay unchanged. `claims` is merged member by member. */
export interface UserChanges {
  /** A new address resets `email_verified`, unless the same request sets it. */
  email?: string | null;
  email_verified?: boolean | null;
  /** null removes all claims. */
  claims?: Claims | null;
  mfa_required?: boolean | null;
  admin?: boolean | null;
  /**
   * The OAuth scopes of this API that the user may use at most, as an admin. null: all, also those of later releases. Only a caller
   * with every scope can change it.
   */
  admin_scopes?: Array<string> | null;
  /** The names of the user's roles. Tokens also contain the roles of the groups. The list is replaced; null removes all. */
  roles?: Array<string> | null;
  /** The names of the user's groups. The list is replaced; null removes all. */
  groups?: Array<string> | null;
  /** Facts for policies: up to 50 texts, numbers, booleans or lists of texts. Merged; null removes one, or all. */
  attributes?: Record<string, string | boolean | number | Array<string> | null> | null;
  /** true ends all sessions and the access of all apps at once and permanently. */
  disabled?: boolean | null;
}

/** Each list has one row for each item. Times are RFC 3339 in UTC. `kept_until`: when DynamoDB removes the item. */
export interface UserExport {
  /** Always idp-person. */
  format: string;
  /** The version of the format. */
  version: number;
  /** The provider. */
  issuer: string;
  /** RFC 3339, UTC. */
  created_at: string;
  /** false: older events are left out, or an item cannot be read. */
  complete: boolean;
  /** Address, profile, flags, roles, groups, attributes, accepted terms. */
  account: Record<string, unknown>;
  /** The present address, and former ones while they are reserved. */
  addresses: Array<Record<string, unknown>>;
  /** The authenticator app, without its secret. */
  authenticator_apps: Array<Record<string, unknown>>;
  /** How many codes are left. */
  recovery_codes: Array<Record<string, unknown>>;
  /** Passkeys, without their keys. */
  passkeys: Array<Record<string, unknown>>;
  /** What the person allowed apps. */
  allowed_apps: Array<Record<string, unknown>>;
  /** Subjects of trusted issuers that are this person. */
  linked_accounts: Array<Record<string, unknown>>;
  /** Tokens of other providers that are kept for apps, without the tokens. */
  tokens_of_other_providers: Array<Record<string, unknown>>;
  /** What the directory of an organisation said about the person, by SCIM. */
  directories: Array<Record<string, unknown>>;
  /** The organisations that the person is a member of, with the roles there. */
  organizations: Array<Record<string, unknown>>;
  /** Sign-ins, also those that ended, with network address and browser. */
  sessions: Array<Record<string, unknown>>;
  /** Access that apps got, with scopes. */
  app_access: Array<Record<string, unknown>>;
  /** The audit events about the person. */
  events: Array<Record<string, unknown>>;
  /** Mails with a code and a link, without them. */
  mails_with_links: Array<Record<string, unknown>>;
  /** How many codes of mails may be typed. */
  typed_codes: Array<Record<string, unknown>>;
  /** Devices that are not asked for the second factor. */
  remembered_devices: Array<Record<string, unknown>>;
  /** Marks of browsers with too many wrong passwords. */
  locked_browsers: Array<Record<string, unknown>>;
  /** Marks of networks and browsers about which no notice is sent, as keyed hashes that are not shown. */
  known_places: Array<Record<string, unknown>>;
  /** Why the address gets no mail. */
  mail_problems: Array<Record<string, unknown>>;
  /** Open invitations of the address. */
  invitations: Array<Record<string, unknown>>;
  /** The names of the apps in the lists, by id. */
  apps: Record<string, string>;
  /** The names of the organisations in the lists, by id. */
  organization_names: Record<string, string>;
}

/** An organisation of a user. */
export interface UserOrganization {
  /** Its id. */
  organization: string;
  /** The names of roles that the person was given there. Some may be deleted by now. */
  roles: Array<string>;
  admin: boolean;
  owned: boolean;
  /** RFC 3339, UTC. */
  joined_at: string;
}

/** The organisations of a user. */
export interface UserOrganizations {
  /** At most 50, by id. */
  items: Array<UserOrganization>;
}

/** Users by email address; for an organisation's admin, the members of the organisation by id. */
export interface UserPage {
  items: Array<User | OrganizationPerson>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
  /**
   * The number of entries that were read for this page. A search ends a page after a maximum of them, even without a match: continue
   * while there is a `next_cursor`.
   */
  searched: number;
}

/** A user, the locks that prevent a sign-in now, and the reason why the address gets no mail. */
export interface UserWithLocks {
  /** The `sub` of the user's tokens. It is never used again. */
  id: string;
  /** The email address. It is compared in its canonical form: lower case, NFKC. */
  email: string;
  email_verified: boolean;
  claims: Claims;
  /** The user's own roles, without those of groups. */
  roles: Array<string>;
  groups: Array<string>;
  attributes: Record<string, string | boolean | number | Array<string>>;
  admin: boolean;
  /** The OAuth scopes of this API that the user may use at most, as an admin. null: all, also those of later releases. */
  admin_scopes: Array<string> | null;
  disabled: boolean;
  /** The SCIM client that disabled the user, and may enable them. null if an admin did; true for `disabled` takes over. */
  deactivated_by: string | null;
  mfa_required: boolean;
  /** Whether the user has set up an authenticator app. */
  totp_enabled: boolean;
  /** How many passkeys the user has that are a second factor. One that waits for its first use is none. */
  passkeys: number;
  has_password: boolean;
  /**
   * How the password is hashed: argon2id, or the scheme of the system from which the user was imported, such as bcrypt, until their
   * first sign-in. wrapped- before it: inside an Argon2id hash. null without a password.
   */
  password_scheme: string | null;
  terms: Array<AcceptedTerms>;
  /** When the user is erased, because they deleted their account; null if they did not. They are disabled until then. */
  deleting_until: string | null;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
  /**
   * The locks of the user. Too many failures from one network lock that network for all users. Such a lock is not listed here but in
   * the audit trail (type=sign_in.locked, address=…).
   */
  locks: Array<Lock>;
  /** The address gets no mail until a year has passed, or until DELETE …/mail-problem. null: it gets mail. */
  mail_problem: MailProblem | null;
}

/** One attempt at sending an event. The event itself and the answer's text are not kept. */
export interface WebhookAttempt {
  /** The `webhook-id`, the same for all attempts at an event. */
  event_id: string;
  type: string;
  /** 1 for the first one. */
  attempt: number;
  /** The status of the answer, or null for none. */
  status: number | null;
  /** What was wrong, or null for a success. */
  problem: string | null;
  /** RFC 3339, UTC. */
  at: string;
  took_ms: number;
}

/** A page of attempts of the last seven days, the newest first. */
export interface WebhookAttemptPage {
  items: Array<WebhookAttempt>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** An event that was given up after a day. It is kept for seven days. */
export interface WebhookDeadLetter {
  event_id: string;
  type: string;
  attempts: number;
  /** What was wrong with the last attempt. */
  problem: string;
  /** When it happened. */
  at: string;
  /** RFC 3339, UTC. */
  failed_at: string;
}

/** A page of dead letters. */
export interface WebhookDeadLetterPage {
  items: Array<WebhookDeadLetter>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A webhook endpoint. */
export interface WebhookEndpoint {
  id: string;
  /** Where events are sent: https with a public host name. No redirect is followed. */
  url: string;
  /** The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types. */
  events: Array<string>;
  /** Only events of this organization are sent, or null for all. */
  org_id: string | null;
  /** A note for admins, at most 200 characters. */
  description: string | null;
  /** Whether events are sent. What an endpoint does not get while it is off is not kept; what it had not got before waits for a week. */
  enabled: boolean;
  /** Why it is off: `admin`, `failing` (for five days), `gone` (it answered 410), or null. */
  disabled_why: string | null;
  /** Until then events are signed with the replaced secret too, or null. */
  earlier_secret_until: string | null;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
}

/** Changes (RFC 7396): absent members stay unchanged, null sets the default. */
export interface WebhookEndpointChanges {
  /** Where events are sent: https with a public host name. No redirect is followed. */
  url?: string | null;
  /** The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types. */
  events?: Array<string> | null;
  /** Only events of this organization are sent, or null for all. */
  org_id?: string | null;
  /** A note for admins, at most 200 characters. */
  description?: string | null;
  /** Whether events are sent. What an endpoint does not get while it is off is not kept; what it had not got before waits for a week. */
  enabled?: boolean | null;
}

/** All webhook endpoints. */
export interface WebhookEndpointPage {
  items: Array<WebhookEndpoint>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** A webhook endpoint, and how it does. */
export interface WebhookEndpointState {
  id: string;
  /** Where events are sent: https with a public host name. No redirect is followed. */
  url: string;
  /** The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types. */
  events: Array<string>;
  /** Only events of this organization are sent, or null for all. */
  org_id: string | null;
  /** A note for admins, at most 200 characters. */
  description: string | null;
  /** Whether events are sent. What an endpoint does not get while it is off is not kept; what it had not got before waits for a week. */
  enabled: boolean;
  /** Why it is off: `admin`, `failing` (for five days), `gone` (it answered 410), or null. */
  disabled_why: string | null;
  /** Until then events are signed with the replaced secret too, or null. */
  earlier_secret_until: string | null;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
  /** When an event arrived last, or null. */
  sent_at: string | null;
  /** The first failure since then, or null. */
  failing_since: string | null;
  /** Nothing is sent before, because the endpoint asked for it or failed often, or null. */
  rests_until: string | null;
  /** What was wrong with the last attempt, or null. */
  problem: string | null;
}

/** A webhook endpoint with its new secret, which is shown once. */
export interface WebhookEndpointWithSecret {
  id: string;
  /** Where events are sent: https with a public host name. No redirect is followed. */
  url: string;
  /** The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types. */
  events: Array<string>;
  /** Only events of this organization are sent, or null for all. */
  org_id: string | null;
  /** A note for admins, at most 200 characters. */
  description: string | null;
  /** Whether events are sent. What an endpoint does not get while it is off is not kept; what it had not got before waits for a week. */
  enabled: boolean;
  /** Why it is off: `admin`, `failing` (for five days), `gone` (it answered 410), or null. */
  disabled_why: string | null;
  /** Until then events are signed with the replaced secret too, or null. */
  earlier_secret_until: string | null;
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC. */
  updated_at: string;
  /** `whsec_` and Base64: the secret that the receiver verifies signatures with (Standard Webhooks). */
  secret: string;
}

/** A type of events. */
export interface WebhookEventType {
  type: string;
  /** The JSON Schema (2020-12) of the body. */
  body: Record<string, unknown>;
}

/** The types of events that this release knows. */
export interface WebhookEventTypes {
  items: Array<WebhookEventType>;
  /** The `cursor` of the next page. null: this was the last page. */
  next_cursor: string | null;
}

/** How many events are sent again. */
export interface WebhookRedelivered {
  endpoint_id: string;
  events: number;
  /** If the period has more: the `since` of the next request, with the same `until`. Else null. */
  next_since: string | null;
}

/** Which events are sent again: those of `event_ids`, or those that arrived in a period; without both the first hundred dead letters. */
export interface WebhookRedelivery {
  /** The ids of dead letters, or of events that arrived in the last seven days. Others are not counted. */
  event_ids?: Array<string>;
  /** The events that arrived from this instant on: RFC 3339 with a time zone. The first 500 attempts are read. */
  since?: string | null;
  /** The end of the period, not in the future. Needed with `since`. */
  until?: string | null;
}

/** How a secret is replaced. */
export interface WebhookRotation {
  /** Seconds for which events are signed with the replaced secret too, at most a week. */
  overlap?: number;
}

/** The event that was queued. */
export interface WebhookTested {
  endpoint_id: string;
  /** The attempts show it by this id. */
  event_id: string;
}
