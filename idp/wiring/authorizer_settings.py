"""The authorizer's settings (docs/authorizer.md), from the environment."""

from __future__ import annotations

from collections.abc import Mapping

from idp.verify.claims import MAX_LEEWAY
from idp.verify.gateway import authorizer as gateway
from idp.verify.record import Record
from idp.verify.signatures import ALGORITHMS
from idp.verify.verifier import LEEWAY

PREFIX = "IDP_"
_OWN = "IDP_AUTHORIZER_"
"""Names of the authorizer's own settings. Other names with PREFIX may be settings of the provider, in whose stack it may be deployed."""


class AuthorizerSettings(Record):
    """The settings. The variable of each is IDP_ and its name in capitals. The values are text, as in the environment."""

    issuer: str = ""
    audience: str = ""
    jwks_uri: str = ""
    algorithms: str = " ".join(ALGORITHMS)
    leeway: str = str(LEEWAY)
    authorizer_rules: str = ""
    authorizer_response: str = "policy"
    authorizer_cache: str = gateway.TOKEN
    authorizer_revocation: str = "off"
    authorizer_decisions: str = ""
    authorizer_subjects: str = "token"
    table_prefix: str = "idp"


class AuthorizerSettingsError(Exception):
    """A setting is missing or wrong; the message says which and what to set."""


def load(environ: Mapping[str, str]) -> AuthorizerSettings:
    """Read the settings from the environment.

    Raises:
        AuthorizerSettingsError: a setting is missing or wrong; the message says what to set.
    """
    names = {name: PREFIX + name.upper() for name in AuthorizerSettings._fields}
    unknown = [name for name in environ if name.startswith(_OWN) and environ[name] and name not in names.values()]
    if unknown:
        from difflib import get_close_matches  # imported here because it takes time and is only needed for an error

        near = get_close_matches(unknown[0].removeprefix(PREFIX).lower(), names, n=1)
        meant = f" Did you mean {names[near[0]]}?" if near else ""
        raise AuthorizerSettingsError(f"{unknown[0][:80]} is not a setting.{meant} docs/authorizer.md lists all settings.")
    s = AuthorizerSettings(**{name: environ[variable] for name, variable in names.items() if environ.get(variable)})
    problems = (
        (s.issuer and s.audience, "Set IDP_ISSUER to the issuer of the tokens, and IDP_AUDIENCE to your API's name in their `aud`."),
        (s.authorizer_response in {"policy", "simple"}, "IDP_AUTHORIZER_RESPONSE must be policy or simple."),
        (s.authorizer_revocation in {"on", "off"}, "IDP_AUTHORIZER_REVOCATION must be on or off."),
        (set(s.authorizer_decisions.split()) <= {"roles", "policies"}, "IDP_AUTHORIZER_DECISIONS must be any of: roles policies."),
        (s.authorizer_subjects in {"token", "stored"}, "IDP_AUTHORIZER_SUBJECTS must be token or stored."),
        (
            s.authorizer_subjects == "token" or s.authorizer_decisions,
            "IDP_AUTHORIZER_SUBJECTS is about decisions: set IDP_AUTHORIZER_DECISIONS to who decides, roles, policies, or both.",
        ),
        (
            s.leeway.isascii() and s.leeway.isdigit() and int(s.leeway) <= MAX_LEEWAY,
            f"IDP_LEEWAY must be a number of seconds, {MAX_LEEWAY} at most.",
        ),
        (s.authorizer_cache in gateway.CACHES, f"IDP_AUTHORIZER_CACHE must be one of: {' '.join(gateway.CACHES)}."),
        (
            set(s.algorithms.split()) <= set(ALGORITHMS) and s.algorithms.split(),
            f"IDP_ALGORITHMS must be some of: {' '.join(ALGORITHMS)}.",
        ),
    )
    for right, sentence in problems:
        if not right:
            raise AuthorizerSettingsError(sentence)
    return s
