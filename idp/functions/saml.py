"""SAML messages of identity providers (IDP_SAML_FUNCTION). Its role has no permission, and it has no settings: it only parses and checks.

It is a function and a package of its own, because XML signatures need a parser that is written in C.
"""

from __future__ import annotations

from typing import Any

from idp.adapters.saml.judge import answer_to


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Judge one message, as `idp.adapters.saml_function` sends it. A refusal is an answer and no error, because errors raise alarms."""
    del context
    return answer_to(event)
