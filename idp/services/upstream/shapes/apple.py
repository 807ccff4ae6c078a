"""Apple. The address may be one of its relay. The name comes once, in the posted form and unsigned, so it is an unverified text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.people.standard_claims import is_text
from idp.services.upstream.shapes import standard
from idp.services.upstream.told import Told, is_true
from idp.verify import strict_json

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.services.upstream.shapes import Answers

RELAY = "privaterelay.appleid.com"
_NAMES = {"given_name": "firstName", "family_name": "lastName"}


def identify(connection: Connection, answers: Answers) -> UpstreamIdentity:
    """Return the identity. `email_verified` and `is_private_email` are booleans or texts. An address in the form never counts."""
    known = Told(answers.id_token)
    relay = is_true(answers.id_token.get("is_private_email"), texts=True) or (known.email() or "").endswith("@" + RELAY)
    return standard.build(connection, answers, known, texts=True, relay=relay, claims={**_typed_name(answers.user), **known.claims()})


def _typed_name(user: str) -> dict[str, str]:
    """Return the name in the form's JSON, by our names; nothing if it is malformed."""
    try:
        told: Any = strict_json.parse(user.encode("utf-8", "surrogatepass"))
        name = told["name"]
        found = {ours: name[theirs] for ours, theirs in _NAMES.items() if theirs in name and is_text(name[theirs])}
    except (ValueError, TypeError, KeyError):
        return {}
    both = " ".join(found[each] for each in _NAMES if each in found)
    return {**found, "name": both} if found and is_text(both) else found
