"""What the form that creates an app asks for each kind, and the members that follow from the answers and from the kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.grant_types import DEVICE_CODE, TOKEN_EXCHANGE
from idp.domain.errors import Invalid
from idp.domain.texts import marked
from idp.http.console.app_field import CHOICE, FLAG, LINE, LINES, OBJECT, Field, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS = "keys"
"""The field for `jwks_uri` or `jwks`, which are members of their own."""
AUTH = "token_endpoint_auth_method"
_NAME = Field("client_name", LINE, marked("Name"), marked("People see it when they sign in, and administrators in the list."))
_AUTH = Field(
    AUTH, CHOICE, marked("How it proves that it is this app"),
    marked("A secret is made for you and shown once. With a key of its own, no secret leaves the app (private_key_jwt)."),
    ("secret", "private_key_jwt"),
)  # fmt: skip
_KEYS = Field(
    KEYS, OBJECT, marked("Its public keys"),
    marked("Only for an app with a key of its own: the https address of its JWK Set, or the JWK Set itself. Never a private key."),
)  # fmt: skip
_OWN = Field(
    "first_party", FLAG, marked("It is our own app: people are not asked for consent"),
    marked("Leave it unchecked for an app of somebody else. People then see what the app wants to know, and decide."),
)  # fmt: skip
_CALLS = Field(
    "resources", LINES, marked("APIs that it calls"),
    marked("Their addresses, one on each line, as the APIs expect them in their tokens. Leave it empty if the app only signs people in."),
)  # fmt: skip
_REDIRECTS = {
    "web": marked(
        "Where people come back to after the sign-in, one on each line, exactly as the app sends it. For example "
        "https://shop.example.com/callback"
    ),
    "spa": marked("The page to which people come back, one on each line, exactly as the app sends it. For example https://board.example.com/"),
    "native": marked(
        "A link that opens the app, such as com.example.phone:/callback. For a program on a computer http://127.0.0.1/callback, "
        "with any port"
    ),
}  # fmt: skip


def _redirects(kind: str) -> Field:
    return Field("redirect_uris", LINES, marked("Redirect URIs"), _REDIRECTS[kind])


QUESTIONS: Mapping[str, tuple[Field, ...]] = {
    "web": (_NAME, _redirects("web"), _AUTH, _KEYS, _OWN, _CALLS),
    "spa": (_NAME, _redirects("spa"), _OWN, _CALLS),
    "native": (_NAME, _redirects("native"), _OWN, _CALLS),
    "service": (
        _NAME,
        _CALLS._replace(hint=marked("The address of the API, as it expects it in its tokens, such as https://api.example.com")),
        Field("scope", LINE, marked("Scopes"), marked("What it may do there, separated by spaces, such as orders:read")),
        _AUTH, _KEYS,
    ),
    "device": (_NAME, _OWN, _CALLS),
    "mcp": (
        _NAME,
        Field(
            "introspects", LINES, marked("Address of the server"),
            marked("Exactly as in its metadata, such as https://notes.example.com/mcp. Tokens for it have this as their audience."),
        ),
        _AUTH, _KEYS,
    ),
    "api": (
        _NAME,
        Field(
            "introspects", LINES, marked("Address of the API"),
            marked("Tokens for it have this as their audience (aud), such as https://api.example.com"),
        ),
        _AUTH, _KEYS,
    ),
}  # fmt: skip
"""By kind. The labels and hints are marked for translation."""
_SIGNS_IN = "openid profile email offline_access"
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "web": {"grant_types": ["authorization_code", "refresh_token"], "scope": _SIGNS_IN},
    "spa": {"grant_types": ["authorization_code", "refresh_token"], "scope": _SIGNS_IN, AUTH: "none"},
    "native": {
        "grant_types": ["authorization_code", "refresh_token"], "scope": _SIGNS_IN, AUTH: "none", "application_type": "native",
    },
    "service": {"grant_types": ["client_credentials"]},
    "device": {"grant_types": [DEVICE_CODE, "refresh_token"], "scope": _SIGNS_IN, AUTH: "none"},
    "mcp": {"grant_types": [TOKEN_EXCHANGE], "scope": ""},
    "api": {"grant_types": [TOKEN_EXCHANGE], "scope": ""},
}  # fmt: skip
"""By kind. An API needs a grant type as each client does; with no audience to exchange tokens for, this one gives it nothing."""


def members_of(kind: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the metadata of a new app (RFC 7591 §2).

    Raises:
        Invalid: an answer is missing or cannot be read. The service checks everything else.
    """
    members = dict(_DEFAULTS[kind])
    for field in QUESTIONS[kind]:
        text = typed.get(field.name, "")
        if field.name == AUTH:
            members |= {AUTH: text} if text not in {"", "secret"} else {}
        elif field.name == KEYS:
            members |= _keys(field, text) if typed.get(AUTH) == "private_key_jwt" else {}
        elif text or field.name == "client_name":
            members[field.name] = value_of(field, text) if text else ""
    if kind in {"mcp", "api"} and not members.get("introspects"):
        raise Invalid("console.audience_missing", field="introspects")
    members.setdefault("scope", "")
    return members


def _keys(field: Field, typed: str) -> dict[str, Any]:
    if not typed:
        raise Invalid("client.method_without_keys", field=KEYS)
    return {"jwks": value_of(field, typed)} if typed.startswith("{") else {"jwks_uri": typed}
