"""Client metadata: the names and types of RFC 7591 §2, and what this provider adds. Nothing else can be set (threats E-10, J-02).

Ours: `resources` (RFC 8707 identifiers that become the `aud` of access tokens), `auth_methods` (when more than one is allowed),
`introspects`, `access_token_signed_response_alg`, `require_pkce`, `first_party`, `require_mfa`, `disabled`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from idp.domain import scope as scopes
from idp.domain.client import Client
from idp.domain.errors import Invalid
from idp.services import client_rules
from idp.services.standard_claims import is_text, is_web_url
from idp.settings import Settings

MOST_URIS = 50
MOST_BYTES = 128 * 1024
_LONGEST_URI = 2048
_LONGEST_NAME = 200
_LONGEST_SCOPE = 4096
_DEFAULTS = Client(id="")

GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")
AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")


def apply(client: Client, changes: Mapping[str, Any], settings: Settings) -> Client:
    """The client after an RFC 7396 patch; null removes what may be absent. The very same client when it changes nothing.

    Raises:
        Invalid: names the first member that is unknown, of the wrong type, too much, or does not go with the others.
    """
    wanted: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in _MEMBERS:
            raise Invalid("This member does not exist or cannot be changed.", field=name[:60] if name.isidentifier() else "")
        attribute, read = _MEMBERS[name]
        wanted[attribute] = _removed(name, attribute) if value is None else read(name, value)
    _reconcile_methods(client, changes, wanted)
    response_types = wanted.pop("response_types", None)
    changed = replace(client, **wanted)
    client_rules.check(changed, response_types, settings)
    if len(json.dumps(asdict(changed))) > MOST_BYTES:
        raise Invalid(f"All metadata together has to stay under {MOST_BYTES} bytes.")
    return changed


def _removed(name: str, attribute: str) -> Any:
    if name not in _REMOVABLE:
        raise Invalid("This cannot be null.", field=name)
    return getattr(_DEFAULTS, attribute)


def _reconcile_methods(client: Client, changes: Mapping[str, Any], wanted: dict[str, Any]) -> None:
    """One method in RFC 7591's member, several in ours; given both, the first is the one of RFC 7591."""
    single = wanted.pop("token_endpoint_auth_method", None)
    if single is None:
        return
    if "auth_methods" not in changes:
        # Naming the first of several again, as a GET showed it, takes none of the others away (E-11).
        wanted["auth_methods"] = client.auth_methods if single == client.auth_methods[0] else (single,)
    elif single not in wanted["auth_methods"]:
        raise Invalid("This has to be one of auth_methods.", field="token_endpoint_auth_method")
    else:
        wanted["auth_methods"] = (single, *(method for method in wanted["auth_methods"] if method != single))


def _text(name: str, value: Any) -> str:
    if not is_text(value, _LONGEST_NAME):
        raise Invalid(f"This has to be a text of 1 to {_LONGEST_NAME} characters.", field=name)
    return str(value)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid("This has to be true or false.", field=name)
    return value


def _url(name: str, value: Any) -> str:
    """A page or picture that people's browsers open; this provider never fetches it (threats E-09)."""
    if not is_web_url(value):
        raise Invalid(f"This has to be an absolute https URL of at most {_LONGEST_URI} characters.", field=name)
    return str(value)


def _texts(name: str, value: Any, most: int, longest: int) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > most or not all(is_text(each, longest) for each in value):
        raise Invalid(f"This has to be a list of at most {most} texts of 1 to {longest} characters.", field=name)
    return tuple(dict.fromkeys(value))


def _uris(name: str, value: Any) -> tuple[str, ...]:
    return _texts(name, value, MOST_URIS, _LONGEST_URI)


def _resources(name: str, value: Any) -> tuple[str, ...]:
    """RFC 8707 §2: "Its value MUST be an absolute URI … and MUST NOT include a fragment component"."""
    uris = _texts(name, value, 20, 512)
    for uri in uris:
        scheme, colon, rest = uri.partition(":")
        if not (colon and rest and scheme.isascii() and scheme[:1].isalpha() and uri.isascii()) or " " in uri or "#" in uri:
            raise Invalid("Each has to be an absolute URI without a fragment, such as https://api.example.com.", field=name)
    return uris


def _contacts(name: str, value: Any) -> tuple[str, ...]:
    return _texts(name, value, 10, 254)


def _among(allowed: tuple[str, ...]) -> Callable[[str, Any], tuple[str, ...]]:
    def read(name: str, value: Any) -> tuple[str, ...]:
        chosen = _texts(name, value, len(allowed), 64)
        if not set(chosen) <= set(allowed):
            raise Invalid(f"This has to be a list of some of: {', '.join(allowed)}.", field=name)
        return chosen

    return read


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise Invalid(f"This has to be one of: {', '.join(allowed)}.", field=name)
        return value

    return read


def _algorithm(name: str, value: Any) -> str:
    if not is_text(value, 20):
        raise Invalid("This has to be the name of a signing algorithm.", field=name)
    return str(value)


def _scope(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, str) or len(value) > _LONGEST_SCOPE:
        raise Invalid(f"This has to be a text of at most {_LONGEST_SCOPE} characters: scopes, separated by spaces.", field=name)
    try:
        return scopes.parse(value)
    except ValueError as error:
        raise Invalid(str(error), field=name) from None


_MEMBERS: Mapping[str, tuple[str, Callable[[str, Any], Any]]] = MappingProxyType(
    {
        "client_name": ("name", _text),
        "redirect_uris": ("redirect_uris", _uris),
        "post_logout_redirect_uris": ("post_logout_redirect_uris", _uris),
        "grant_types": ("grant_types", _among(GRANT_TYPES)),
        "response_types": ("response_types", _among(("code",))),
        "scope": ("scopes", _scope),
        "token_endpoint_auth_method": ("token_endpoint_auth_method", _one_of(AUTH_METHODS)),
        "auth_methods": ("auth_methods", _among(AUTH_METHODS)),
        "application_type": ("application_type", _one_of(("web", "native"))),
        "client_uri": ("client_uri", _url),
        "logo_uri": ("logo_uri", _url),
        "policy_uri": ("policy_uri", _url),
        "tos_uri": ("tos_uri", _url),
        "contacts": ("contacts", _contacts),
        "resources": ("resources", _resources),
        "id_token_signed_response_alg": ("id_token_signed_response_alg", _algorithm),
        "access_token_signed_response_alg": ("access_token_signed_response_alg", _algorithm),
        "introspects": ("introspects", _resources),
        "require_pkce": ("require_pkce", _flag),
        "first_party": ("first_party", _flag),
        "require_mfa": ("require_mfa", _flag),
        "disabled": ("disabled", _flag),
    }
)
_REMOVABLE = frozenset({"client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri", "contacts"})
WRITABLE = frozenset(_MEMBERS)
