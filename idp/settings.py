"""Every setting, from environment variables with the prefix IDP_. docs/settings.md lists them; a test compares the two."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

PREFIX = "IDP_"


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which and what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Lifetimes in seconds, memory in KiB. `issuer` is the only base URL there is: the Host header is never asked."""

    issuer: str
    env: str = "prod"
    table_prefix: str = "idp"
    key_file: str = ""
    kms_key_id: str = ""
    brand: str = "idp"
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
    audit_retention_days: int = 400
    key_rotation_days: int = 90
    mail_from: str = ""
    log_level: str = "INFO"

    @property
    def dev(self) -> bool:
        """Whether this is a development deployment; nothing in production asks anything else."""
        return self.env == "dev"

    @property
    def secure(self) -> bool:
        """Whether the issuer is https, so that cookies are Secure and carry the __Host- prefix."""
        return self.issuer.startswith("https://")

    @property
    def admin_resource(self) -> str:
        """The audience of access tokens for the admin API."""
        return self.issuer + "/admin/v1"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment.

    Raises:
        SettingsError: a sentence that says what to set.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, str | int] = {}
    for field in fields(Settings):
        raw = environ.get(PREFIX + field.name.upper(), "")
        if raw:
            values[field.name] = _whole_number(field.name, raw) if field.type == "int" else raw
    if not values.get("issuer"):
        msg = "IDP_ISSUER is not set. Set it to the URL under which browsers reach the provider, e.g. https://id.example.com (no slash at the end)."
        raise SettingsError(msg)
    settings = Settings(**values)  # type: ignore[arg-type]  # each value was converted to its field's type above
    for problem in _problems(settings):
        raise SettingsError(problem)
    return settings


def _whole_number(name: str, raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or len(raw) > 10:  # noqa: PLR2004  # ten digits reach past any lifetime
        msg = f"{PREFIX}{name.upper()} is '{raw[:40]}'. Set it to a whole number."
        raise SettingsError(msg)
    return int(raw)


def _problems(s: Settings):  # type: ignore[no-untyped-def]  # noqa: ANN202
    url = urlsplit(s.issuer)
    if s.env not in {"dev", "prod"}:
        yield f"IDP_ENV is '{s.env}'. Set it to dev or prod."
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment or url.username or s.issuer.endswith("/"):
        yield f"IDP_ISSUER is '{s.issuer}'. Set it to an https URL without query, fragment or a slash at the end (OIDC Discovery §3)."
    if not s.dev and url.scheme != "https":
        yield "IDP_ISSUER has to be an https URL when IDP_ENV is prod."
    if bool(s.key_file) == bool(s.kms_key_id):
        yield "Set either IDP_KMS_KEY_ID (in AWS) or IDP_KEY_FILE (a local file; it is made when absent): it protects the private keys."
    if s.key_file and not s.dev:
        yield "IDP_KEY_FILE is for development. Set IDP_KMS_KEY_ID when IDP_ENV is prod."
    if not s.dev and (s.argon2_memory_kib < 19456 or s.argon2_iterations < 2 or s.argon2_parallelism < 1):  # noqa: PLR2004  # OWASP's floor
        yield "Argon2 is set below 19456 KiB, 2 iterations, parallelism 1. Raise IDP_ARGON2_MEMORY_KIB / _ITERATIONS / _PARALLELISM."
    if s.argon2_memory_kib < 8 * s.argon2_parallelism or not s.argon2_iterations or not s.argon2_parallelism:
        yield "IDP_ARGON2_MEMORY_KIB has to be at least 8 times IDP_ARGON2_PARALLELISM, and both counts at least 1."
    if not 1 <= s.code_lifetime <= 600:  # noqa: PLR2004  # RFC 6749 §4.1.2: ten minutes at most
        yield "IDP_CODE_LIFETIME has to be between 1 and 600 seconds."
    if s.refresh_grace > 60:  # noqa: PLR2004  # longer would hide a stolen token
        yield "IDP_REFRESH_GRACE has to be between 0 and 60 seconds."
    if not all((s.access_token_lifetime, s.id_token_lifetime, s.refresh_idle_lifetime, s.refresh_absolute_lifetime, s.session_idle_lifetime,
                s.session_absolute_lifetime, s.sign_in_lifetime)):
        yield "A lifetime is 0. Set every IDP_…_LIFETIME to a positive number of seconds."
