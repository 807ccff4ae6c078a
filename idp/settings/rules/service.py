"""The deployment itself: its issuer, keys, tables, logs and functions."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from typing import TYPE_CHECKING

from idp.domain.languages import SHIPPED
from idp.settings.origins import is_origin

if TYPE_CHECKING:
    from idp.settings.rules.rule import Rule
    from idp.settings.settings import Settings

_FUNCTION = r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?"
_MOST_HOOK_FUNCTIONS = 20
MAY_BE_ZERO = frozenset({"remember_device_days", "deletion_grace_days"})
"""Fields that end in `_lifetime` or `_days` and may be 0, which switches something off."""


def rules(s: Settings) -> tuple[Rule, ...]:
    """Return the rules; the sentence of each says what to set."""
    names = {f.name for f in fields(s) if f.name.endswith(("_lifetime", "_days"))} - MAY_BE_ZERO
    return (
        (s.env in {"dev", "prod"}, f"IDP_ENV is '{s.env[:40]}'. Set it to dev or prod."),
        (
            is_origin(s.issuer),
            f"IDP_ISSUER is '{s.issuer[:80]}'. Set it to an https URL in lower case, without query, fragment, path or final slash.",
        ),
        (s.dev or s.secure, "IDP_ISSUER must be an https URL when IDP_ENV is prod."),
        (
            re.fullmatch(r"[A-Za-z0-9_.-]{1,200}", s.table_prefix),
            f"IDP_TABLE_PREFIX is '{s.table_prefix[:40]}'. Set it to letters, digits and _ . -, 200 at most.",
        ),
        (
            re.fullmatch(r"[a-z0-9-]{0,32}", s.region),
            f"IDP_REGION is '{s.region[:40]}'. Set it to the name of this region, such as eu-central-1.",
        ),
        (bool(s.key_file) != bool(s.kms_key_id), "Set either IDP_KMS_KEY_ID (in AWS) or IDP_KEY_FILE (a local file, made when absent)."),
        (s.dev or not s.key_file, "IDP_KEY_FILE is for development. Set IDP_KMS_KEY_ID when IDP_ENV is prod."),
        (
            s.log_level in {"DEBUG", "INFO", "WARNING", "ERROR"},
            f"IDP_LOG_LEVEL is '{s.log_level[:40]}'. Set it to DEBUG, INFO, WARNING or ERROR.",
        ),
        (
            _are_languages(s.languages.split()),
            f"IDP_LANGUAGES must be languages that pages exist in, each once, separated by spaces: {' '.join(SHIPPED)}.",
        ),
        (s.metrics in {"alarms", "on", "off"}, f"IDP_METRICS is '{s.metrics[:40]}'. Set it to alarms, on or off."),
        (s.tracing in {"off", "otlp"}, f"IDP_TRACING is '{s.tracing[:40]}'. Set it to off or otlp."),
        (
            re.fullmatch(r"([0-9a-f]{64}( [0-9a-f]{64})?)?", s.edge_sha256),
            "IDP_EDGE_SHA256 must be one SHA-256 in hexadecimal, or two, separated by a space.",
        ),
        (
            s.dns_resolver == "off" or re.fullmatch(r"https://[a-z0-9.-]{1,200}/[A-Za-z0-9/._-]{0,200}", s.dns_resolver),
            "IDP_DNS_RESOLVER must be off, or the https URL of a resolver for DNS over HTTPS with JSON, without a query.",
        ),
        (
            re.fullmatch(r"[A-Za-z0-9_-]{0,64}", s.fetch_function),
            "IDP_FETCH_FUNCTION must be the name of a Lambda function: up to 64 letters, digits, - and _.",
        ),
        (
            re.fullmatch(f"({_FUNCTION})?", s.migration_function),
            "IDP_MIGRATION_FUNCTION must be the ARN of a Lambda function.",
        ),
        (s.hooks in {"on", "off"}, f"IDP_HOOKS is '{s.hooks[:40]}'. Set it to on or off."),
        (
            len(functions := s.hooks_functions.split()) <= _MOST_HOOK_FUNCTIONS
            and all(re.fullmatch(_FUNCTION, each) for each in functions),
            f"IDP_HOOKS_FUNCTIONS must be ARNs of Lambda functions, separated by spaces, {_MOST_HOOK_FUNCTIONS} at most.",
        ),
        (
            re.fullmatch(r"[A-Za-z0-9_-]{0,64}", s.saml_function),
            "IDP_SAML_FUNCTION must be the name of a Lambda function: up to 64 letters, digits, - and _.",
        ),
        (
            re.fullmatch(r"([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?", s.import_bucket),
            "IDP_IMPORT_BUCKET must be the name of an S3 bucket: 3 to 63 of a-z, 0-9 and -.",
        ),
        (
            re.fullmatch(r"[A-Za-z0-9_-]{0,64}", s.import_function),
            "IDP_IMPORT_FUNCTION must be the name of a Lambda function: up to 64 letters, digits, - and _.",
        ),
        (
            re.fullmatch(r"[A-Za-z0-9_-]{0,64}", s.webhook_function),
            "IDP_WEBHOOK_FUNCTION must be the name of a Lambda function: up to 64 letters, digits, - and _.",
        ),
        (
            re.fullmatch(r"[A-Za-z0-9._-]{0,256}", s.event_bus),
            "IDP_EVENT_BUS must be the name of a bus of EventBridge: letters, digits, ., - and _.",
        ),
        (s.shared_signals in {"on", "off"}, f"IDP_SHARED_SIGNALS is '{s.shared_signals[:40]}'. Set it to on or off."),
        (
            s.dev or not (s.dev_fetch_hosts or s.dev_fetch_ca),
            "IDP_DEV_FETCH_HOSTS and IDP_DEV_FETCH_CA are for development. Unset them when IDP_ENV is prod.",
        ),
        (
            not s.dev_fetch_ca or os.path.isfile(s.dev_fetch_ca),  # noqa: PTH113  # pathlib is not loaded at a cold start
            f"IDP_DEV_FETCH_CA is '{s.dev_fetch_ca[:80]}', which is no file. Set it to certificates in PEM.",
        ),
        (
            re.fullmatch(r"(https://[^\s<>\"']{1,500}|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253})?", s.support),
            f"IDP_SUPPORT is '{s.support[:80]}'. Set it to an https URL or to a mail address, such as help@example.com.",
        ),
        (
            not s.fetch_function or not s.dev_fetch_hosts,
            "IDP_DEV_FETCH_HOSTS is for fetching in this process. Unset it or IDP_FETCH_FUNCTION.",
        ),
        (all(getattr(s, name) for name in names), "A lifetime is 0. Set every IDP_…_LIFETIME and IDP_…_DAYS to a positive number."),
    )


def _are_languages(tags: list[str]) -> bool:
    return bool(tags) and len(tags) == len(set(tags)) and set(tags) <= set(SHIPPED)
