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
"""Names that no other part has. Other names with PREFIX may be settings of the provider, in whose stack the authorizer may be."""


class AuthorizerSettings(Record):
    """Each is IDP_ and its name in capitals. Text, as the environment has it."""

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
    """The settings.

    Raises:
        AuthorizerSettingsError: a sentence that says what to set.
    """
    names = {name: PREFIX + name.upper() for name in AuthorizerSettings._fields}
    unknown = [name for name in environ if name.startswith(_OWN) and environ[name] and name not in names.values()]
    if unknown:
        from difflib import get_close_matches  # costs time, which no right start spends

        near = get_close_matches(unknown[0].removeprefix(PREFIX).lower(), names, n=1)
        meant = f" Did you mean {names[near[0]]}?" if near else ""
        raise AuthorizerSettingsError(f"{unknown[0][:80]} is not a setting.{meant} docs/authorizer.md lists all settings.")
    s = AuthorizerSettings(**{name: environ[variable] for name, variable in names.items() if environ.get(variable)})
    problems = (
        (s.issuer and s.audience, "Set IDP_ISSUER to the issuer of the tokens, and IDP_AUDIENCE to your API's name in their `aud`."),
        (s.authorizer_response in {"policy", "simple"}, "IDP_AUTHORIZER_RESPONSE has to be policy or simple."),
        (s.authorizer_revocation in {"on", "off"}, "IDP_AUTHORIZER_REVOCATION has to be on or off."),
        (set(s.authorizer_decisions.split()) <= {"roles", "policies"}, "IDP_AUTHORIZER_DECISIONS has to be any of: roles policies."),
        (s.authorizer_subjects in {"token", "stored"}, "IDP_AUTHORIZER_SUBJECTS has to be token or stored."),
        (
            s.authorizer_subjects == "token" or s.authorizer_decisions,
            "IDP_AUTHORIZER_SUBJECTS is about decisions: set IDP_AUTHORIZER_DECISIONS to who decides, roles, policies, or both.",
        ),
        (
            s.leeway.isascii() and s.leeway.isdigit() and int(s.leeway) <= MAX_LEEWAY,
            f"IDP_LEEWAY has to be a number of seconds, {MAX_LEEWAY} at most.",
        ),
        (s.authorizer_cache in gateway.CACHES, f"IDP_AUTHORIZER_CACHE has to be one of: {' '.join(gateway.CACHES)}."),
        (
            set(s.algorithms.split()) <= set(ALGORITHMS) and s.algorithms.split(),
            f"IDP_ALGORITHMS has to be some of: {' '.join(ALGORITHMS)}.",
        ),
    )
    for right, sentence in problems:
        if not right:
            raise AuthorizerSettingsError(sentence)
    return s
