"""Organisations, their members and their domains, in the admin API and on pages."""

TEMPLATES = {
    "organisation.busy": "Other requests changed the organisation at the same time. Try again.",
    "organisation.changed": "The organisation was changed meanwhile. Read it again.",
    "domain.changed": "The domain was changed meanwhile. Read it again.",
    "domain.exists": "The organisation has claimed this domain already.",
    "domain.malformed": "This has to be a domain of at least two labels, such as acme.example.",
    "domain.off": "Domains cannot be proved here, because the setting IDP_DNS_RESOLVER is off.",
    "domain.public": "Everybody can get an address of this domain, so no organisation can have it.",
    "domain.resolver_silent": "The DNS resolver did not answer, so nothing was changed. Check the domain again in a moment.",
    "domain.taken": "Another organisation has proven this domain.",
    "domain.too_many": "An organisation can claim {maximum} domains. Remove one first.",
    "domain.unknown": "The organisation has not claimed this domain.",
    "membership.changed_meanwhile": "The membership was changed meanwhile. Read it again.",
    "membership.exists": "The person is a member of the organisation already.",
    "membership.last_admin": "This is the last admin of the organisation. Make somebody else an admin first.",
    "membership.own_access": "You cannot change your own rights. Ask another admin.",
    "membership.scopes_not_held": "You can give and take only those rights of an admin that you have yourself.",
    "membership.scopes_unknown": "This has to be a list of one or more of these OAuth scopes: {scopes}.",
    "membership.scopes_without_admin": "Only an admin of the organisation has OAuth scopes.",
    "membership.unknown": "The person is not a member of the organisation.",
    "organisation.client_not_offered": "The deployment offers organisations only this here: {values}.",
    "organisation.clients_off": "The deployment offers organisations no scopes for clients (IDP_ORGANIZATION_CLIENT_SCOPES).",
    "organisation.hours_malformed": "This has to be a whole number of hours, 1 to {maximum}.",
    "organisation.members_of_deployment": "Only an admin of the whole deployment can set this: {members}.",
    "organisation.last_way_in": (
        "The organisation accepts sign-ins by its connections only, and this is the last way to one that is on. Lead another proven domain"
        " to another connection and sign in by it, or ask an admin of the whole deployment."
    ),
    "organisation.metadata_too_large": "The metadata is larger than {maximum} bytes.",
    "organisation.name_malformed": "This has to be a readable name of 1 to {longest} characters.",
    "organisation.no_way_in": (
        "Sign in yourself first by a connection that stays on and to which a proven domain leads: only this shows that it works, and"
        " otherwise all could be locked out. An admin of the whole deployment can make the change without that."
    ),
    "organisation.no_way_in_of_client": (
        "An app cannot sign in, so it cannot show that a connection works, and all could be locked out. Let an admin of the organisation"
        " make the change who has signed in by a connection that stays on, or an admin of the whole deployment."
    ),
    "organisation.policy_members": "A policy has only these members: {members}.",
    "organisation.policy_weaker": "Only an admin of the whole deployment can make the policy demand less.",
    "organisation.slug_malformed": "This has to be 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit.",
    "organisation.slug_taken": "Another organisation has this slug.",
    "organisation.too_many_clients": "An organisation can have {maximum} clients of its own. Delete one first.",
    "organisation.unknown": "There is no such organisation.",
}
