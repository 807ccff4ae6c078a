"""Every setting, from environment variables with the prefix IDP_. docs/settings.md lists them; a test compares the two."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

PREFIX = "IDP_"
ARGON2_FLOOR = (19456, 2, 1)
"""KiB, iterations, parallelism: OWASP's minimum for Argon2id."""
SIGNING_ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "Ed25519"})
MAX_CODE_LIFETIME = 600
"""RFC 6749 §4.1.2: ten minutes at most."""
MAX_GRACE = 60
"""A longer grace would hide a stolen refresh token."""
ARGON2_CEILING = (4 * 1024 * 1024, 64, 64)
"""Upper limits for the same values. Larger ones are typing errors, and Argon2 itself ends not far above."""
OF_THE_AUTHORIZER = frozenset(
    {
        "IDP_AUDIENCE", "IDP_JWKS_URI", "IDP_ALGORITHMS", "IDP_LEEWAY", "IDP_AUTHORIZER_RULES", "IDP_AUTHORIZER_RESPONSE",
        "IDP_AUTHORIZER_CACHE", "IDP_AUTHORIZER_REVOCATION", "IDP_AUTHORIZER_DECISIONS", "IDP_AUTHORIZER_SUBJECTS",
    }
)  # fmt: skip
"""Settings of the Lambda authorizer (wiring/authorizer_settings.py). They have the same prefix and may be set beside the provider's."""
OF_TESTS = "IDP_TEST_"
PASSWORD_ATTEMPTS = range(5, 21)
"""More would allow more attempts in a day than the one each hour that the longest wait allows (domain.throttle)."""
NETWORK_ATTEMPTS = range(100, 10_001)
PASSWORD_LENGTHS = (8, 15, 64)
"""The smallest IDP_PASSWORD_MIN_LENGTH_MFA and IDP_PASSWORD_MIN_LENGTH (NIST SP 800-63B-4 §3.1.1.2), and the largest of both."""
_ORIGIN = re.compile(r"https?://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?", re.ASCII)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.ASCII)
_DOMAIN = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+"
"""Two labels or more. It is compiled only if IDP_RP_ID is set, because that takes time at a cold start."""
_MAX_PORT = 65535
_MOST_RELATED = 5
"""WebAuthn Level 3 §5.11.1: browsers must support five labels, and some take no more."""
_MOST_REGISTRATIONS = 1_000_000
_MOST_TICKETS = 1_000_000


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which and what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Lifetimes are in seconds, memory in KiB. `issuer` is the only base URL; the Host header is never used."""

    issuer: str
    env: str = "prod"
    table_prefix: str = "idp"
    key_file: str = ""
    kms_key_id: str = ""
    brand: str = "idp"
    support: str = ""
    rp_id: str = ""
    passkeys: str = "on"
    related_origins: str = ""
    argon2_memory_kib: int = 19456
    argon2_iterations: int = 2
    argon2_parallelism: int = 1
    code_lifetime: int = 60
    access_token_lifetime: int = 600
    id_token_lifetime: int = 600
    refresh_idle_lifetime: int = 30 * 86400
    refresh_absolute_lifetime: int = 365 * 86400
    refresh_grace: int = 10
    session_idle_lifetime: int = 86400
    session_absolute_lifetime: int = 30 * 86400
    sign_in_lifetime: int = 3600
    password_min_length: int = 15
    password_min_length_mfa: int = 8
    breached_passwords: str = "off"
    breached_passwords_file: str = ""
    password_attempts: int = 5
    network_attempts: int = 100
    audit_retention_days: int = 400
    key_rotation_days: int = 90
    dpop_nonce: str = "off"
    session_management: str = "off"
    signing_algorithms: str = "RS256 PS256 ES256 Ed25519"
    registration: str = "off"
    registration_require_pkce: str = "on"
    registration_id_token_claims: str = "off"
    registration_scopes: str = "openid profile email address phone offline_access"
    registration_resources: str = ""
    registration_hourly_per_network: int = 1000
    registration_hourly: int = 5000
    password_reset: str = "on"
    sign_in_notices: str = "on"
    tickets_hourly_per_network: int = 50
    tickets_hourly: int = 1000
    software_statement_issuers: str = ""
    sign_up: str = "closed"
    sign_up_domains: str = ""
    sign_up_denied_domains: str = ""
    sign_up_claims: str = ""
    sign_up_challenge: str = "off"
    terms_uri: str = ""
    terms_version: str = ""
    client_id_metadata: str = "off"
    client_id_metadata_hosts: str = ""
    client_id_metadata_denied_hosts: str = ""
    authorization_details: str = "off"
    jwt_bearer: str = "off"
    id_jag: str = "off"
    mail_from: str = ""
    smtp_url: str = ""
    smtp_password: str = dataclasses.field(default="", repr=False)
    smtp_password_parameter: str = ""
    mtls_url: str = ""
    fetch_function: str = ""
    mail_function: str = ""
    edge_sha256: str = ""
    dev_fetch_hosts: str = ""
    dev_fetch_ca: str = ""
    log_level: str = "INFO"
    metrics: str = "on"
    tracing: str = "off"

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Algorithms that tokens may be signed with, always including RS256 (OIDC Core §15.1)."""
        return tuple(self.signing_algorithms.split())

    @property
    def webauthn_rp_id(self) -> str:
        """The RP ID of passkeys (WebAuthn Level 3 §4): IDP_RP_ID, or the issuer's host."""
        return self.rp_id or _host(self.issuer)

    @property
    def related(self) -> tuple[str, ...]:
        """The origins that may use passkeys of the RP ID beside those under its domain (WebAuthn Level 3 §5.11)."""
        return tuple(self.related_origins.split())

    @property
    def passkey_origins(self) -> frozenset[str]:
        """The origins whose pages may ask for a passkey: the issuer's, where all our pages are."""
        return frozenset({self.issuer})

    @property
    def statement_issuers(self) -> dict[str, str]:
        """Accepted issuers of software statements, with the address of their keys (RFC 7591 §2.3)."""
        pairs = (pair.partition("=") for pair in self.software_statement_issuers.split())
        return {issuer: jwks_uri for issuer, _, jwks_uri in pairs}

    @property
    def dev(self) -> bool:
        """Whether this is a development deployment."""
        return self.env == "dev"

    @property
    def sends_mail(self) -> bool:
        """Whether mails are sent. In development they at least come into the outbox."""
        return self.dev or bool(self.mail_from and (self.mail_function or self.smtp_url))

    @property
    def resets_passwords(self) -> bool:
        """Whether people may reset a forgotten password by mail."""
        return self.password_reset == "on" and self.sends_mail

    @property
    def tells_sign_ins(self) -> bool:
        """Whether people get a mail about a sign-in from a new browser and network."""
        return self.sign_in_notices == "on" and self.sends_mail

    @property
    def secure(self) -> bool:
        """Whether the issuer is https. Then cookies are Secure and have the __Host- prefix."""
        return self.issuer.startswith("https://")

    @property
    def admin_resource(self) -> str:
        """The audience of access tokens for the admin API."""
        return self.issuer + "/admin/v1"

    @property
    def access_resource(self) -> str:
        """The audience of access tokens for the policy decision point (AuthZEN)."""
        return self.issuer + "/access/v1"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a setting is missing or wrong; the message says what to set.
    """
    environ = os.environ if environ is None else environ
    _check_names(environ)
    values: dict[str, str | int] = {}
    for field in fields(Settings):
        raw = environ.get(PREFIX + field.name.upper(), "")
        if raw:
            values[field.name] = _whole_number(field.name, raw) if field.type == "int" else raw
    if not values.get("issuer"):
        msg = "IDP_ISSUER is not set. Set it to the URL under which browsers reach the provider, e.g. https://id.example.com"
        raise SettingsError(msg)
    settings = Settings(**values)  # type: ignore[arg-type]  # each value was converted to its field's type above
    for problem in _problems(settings):
        raise SettingsError(problem)
    return settings


def _check_names(environ: Mapping[str, str]) -> None:
    """Raise SettingsError for an unknown variable IDP_… with a value. A misspelt setting would otherwise have no effect."""
    known = {PREFIX + field.name.upper() for field in fields(Settings)} | OF_THE_AUTHORIZER
    for name, value in environ.items():
        if value and name.startswith(PREFIX) and name not in known and not name.startswith(OF_TESTS):
            from difflib import get_close_matches  # imported here because it takes time and is only needed for an error

            near = get_close_matches(name.removeprefix(PREFIX).upper(), sorted(each.removeprefix(PREFIX) for each in known), n=1)
            meant = f" Did you mean {PREFIX}{near[0]}?" if near else ""
            msg = f"{name[:80]} is not a setting.{meant} Correct it or unset it; docs/settings.md lists all settings."
            raise SettingsError(msg)


def _whole_number(name: str, raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or len(raw) > 10:  # noqa: PLR2004  # ten digits are enough for every lifetime
        msg = f"{PREFIX}{name.upper()} is '{raw[:40]}'. Set it to a whole number."
        raise SettingsError(msg)
    return int(raw)


def _problems(s: Settings) -> Iterator[str]:
    """Yield a sentence for each wrong setting, which says what to set."""
    lifetimes = [getattr(s, f.name) for f in fields(s) if f.name.endswith(("_lifetime", "_days"))]
    argon2 = (s.argon2_memory_kib, s.argon2_iterations, s.argon2_parallelism)
    below = any(given < least for given, least in zip(argon2, ARGON2_FLOOR, strict=True))
    rules: tuple[tuple[object, str], ...] = (
        (s.env in {"dev", "prod"}, f"IDP_ENV is '{s.env[:40]}'. Set it to dev or prod."),
        (
            _is_origin(s.issuer),
            f"IDP_ISSUER is '{s.issuer[:80]}'. Set it to an https URL in lower case, without query, fragment, path or final slash.",
        ),
        (
            not s.rp_id or _is_rp_id(s.rp_id, _host(s.issuer)) or (_is_domain(s.rp_id) and s.issuer in s.related),
            (
                f"IDP_RP_ID is '{s.rp_id[:80]}'. Set it to the host of IDP_ISSUER or to a parent domain of it, or unset it. It may be "
                "another domain only if IDP_RELATED_ORIGINS has IDP_ISSUER."
            ),
        ),
        (s.passkeys in {"on", "off"}, f"IDP_PASSKEYS is '{s.passkeys[:40]}'. Set it to on or off."),
        (
            len(s.related) <= _MOST_RELATED and all(_is_origin(one) and one.startswith("https://") for one in s.related),
            f"IDP_RELATED_ORIGINS must be at most {_MOST_RELATED} https origins in lower case, separated by spaces.",
        ),
        (s.dev or s.secure, "IDP_ISSUER must be an https URL when IDP_ENV is prod."),
        (
            re.fullmatch(r"[A-Za-z0-9_.-]{1,200}", s.table_prefix),
            f"IDP_TABLE_PREFIX is '{s.table_prefix[:40]}'. Set it to letters, digits and _ . -, 200 at most.",
        ),
        (bool(s.key_file) != bool(s.kms_key_id), "Set either IDP_KMS_KEY_ID (in AWS) or IDP_KEY_FILE (a local file, made when absent)."),
        (s.dev or not s.key_file, "IDP_KEY_FILE is for development. Set IDP_KMS_KEY_ID when IDP_ENV is prod."),
        (
            s.dev or not below,
            "Argon2 is below 19456 KiB / 2 / 1. Raise IDP_ARGON2_MEMORY_KIB, IDP_ARGON2_ITERATIONS, IDP_ARGON2_PARALLELISM.",
        ),
        (s.argon2_parallelism >= 1 and s.argon2_iterations >= 1, "IDP_ARGON2_ITERATIONS and IDP_ARGON2_PARALLELISM must be at least 1."),
        (s.argon2_memory_kib >= 8 * s.argon2_parallelism, "IDP_ARGON2_MEMORY_KIB must be at least 8 times IDP_ARGON2_PARALLELISM."),
        (
            all(given <= most for given, most in zip(argon2, ARGON2_CEILING, strict=True)),
            "Argon2 is above 4194304 KiB / 64 / 64. Lower IDP_ARGON2_MEMORY_KIB, IDP_ARGON2_ITERATIONS, IDP_ARGON2_PARALLELISM.",
        ),
        (
            s.password_attempts in PASSWORD_ATTEMPTS and s.network_attempts in NETWORK_ATTEMPTS,
            "IDP_PASSWORD_ATTEMPTS must be between 5 and 20, IDP_NETWORK_ATTEMPTS between 100 and 10000.",
        ),
        (
            PASSWORD_LENGTHS[0] <= s.password_min_length_mfa <= s.password_min_length
            and PASSWORD_LENGTHS[1] <= s.password_min_length <= PASSWORD_LENGTHS[2],
            "IDP_PASSWORD_MIN_LENGTH must be between 15 and 64, IDP_PASSWORD_MIN_LENGTH_MFA between 8 and IDP_PASSWORD_MIN_LENGTH.",
        ),
        (
            s.breached_passwords in {"off", "range"},
            f"IDP_BREACHED_PASSWORDS is '{s.breached_passwords[:40]}'. Set it to off or range.",
        ),
        (1 <= s.code_lifetime <= MAX_CODE_LIFETIME, f"IDP_CODE_LIFETIME must be between 1 and {MAX_CODE_LIFETIME} seconds."),
        (s.refresh_grace <= MAX_GRACE, f"IDP_REFRESH_GRACE must be between 0 and {MAX_GRACE} seconds."),
        (
            "RS256" in s.algorithms and set(s.algorithms) <= SIGNING_ALGORITHMS,
            "IDP_SIGNING_ALGORITHMS must be RS256 and any of PS256 ES256 Ed25519, separated by spaces.",
        ),
        (
            s.session_management in {"on", "off"},
            f"IDP_SESSION_MANAGEMENT is '{s.session_management[:40]}'. Set it to on or off.",
        ),
        (
            s.log_level in {"DEBUG", "INFO", "WARNING", "ERROR"},
            f"IDP_LOG_LEVEL is '{s.log_level[:40]}'. Set it to DEBUG, INFO, WARNING or ERROR.",
        ),
        (s.metrics in {"on", "off"}, f"IDP_METRICS is '{s.metrics[:40]}'. Set it to on or off."),
        (s.tracing in {"off", "otlp"}, f"IDP_TRACING is '{s.tracing[:40]}'. Set it to off or otlp."),
        (s.dpop_nonce in {"off", "fapi2", "on"}, f"IDP_DPOP_NONCE is '{s.dpop_nonce[:40]}'. Set it to off, fapi2 or on."),
        (
            re.fullmatch(r"(https://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?)?", s.mtls_url),
            f"IDP_MTLS_URL is '{s.mtls_url[:80]}'. Set it to an https URL without query, fragment or final slash.",
        ),
        (
            re.fullmatch(r"([0-9a-f]{64}( [0-9a-f]{64})?)?", s.edge_sha256),
            "IDP_EDGE_SHA256 must be one SHA-256 in hexadecimal, or two, separated by a space.",
        ),
        (
            re.fullmatch(r"[A-Za-z0-9_-]{0,64}", s.mail_function),
            "IDP_MAIL_FUNCTION must be the name of a Lambda function: up to 64 letters, digits, - and _.",
        ),
        (
            re.fullmatch(r"[A-Za-z0-9_-]{0,64}", s.fetch_function),
            "IDP_FETCH_FUNCTION must be the name of a Lambda function: up to 64 letters, digits, - and _.",
        ),
        (s.registration in {"off", "token", "open"}, f"IDP_REGISTRATION is '{s.registration[:40]}'. Set it to off, token or open."),
        (
            0 < s.registration_hourly_per_network <= s.registration_hourly <= _MOST_REGISTRATIONS,
            "IDP_REGISTRATION_HOURLY_PER_NETWORK must be 1 or more and at most IDP_REGISTRATION_HOURLY, which is at most 1000000.",
        ),
        (s.sign_in_notices in {"on", "off"}, f"IDP_SIGN_IN_NOTICES is '{s.sign_in_notices[:40]}'. Set it to on or off."),
        (s.password_reset in {"on", "off"}, f"IDP_PASSWORD_RESET is '{s.password_reset[:40]}'. Set it to on or off."),
        (
            0 < s.tickets_hourly_per_network <= s.tickets_hourly <= _MOST_TICKETS,
            "IDP_TICKETS_HOURLY_PER_NETWORK must be 1 or more and at most IDP_TICKETS_HOURLY, which is at most 1000000.",
        ),
        (
            {s.registration_require_pkce, s.registration_id_token_claims, s.client_id_metadata} <= {"on", "off"},
            "IDP_REGISTRATION_REQUIRE_PKCE, IDP_REGISTRATION_ID_TOKEN_CLAIMS and IDP_CLIENT_ID_METADATA must be on or off.",
        ),
        (
            all(_HOST.fullmatch(name) for name in f"{s.client_id_metadata_hosts} {s.client_id_metadata_denied_hosts}".split()),
            "IDP_CLIENT_ID_METADATA_HOSTS and IDP_CLIENT_ID_METADATA_DENIED_HOSTS must be hosts in lower case, separated by spaces.",
        ),
        (
            {s.authorization_details, s.jwt_bearer, s.id_jag} <= {"on", "off"},
            "IDP_AUTHORIZATION_DETAILS, IDP_JWT_BEARER and IDP_ID_JAG must be on or off.",
        ),
        (s.sign_up in {"closed", "invited", "open"}, f"IDP_SIGN_UP is '{s.sign_up[:40]}'. Set it to closed, invited or open."),
        (
            s.sign_up == "closed" or s.sends_mail,
            "IDP_SIGN_UP needs mails, and none can be sent. Set IDP_MAIL_FROM and a way to send (docs/settings.md), or set it to closed.",
        ),
        (
            not (s.sign_up_domains or s.sign_up_denied_domains) or _are_mail_domains(s.sign_up_domains, s.sign_up_denied_domains),
            "IDP_SIGN_UP_DOMAINS and IDP_SIGN_UP_DENIED_DOMAINS must be mail domains in ASCII and lower case, separated by spaces.",
        ),
        (
            not s.sign_up_claims or _are_askable_claims(s.sign_up_claims),
            "IDP_SIGN_UP_CLAIMS must be claims, each once, separated by spaces, with ! after a required one; docs/settings.md lists them.",
        ),
        (
            s.sign_up_challenge in {"off", "proof-of-work"},
            f"IDP_SIGN_UP_CHALLENGE is '{s.sign_up_challenge[:40]}'. Set it to off or proof-of-work.",
        ),
        (
            bool(s.terms_uri) == bool(s.terms_version) and re.fullmatch(r"(https://[^\s<>\"']{1,500})?", s.terms_uri),
            "IDP_TERMS_URI must be an https URL. Set it together with IDP_TERMS_VERSION.",
        ),
        (
            re.fullmatch(r"[A-Za-z0-9._-]{0,64}", s.terms_version),
            "IDP_TERMS_VERSION must be up to 64 letters, digits, - . and _, such as 2026-12-01.",
        ),
        (
            all(issuer and uri.startswith("https://") for issuer, uri in s.statement_issuers.items()),
            "IDP_SOFTWARE_STATEMENT_ISSUERS must be pairs issuer=https://…, the issuer and where its keys are, separated by spaces.",
        ),
        (
            s.dev or not (s.dev_fetch_hosts or s.dev_fetch_ca),
            "IDP_DEV_FETCH_HOSTS and IDP_DEV_FETCH_CA are for development. Unset them when IDP_ENV is prod.",
        ),
        (
            not s.dev_fetch_ca or os.path.isfile(s.dev_fetch_ca),  # noqa: PTH113  # pathlib is not loaded at a cold start
            f"IDP_DEV_FETCH_CA is '{s.dev_fetch_ca[:80]}', which is no file. Set it to certificates in PEM.",
        ),
        (
            re.fullmatch(r"([^\s@<>]+@[^\s@<>]+)?", s.mail_from),
            f"IDP_MAIL_FROM is '{s.mail_from[:80]}'. Set it to one address, such as id@example.com.",
        ),
        *(_smtp_rules(s) if s.smtp_url or s.smtp_password or s.smtp_password_parameter else ()),
        (
            re.fullmatch(r"(https://[^\s<>\"']{1,500}|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253})?", s.support),
            f"IDP_SUPPORT is '{s.support[:80]}'. Set it to an https URL or to a mail address, such as help@example.com.",
        ),
        (
            not s.fetch_function or not s.dev_fetch_hosts,
            "IDP_DEV_FETCH_HOSTS is for fetching in this process. Unset it or IDP_FETCH_FUNCTION.",
        ),
        (all(lifetimes), "A lifetime is 0. Set every IDP_…_LIFETIME and IDP_…_DAYS to a positive number."),
    )
    yield from (sentence for right, sentence in rules if not right)


def _smtp_rules(s: Settings) -> tuple[tuple[object, str], ...]:
    from idp.domain.mail.smtp_server import parse_smtp_url  # imported here because a cold start without SMTP does not need it

    try:
        server = parse_smtp_url(s.smtp_url)
    except ValueError:
        return ((False, "IDP_SMTP_URL must be smtp://user@host:587 or smtps://user@host:465, without a password."),)
    passwords = bool(s.smtp_password) + bool(s.smtp_password_parameter)
    return (
        (s.mail_from, "IDP_SMTP_URL is set. Set IDP_MAIL_FROM to the address that mails come from."),
        (
            passwords == bool(server.user),
            "Set either IDP_SMTP_PASSWORD_PARAMETER (in AWS) or IDP_SMTP_PASSWORD if IDP_SMTP_URL has a user, and none of them if not.",
        ),
        (
            re.fullmatch(r"((/[A-Za-z0-9_.-]+)+)?", s.smtp_password_parameter),
            "IDP_SMTP_PASSWORD_PARAMETER must be the whole name of a parameter, such as /idp/smtp-password: letters, digits and _ . - /.",
        ),
    )


def _are_mail_domains(*lists: str) -> bool:
    from idp.domain.people.mail_domains import is_entry  # a deployment without lists does not load it at a cold start

    return all(is_entry(entry) for entries in lists for entry in entries.split())


def _are_askable_claims(names: str) -> bool:
    from idp.domain.people.asked_claims import parse  # the same

    try:
        parse(names)
    except ValueError:
        return False
    return True


def _is_origin(url: str) -> bool:
    """Return whether `url` is an origin as browsers write it. They compare it with the Origin header."""
    match = _ORIGIN.fullmatch(url)
    return match is not None and int(match[2] or 1) <= _MAX_PORT


def _host(issuer: str) -> str:
    """Return the issuer's host without the port. An IPv6 address keeps its brackets, as in a URL."""
    match = _ORIGIN.fullmatch(issuer)
    return match[1] if match else ""


def _is_domain(name: str) -> bool:
    """Return whether it is a domain with two labels or more, and no address."""
    return bool(re.fullmatch(_DOMAIN, name, re.ASCII)) and not name.rpartition(".")[2].isdecimal()


def _is_rp_id(rp_id: str, host: str) -> bool:
    """Return whether browsers on `host` accept this RP ID: the host, or a parent domain with two labels or more (WebAuthn Level 3 §5.1.3).

    An IP address has no parent domain. Browsers also refuse public suffixes such as co.uk. There is no list of them here, and no passkey
    can be made under one.
    """
    last = host.rpartition(".")[2]
    parent = host.endswith("." + rp_id) and not last.isdecimal() and re.fullmatch(_DOMAIN, rp_id, re.ASCII)
    return rp_id == host or bool(parent)
