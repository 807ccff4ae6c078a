"""What a step of a sign-in proved. The module of the step returns it, and `store_proof` stores it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.people.user import User
    from idp.domain.sessions.visitor import Visitor
    from idp.services.factors.password_sign_in import Proved
    from idp.services.sessions.remembered_devices import NewDevice


class FirstFactorProved(NamedTuple):
    """A first factor. `replaces`: the user id and session id of the session that this browser had until now.

    `may_offer_passkey`: a passkey may be offered in this browser afterwards.
    `may_upgrade_passkey`: the browser may make one without a gesture.
    """

    proved: Proved
    replaces: tuple[str, str] | None
    may_offer_passkey: bool = False
    may_upgrade_passkey: bool = False


class MethodProved(NamedTuple):
    """One more factor. `method`: its values in `amr` (RFC 8176). `remembers`: the device that is not asked for it again for some days."""

    method: str | tuple[str, ...]
    remembers: NewDevice | None = None


@dataclass(frozen=True, slots=True)
class FactorEnrolled:
    """A new second factor, which was used once. `recovery_codes` are shown to the person, this once."""

    method: str | tuple[str, ...]
    recovery_codes: Sequence[str] = field(repr=False)


class ConsentAnswered(NamedTuple):
    """The person allowed the app what it asks for, or did not."""

    approved: bool


class FactStored(NamedTuple):
    """A fact that the step's own service stored, in the user for example. `visitor`: with the fact.

    `upgrade_tried`: the browser was asked for a passkey without a gesture, and is not asked again during this request.
    """

    visitor: Visitor
    upgrade_tried: bool = False


class OfferDeclined(NamedTuple):
    """The person wants no passkey now. `for_good`: this browser offers none any more."""

    for_good: bool


class OrganizationChosen(NamedTuple):
    """The organisation that the person acts for, by its id. It was one of theirs when the form was shown; `proceed` reads it again."""

    org_id: str


class LinkAnswered(NamedTuple):
    """The person linked the upstream identity of the request, or did not want to. `user`: as they are now, if the link changed them."""

    user: User | None = None


class NothingProved:
    """No new fact. The step that is due by the stored facts follows."""


LaterProof = (
    MethodProved | FactorEnrolled | ConsentAnswered | FactStored | OfferDeclined | OrganizationChosen | LinkAnswered | NothingProved
)
"""What a step after the first can prove."""
