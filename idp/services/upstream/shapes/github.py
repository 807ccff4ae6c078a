"""GitHub. It has no ID Tokens for people: `GET /user` and `GET /user/emails` identify the person. `id` never changes; `login` can.

The addresses come in pages of a hundred. The one that counts is primary and verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.services.upstream.refusal import not_valid
from idp.services.upstream.shapes import standard
from idp.services.upstream.told import Told, address_of

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.services.upstream.protected_resource import ProtectedResource
    from idp.services.upstream.shapes import Answers

ACCEPT = "application/vnd.github+json"
NO_REPLY = "users.noreply.github.com"
PAGE, MOST_PAGES = 100, 3


def identify(connection: Connection, answers: Answers) -> UpstreamIdentity:
    """Return the identity. The address of the public profile never counts: `/user` does not say whether it is verified."""
    person = answers.resource.read(connection.userinfo_endpoint, accept=ACCEPT)
    number = person.get("id") if isinstance(person, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number <= 0:
        raise not_valid(connection, "user: no id")
    email = _primary(connection, answers.resource)
    profile = {"sub": number, "name": person.get("name"), "preferred_username": person.get("login"), "picture": person.get("avatar_url")}
    members = {**profile, "profile": person.get("html_url"), "email": email, "email_verified": email is not None}
    relay = (email or "").endswith("@" + NO_REPLY)
    return standard.build(connection, answers, Told(members), relay=relay)


def _primary(connection: Connection, resource: ProtectedResource) -> str | None:
    """Return the primary address if it is verified."""
    for page in range(1, MOST_PAGES + 1):
        told: Any = resource.read(f"{connection.userinfo_endpoint}/emails?per_page={PAGE}&page={page}", accept=ACCEPT)
        if not isinstance(told, list):
            raise not_valid(connection, "emails: not a list")
        for each in told[:PAGE]:
            if isinstance(each, dict) and each.get("primary") is True and each.get("verified") is True:
                return address_of(each.get("email"))
        if len(told) < PAGE:
            break
    return None
