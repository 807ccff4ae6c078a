"""The rules of a hook that an admin writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.apps.claim_mapping import TARGETS
from idp.domain.errors import Invalid, InvalidValue, Unavailable, Unprocessable
from idp.domain.hooks import claims as hook_claims
from idp.domain.hooks.hook import CLAIMS, KINDS, LONGEST, ON_FAILURE, SHORTEST
from idp.verify.decisions.cedar import MissingEngine

if TYPE_CHECKING:
    from idp.domain.hooks.hook import Hook

NAME = r"[a-z0-9][a-z0-9_-]{0,62}"
MOST_CEDAR, MOST_SCHEMA, MOST_APPS, LONGEST_TEXT = 20_000, 10_000, 50, 200
"""Limits in characters; the number of apps."""
_NAME = re.compile(NAME, re.ASCII)
_CLIENT = re.compile(r"[A-Za-z0-9._~-]{1,128}", re.ASCII)


def check(hook: Hook, functions: frozenset[str]) -> None:
    """Check a hook before it is written. `functions`: the ARNs that may be asked.

    Raises:
        Invalid: a member is not acceptable. `field` names it.
        Unprocessable: the policies have faults; `problems` lists them.
        Unavailable: the deployment has no Cedar engine.
    """
    if not _NAME.fullmatch(hook.name):
        raise Invalid("hook.name_malformed", field="name")
    if hook.kind not in KINDS:
        raise Invalid("hook.kind_unknown", field="kind", kinds=", ".join(KINDS))
    if bool(hook.cedar.strip()) == bool(hook.function):
        raise Invalid("hook.cedar_or_function", field="cedar")
    if hook.function and hook.function not in functions:
        raise Invalid("hook.function_not_allowed", field="function")
    if not SHORTEST <= hook.timeout_ms <= LONGEST:
        raise Invalid("hook.timeout_malformed", field="timeout_ms", minimum=SHORTEST, maximum=LONGEST)
    if hook.on_failure not in ON_FAILURE[hook.kind]:
        raise Invalid("hook.on_failure_unknown", field="on_failure", values=", ".join(ON_FAILURE[hook.kind]))
    if len(hook.apps) > MOST_APPS or not all(_CLIENT.fullmatch(each) for each in hook.apps):
        raise Invalid("hook.apps_malformed", field="apps", maximum=MOST_APPS)
    if len(hook.description) > LONGEST_TEXT or not hook.description.isprintable():
        raise Invalid("hook.description_malformed", field="description", maximum=LONGEST_TEXT)
    _check_claims(hook)
    _check_cedar(hook)


def _check_claims(hook: Hook) -> None:
    if hook.kind != CLAIMS:
        if hook.claims or hook.targets:
            raise Invalid("hook.claims_of_other_kind", field="claims" if hook.claims else "targets")
        return
    if not hook.targets or not set(hook.targets) <= set(TARGETS):
        raise Invalid("hook.targets_unknown", field="targets", targets=", ".join(TARGETS))
    if bool(hook.cedar) != bool(hook.claims):
        raise Invalid("hook.claims_with_cedar", field="claims")
    try:
        hook_claims.check(hook.claims)
    except InvalidValue as refused:
        raise Invalid(refused.message, field="claims") from None


def _check_cedar(hook: Hook) -> None:
    for field, most in (("cedar", MOST_CEDAR), ("schema", MOST_SCHEMA)):
        if len(getattr(hook, field)) > most:
            raise Invalid("hook.text_too_long", field=field, maximum=most)
    if not hook.cedar:
        if hook.schema:
            raise Invalid("hook.schema_without_cedar", field="schema")
        return
    from idp.services.hooks.cedar_hook import faults  # the engine is large, and functions need none

    try:
        problems = faults(hook.cedar, hook.schema)
    except MissingEngine as missing:
        raise Unavailable("policies.no_engine", detail=str(missing)) from missing
    if problems:
        raise Unprocessable("policies.faulty", problems=problems)
