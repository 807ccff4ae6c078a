"""URIs: for redirects, in pages, fetched by the provider, and for the sector of subject identifiers (OIDC Registration §5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idp.domain.apps import redirect_uri
from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.services.apps.client_rules.grants import Problem

_SHOWN = ("client_uri", "logo_uri", "policy_uri", "tos_uri", "frontchannel_logout_uri")


def find_problems(client: Client, *, dev: bool) -> Iterator[Problem]:
    """Find URIs that cannot be registered."""
    for field in _SHOWN:
        if not dev and not (getattr(client, field) or "https:").startswith("https:"):
            yield field, Message("value.not_https_url")
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        for uri in getattr(client, field):
            if problem := redirect_uri.registration_problem(uri, native=client.is_native, dev=dev):
                yield field, Message("client.uri_not_registrable", problem=problem)
    # OIDC Registration §2: "request_uris … The scheme used in the request_uri value MUST be https" unless it is signed; here always.
    if not all(uri.startswith("https://") and uri.isascii() and " " not in uri for uri in client.request_uris):
        yield "request_uris", Message("client.request_uri_not_https")
    # Front-Channel Logout §2: "The domain, port, and scheme of this URL MUST be the same as that of a registered Redirection URI value."
    leads_to = {redirect_uri.origin_of(uri) for uri in client.redirect_uris}
    if client.frontchannel_logout_uri and redirect_uri.origin_of(client.frontchannel_logout_uri) not in leads_to:
        yield "frontchannel_logout_uri", Message("client.frontchannel_logout_elsewhere")
    # OIDC Registration §2 on sector_identifier_uri; Core §8.1: "If there are multiple hostnames in the registered redirect_uris, the
    # Client MUST register a sector_identifier_uri."
    hosts = {urlsplit(uri).netloc.rpartition("@")[2].partition(":")[0] or uri.partition(":")[0] for uri in client.redirect_uris}
    if client.subject_type == "pairwise" and client.sector_identifier_uri is None and len(hosts) != 1:
        yield "sector_identifier_uri", Message("client.sector_identifier_missing")
