"""The members of an app that administrators change: the usual ones under Settings, all others in groups under Advanced.

`branding` and the links beside it are under Looks; `disabled` is a button. A test finds a member that is in no form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.apps.fapi import PROFILES
from idp.domain.apps.grant_types import MODULES
from idp.domain.requests.organisation_scope import KINDS
from idp.domain.texts import marked
from idp.http.console.app_field import CHOICE, CHOICES, FLAG, LINE, LINES, MAYBE, NUMBER, OBJECT, WORDS, Field
from idp.services.apps.client_metadata.answers import ENCRYPTED, ENCRYPTION_ALGORITHMS, ENCRYPTION_ENCODINGS, SIGNED
from idp.services.apps.client_metadata.grants_and_authentication import AUTH_METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable


class Group(NamedTuple):
    """Members that belong together. `title` and `text` are marked for translation."""

    title: str
    text: str
    fields: tuple[Field, ...]


def _plain(kind: str, *names: tuple[str, str], values: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """Return fields whose label is the name of the member, as software and specifications write it."""
    return tuple(Field(name, kind, name, hint, values) for name, hint in names)


USUAL = (
    Field("client_name", LINE, marked("Name"), marked("People see it when they sign in, and administrators in the list.")),
    Field(
        "redirect_uris", LINES, marked("Redirect URIs"),
        marked("One on each line, exactly as the app sends it. Codes are sent to no other address."),
    ),
    Field(
        "post_logout_redirect_uris", LINES, marked("Addresses after the sign-out"),
        marked("Where the app may send people when they have signed out, one on each line."),
    ),
    Field("scope", WORDS, marked("Scopes"), marked("What the app may ask for, separated by spaces.")),
    Field(
        "resources", LINES, marked("APIs that it calls"),
        marked("The audiences (aud) of its access tokens, one address on each line."),
    ),
    Field("first_party", FLAG, marked("It is our own app: people are not asked for consent")),
    Field("require_mfa", FLAG, marked("Each sign-in needs a second factor")),
    Field("sign_up", FLAG, marked("People may create an account on the way to this app")),
    Field(
        "id_token_claims", FLAG, marked("ID tokens contain name and address too"),
        marked("For software that reads no UserInfo. ID tokens get larger, and reach more places."),
    ),
)  # fmt: skip
_PEOPLE = (
    Field("mail_code", MAYBE, marked("Sign-in with a code from a mail")),
    Field("connections_only", FLAG, marked("People sign in by connections only")),
    Field("organization", CHOICE, marked("Sign-in for an organisation"), "", tuple(KINDS)),
    *_plain(
        NUMBER, ("default_max_age", marked("Seconds after which people sign in again, if the request does not say it. Empty: never.")),
    ),
    *_plain(
        FLAG, ("require_auth_time", marked("ID tokens always have the time of the sign-in here, so this changes nothing.")),
    ),
    *_plain(CHOICES, ("default_acr_values", marked("The strength of sign-ins that is asked for by default.")), values=("aal1", "aal2")),
    *_plain(
        CHOICE, ("subject_type", marked("With pairwise, each sector sees another sub for the same person.")), values=("public", "pairwise"),
    ),
    *_plain(LINE, ("sector_identifier_uri", marked("The https address of a JSON list of all redirect URIs of the sector."))),
)  # fmt: skip
_AUTHENTICATION = (
    *_plain(CHOICES, ("grant_types", marked("The ways in which the app gets tokens.")), values=tuple(MODULES)),
    *_plain(CHOICES, ("auth_methods", marked("The ways in which it may authenticate. none: a public app.")), values=AUTH_METHODS),
    *_plain(
        CHOICE, ("application_type", marked("native: an installed app, which may use any port of a loopback address.")),
        values=("web", "native"),
    ),
    *_plain(
        CHOICE, ("profile", marked("Demands all rules of FAPI 2.0, and sets the members that follow from them.")), values=("", *PROFILES),
    ),
    *_plain(OBJECT, ("jwks", marked("Its public keys as a JWK Set. Either this or jwks_uri."))),
    *_plain(
        LINE, ("jwks_uri", marked("The https address of its public keys.")),
        ("token_endpoint_auth_signing_alg", marked("The only algorithm of private_key_jwt, such as ES256.")),
        ("tls_client_auth_subject_dn", marked("For tls_client_auth: the subject of its certificate. One of these five.")),
        ("tls_client_auth_san_dns", ""), ("tls_client_auth_san_uri", ""), ("tls_client_auth_san_ip", ""), ("tls_client_auth_san_email", ""),
    ),
)  # fmt: skip
_REQUESTS = (
    *_plain(
        FLAG, ("require_pkce", marked("Off only for confidential apps that use nonce.")),
        ("require_pushed_authorization_requests", marked("Each request is pushed first (RFC 9126).")),
        ("require_signed_request_object", marked("Each request is signed (RFC 9101).")),
        ("dpop_bound_access_tokens", marked("Tokens are bound to a key of the app (RFC 9449).")),
        ("tls_client_certificate_bound_access_tokens", marked("Tokens are bound to the certificate of the app (RFC 8705).")),
    ),
    *_plain(LINE, ("request_object_signing_alg", marked("The only algorithm of signed requests."))),
    *_plain(
        LINES, ("request_uris", marked("The https addresses from which requests may be fetched.")),
        ("authorization_details_types", marked("The types of authorization details that it may ask for (RFC 9396).")),
    ),
)  # fmt: skip
_ANSWERS = (
    *_plain(LINE, *((name, marked("The signing algorithm, such as RS256 or ES256.")) for name in SIGNED)),
    *_plain(
        CHOICE, *((f"{name}_encrypted_response_alg", marked("Encrypts this answer with the app's key.")) for name in ENCRYPTED),
        values=("", *ENCRYPTION_ALGORITHMS),
    ),
    *_plain(CHOICE, *((f"{name}_encrypted_response_enc", "") for name in ENCRYPTED), values=("", *ENCRYPTION_ENCODINGS)),
)  # fmt: skip
_SIGN_OUT = (
    *_plain(
        LINE, ("initiate_login_uri", marked("The https address at which others can start a sign-in to the app.")),
        ("backchannel_logout_uri", marked("The https address that is called when a session ends.")),
        ("frontchannel_logout_uri", marked("The address that the browser loads in a frame when a session ends.")),
    ),
    *_plain(FLAG, ("backchannel_logout_session_required", ""), ("frontchannel_logout_session_required", "")),
)  # fmt: skip
_ACCESS = (
    *_plain(
        LINES, ("introspects", marked("The APIs that this app is: it may ask about tokens for them.")),
        ("token_exchange_audiences", marked("The APIs for which it may exchange tokens (RFC 8693).")),
        ("token_exchange_scopes", marked("The scopes that exchanged tokens may have.")),
    ),
    *_plain(FLAG, ("may_impersonate", marked("Exchanged tokens do not name the app that acts."))),
    *_plain(OBJECT, ("id_jag_audiences", marked("Servers of other companies for which it may get assertions, by issuer."))),
    *_plain(OBJECT, ("claim_mappings", marked("Which roles and attributes its tokens contain, by the name of the claim."))),
    *_plain(LINE, ("org_id", marked("The organisation to which this machine client belongs."))),
)  # fmt: skip
_ABOUT = (
    *_plain(LINES, ("contacts", marked("The people who are responsible for the app."))),
    *_plain(LINE, ("software_id", marked("The same for all instances of the software.")), ("software_version", "")),
)  # fmt: skip
GROUPS = (
    Group(marked("Signing in"), marked("What people meet on the way to the app."), _PEOPLE),
    Group(marked("Grants and authentication"), marked("How it gets tokens, and how it proves that it is this app."), _AUTHENTICATION),
    Group(marked("Requests and tokens"), marked("What its requests must have, and to what its tokens are bound."), _REQUESTS),
    Group(marked("Signatures and encryption"), marked("How answers to the app are signed and encrypted."), _ANSWERS),
    Group(marked("Starting and ending sessions"), marked("Addresses of the app that this provider calls or opens."), _SIGN_OUT),
    Group(marked("Access"), marked("What it may do with tokens of others. Most of it takes further rights of yours."), _ACCESS),
    Group(marked("About the software"), marked("For whoever looks after the app."), _ABOUT),
)
"""Advanced, in the order of the page."""
LINKS = (
    Field("client_uri", LINE, marked("Home page")),
    Field("logo_uri", LINE, marked("Logo"), marked("The https address of a picture. Sign-in and consent show it beside the name.")),
    Field("policy_uri", LINE, marked("Privacy policy")),
    Field("tos_uri", LINE, marked("Terms of service")),
)
"""Members with the addresses that pages show, under Looks."""


def advanced() -> tuple[Field, ...]:
    """Return the fields of all groups."""
    return tuple(field for group in GROUPS for field in group.fields)


def usual(grant_types: Iterable[str]) -> tuple[Field, ...]:
    """Return the usual fields of an app with these grant types. An app without sign-ins in a browser has no redirect URIs."""
    signs_in = {"authorization_code", "urn:ietf:params:oauth:grant-type:device_code"} & set(grant_types)
    if "authorization_code" in grant_types:
        return USUAL
    left_out = {"redirect_uris", "post_logout_redirect_uris"}
    left_out |= set() if signs_in else {"first_party", "require_mfa", "sign_up", "id_token_claims"}
    return tuple(field for field in USUAL if field.name not in left_out)
