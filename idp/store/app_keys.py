"""Keys of clients, of their registration, and of the scopes and authorization details that they can ask for (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part


def client(client_id: str) -> Key:
    """A client."""
    return Key(f"CLIENT#{part(client_id)}", "CLIENT")


def client_pk(client_id: str) -> str:
    """The partition of everything about one client in `state`."""
    return f"CLIENT#{part(client_id)}"


DETAIL_TYPES = "DETAIL_TYPES"
"""The partition of the types of authorization details, which are few and read together."""


def authorization_detail_type(name: str) -> Key:
    """A type of authorization details."""
    return Key(DETAIL_TYPES, part(name))


SCOPE_TEXTS = "SCOPE_TEXTS"
"""The partition of the texts of scopes, which are few and read together."""


def scope_text(scope: str) -> Key:
    """The texts of a scope."""
    return Key(SCOPE_TEXTS, part(scope))


INITIAL_ACCESS_TOKENS = "INITIAL_ACCESS_TOKENS"
"""The partition of the initial access tokens, which are few and read together."""


def initial_access_token(token_id: str) -> Key:
    """An initial access token."""
    return Key(INITIAL_ACCESS_TOKENS, part(token_id))


def client_document(url: str) -> Key:
    """The fetched metadata document of a client_id that is a URL."""
    return Key(f"DOCUMENT#{part(url)}", "DOCUMENT")
