"""What a form of the export cannot carry: a name for the counters, and what an operator has to know about it."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType

Counts = Counter[str]

LEFT_OUT = MappingProxyType(
    {
        "passwords": "passwords whose hash the other system cannot check, or that stay here: these people set a new one there",
        "authenticators": "authenticator apps that the other system cannot check, or that stay here: these people set one up again there",
        "recovery_codes": "people with recovery codes: these can be checked here only",
        "passkeys": "passkeys",
        "waiting_passkeys": "passkeys that were never used",
        "links": "accounts at other providers: link them again there",
        "consents": "consents: people are asked again there",
        "terms": "people who accepted terms",
        "admins": "admins: make them admins there yourself",
        "second_factor_required": "people of whom a second factor is demanded: demand it there yourself",
        "ids": "ids that are too long for the other system: apps see these people under a new id",
        "claims": "people with claims of the profile that the other system has no place for",
        "attributes": "people with attributes of the organisation",
        "client_secrets": "apps whose secret is new: this deployment has only digests of secrets",
        "client_roles": "apps with roles of their own",
        "redirect_uris": "redirect URIs with an asterisk, which the other system would read as a pattern",
        "apps": "apps: register them there",
        "reserved_apps": "apps with an id that the other system uses itself",
        "connections": "connections to other providers: make them there, under the same ids",
        "permissions": "roles with permissions",
        "group_roles": "groups with roles",
        "settings": "access policies, texts of scopes, trusted issuers and types of authorization details",
        "organisations": "organisations, with their own roles and domains: make them there",
        "organisation_members": "memberships of organisations",
        "unreadable": "items that this deployment cannot read",
    }
)
"""What each counter counts."""
