"""Keys of organisations, their members, roles and domains (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part, user_pk

ORGANISATION = "ORG#"
"""The beginning of the partitions of organisations."""
MEMBER = "MEMBER#"
"""The beginning of the sort keys of memberships, in the partition of the organisation and in that of the user."""
ROLE = "ROLE#"
"""The beginning of the sort keys of an organisation's own roles."""
DOMAIN = "DOMAIN#"
"""The beginning of the sort keys of the domains that an organisation claims."""
INVITE = "INVITE#"
"""The beginning of the sort keys of an organisation's invitations."""
ENDING = "ORGS_ENDING"
"""The partition of the organisations that are being deleted."""
NAMES = "ORG_NAMES"
"""The partition of the rows by which organisations are found by a word of their name."""
LISTED = "ORG"
"""The partition of the listing index that has all organisations."""


def org_pk(org_id: str) -> str:
    """The partition of everything about one organisation, in `directory` and in `state`."""
    return ORGANISATION + part(org_id)


def organisation(org_id: str) -> Key:
    """An organisation."""
    return Key(org_pk(org_id), "ORG")


def organisation_slug(slug: str) -> Key:
    """The item that makes a slug unique and finds its organisation."""
    return Key(f"ORGSLUG#{part(slug)}", "ORGSLUG")


def name(word: str, org_id: str) -> Key:
    """The row of an organisation for a word of its name. Sorted by the word."""
    return Key(NAMES, f"{name_begin(word)}#{part(org_id)}")


def name_begin(word: str) -> str:
    """What the sort keys of all rows begin with whose word begins with this one. A word has 32 letters at most, so none becomes a hash."""
    return part(word)


def ending(org_id: str) -> Key:
    """The mark that an organisation is being deleted."""
    return Key(ENDING, part(org_id))


def member(org_id: str, user_id: str) -> Key:
    """A member of the organisation."""
    return Key(org_pk(org_id), MEMBER + part(user_id))


def membership(user_id: str, org_id: str) -> Key:
    """The same, in the partition of the user."""
    return Key(user_pk(user_id), MEMBER + part(org_id))


def organisation_role(org_id: str, name: str) -> Key:
    """A role of the organisation."""
    return Key(org_pk(org_id), ROLE + part(name))


def domain_claim(org_id: str, domain: str) -> Key:
    """A domain that the organisation claims."""
    return Key(org_pk(org_id), DOMAIN + part(domain))


def organisation_invitation(org_id: str, invitation_id: str) -> Key:
    """An invitation into the organisation (`state`)."""
    return Key(org_pk(org_id), INVITE + part(invitation_id))


def domain(name: str) -> Key:
    """The item by which a proven domain belongs to one organisation."""
    return Key(f"DOMAIN#{part(name)}", "DOMAIN")
