"""Connections to upstream providers, as admins manage them."""

TEMPLATES = {
    "connection.app_unknown": "There is no app with the client_id {app}.",
    "connection.apps_too_many": "This has to be a list of at most {maximum} client_ids.",
    "connection.certificates_malformed": (
        "This has to be a list of 1 to {maximum} X.509 certificates, DER in base64, with an RSA key of at least 2,048 bits or an EC key."
    ),
    "connection.claims_malformed": "This has to be a map of at most {maximum} entries: one of {values}, and the upstream's name of it.",
    "connection.client_id_malformed": "This has to be 1 to {longest} ASCII characters without spaces, as the upstream shows it.",
    "connection.domain_public": "Everybody can get an address of {domain}. Only a domain of one organisation can lead to a connection.",
    "connection.domain_taken": "Another connection has the domain {domain}. An address leads to one connection only.",
    "connection.domains_malformed": "This has to be a list of at most {maximum} DNS names in lower case, such as example.com.",
    "connection.domains_needed": "The value domains has no meaning without a list of domains.",
    "connection.endpoint_malformed": "This has to be an https URL of a public host, on port 443 and without a fragment.",
    "connection.entity_malformed": "This has to be an entity id: 1 to {longest} ASCII characters without spaces.",
    "connection.exists": "There is already a connection with this id.",
    "connection.function_not_allowed": "This has to be the ARN in IDP_MIGRATION_FUNCTION: the one function that this provider may call.",
    "connection.hook_secret_malformed": "This has to be whsec_ and the Base64 of 24 to 64 random bytes, as in Standard Webhooks.",
    "connection.id_malformed": "This has to be 1 to 40 of a-z, 0-9 and -, beginning with a letter or a digit.",
    "connection.is_self": "This provider cannot be its own upstream.",
    "connection.issuer_malformed": "This has to be an https URL of a public host, without query and fragment.",
    "connection.keeps_no_tokens": "No app gets tokens of a connection that keeps none. Set keeps_tokens, too.",
    "connection.key_malformed": "This has to be a private key in PEM, without a password: for Apple an EC key of the curve P-256.",
    "connection.last_way_in": (
        "The organisation accepts sign-ins by its connections only, and this is the last one. Its people are linked by the issuer and the"
        " subject, and would be locked out. Create another connection, and lead the domain to it."
    ),
    "connection.last_way_in_untried": (
        "The organisation accepts sign-ins by its connections only, and this is the last one. If the new value is wrong, all its people"
        " are locked out. Create another connection with the new value, lead a proven domain to it and sign in by it, or ask an admin of"
        " the whole deployment for the change."
    ),
    "connection.name_malformed": "This has to be a readable name of 1 to {longest} characters.",
    "connection.needed": "This upstream needs it. Its developer pages show the value.",
    "connection.needs_every_scope": "Only a token with every scope of the admin API can change how a connection identifies people.",
    "connection.no_metadata": "There is no metadata to read: OAuth 2.0 has none, and this SAML connection has no metadata_url.",
    "connection.no_next_certificate": "There is no next certificate. Make one first, and give it to the identity provider.",
    "connection.not_of_type": "A connection of this type has no such member. Leave it out.",
    "connection.only_saml": "Only a SAML connection has this.",
    "connection.not_offered": "The deployment lets organisations have no connections of their own (IDP_ORGANIZATION_CONNECTIONS).",
    "connection.openid_needed": "The scope openid is needed, because the upstream tells by the ID Token who the person is.",
    "connection.position": "This has to be a number from 0 to {highest}.",
    "connection.rights_not_held": "A connection decides who signs in as whom. Only an admin with these OAuth scopes can set it: {scopes}.",
    "connection.saml_metadata": (
        "This has to be the SAML metadata of exactly one identity provider: not out of date, with a certificate for signatures and a"
        " SingleSignOnService with the binding HTTP-Redirect."
    ),
    "connection.saml_metadata_needed": "Give the metadata of the identity provider, as a document or by its https URL.",
    "connection.saml_not_installed": "SAML is not deployed here. Switch on its function first.",
    "connection.saml_unreachable": (
        "The metadata could not be fetched. Its URL has to be public, https, without a redirect, at most 1 MiB and within five seconds. "
        "Otherwise save the document, and give that."
    ),
    "connection.scopes_malformed": "This has to be a list of at most {maximum} scopes.",
    "connection.secret_malformed": "This has to be the secret as the upstream shows it: printable ASCII, at most 8,192 characters.",
    "connection.secret_unused": "With the client authentication none there is no secret. Leave it out.",
    "connection.subject_fixed": "For OpenID Connect the subject is always sub. It cannot be mapped.",
    "connection.tenants_malformed": "This is for Microsoft only: at most {maximum} ids of tenants, each a UUID in lower case.",
    "connection.tenants_needed": "Name the tenants whose people may sign in, by their ids.",
    "connection.too_many": "There are already {maximum} connections. Delete one first.",
    "connection.trust_needed": "A link without a question needs trust in the addresses of the upstream. Set email_trust, too.",
    "connection.unknown": "There is no such connection.",
}
