"""Members that describe the client and who is responsible for it (RFC 7591 §2, RFC 7591 §2.3 for software)."""

from __future__ import annotations

from idp.services.apps.client_metadata.values import Member, names, one_of, shown_name, text, url

MEMBERS: dict[str, Member] = {
    "client_name": ("name", shown_name),
    "application_type": ("application_type", one_of(("web", "native"))),
    "client_uri": ("client_uri", url),
    "logo_uri": ("logo_uri", url),
    "policy_uri": ("policy_uri", url),
    "tos_uri": ("tos_uri", url),
    "contacts": ("contacts", names(10)),
    "software_id": ("software_id", text),
    "software_version": ("software_version", text),
}
REMOVABLE = frozenset(MEMBERS) - {"application_type"}
