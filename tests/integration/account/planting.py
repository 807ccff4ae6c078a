"""Items about a person with a canary in each attribute, for the tests of export and erasure. A new attribute gets one by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pynamodb.attributes import Attribute, BinaryAttribute, BooleanAttribute, NumberAttribute

from idp.store import factor_keys, issuer_keys, keys, organisation_keys, sign_in_keys
from idp.store.attributes import ObjectAttribute, TextMapAttribute
from idp.store.scim import keys as scim_keys
from idp.store.upstream_token_keys import upstream_tokens

if TYPE_CHECKING:
    import itertools

    from idp.domain.people.user import User
    from idp.store.tables import Item
    from tests.support.world import World

ANOTHER_DAY = 1_900_000_000
"""A time (epoch seconds) at which nothing has ended."""


def place(world: World, kind: str, user: User) -> keys.Key:
    """A key at which the export and the erasure look for this kind of this user."""
    owner = world.services.tickets.address_owner(user.email)
    return {
        "user": keys.user(user.id), "email": keys.email(user.email), "totp": factor_keys.totp(user.id),
        "recovery_codes": factor_keys.recovery_codes(user.id), "passkey": factor_keys.passkey(user.id, "p"),
        "consent": keys.consent(user.id, "app"),
        "issuer_link": issuer_keys.issuer_link(user.id, "l"), "session": keys.session(user.id, "s"), "grant": keys.grant(user.id, "g"),
        "event": keys.event(keys.user_pk(user.id), 1, "e"), "ticket": sign_in_keys.ticket(owner, "invite"),
        "ticket_codes": sign_in_keys.ticket_codes(owner, "sign_up"), "remembered_device": sign_in_keys.remembered_device(user.id, "d"),
        "device_lock": sign_in_keys.device_lock(user.id, "l"), "seen_place": sign_in_keys.seen_place(user.id, "p"),
        "mail_problem": sign_in_keys.mail_problem(user.email), "invitation": keys.invitation(f"invited-{user.id}"),
        "credential": factor_keys.credential("p"), "scim_user": scim_keys.user(user.id, "c"),
        "issuer_subject": issuer_keys.issuer_subject("l"),
        "upstream_tokens": upstream_tokens(user.id, "l"), "membership": organisation_keys.membership(user.id, "o"),
    }[kind]  # fmt: skip


def value_for(name: str, attribute: Attribute[Any], canary: str, number: int) -> Any:
    """A value of the attribute's type, with the canary in it if it is text."""
    if isinstance(attribute, BooleanAttribute):
        return True
    if isinstance(attribute, NumberAttribute):
        return ANOTHER_DAY + number * 86_400
    if isinstance(attribute, BinaryAttribute):
        return canary.encode()
    if isinstance(attribute, TextMapAttribute):
        return {canary: f"{ANOTHER_DAY} {canary}" if name in {"terms", "former_emails"} else canary}
    if isinstance(attribute, ObjectAttribute):
        return {"authorization_details": [{"type": canary}], "claims": {"x": "CANARY-claims"}} if name == "more" else {canary: canary}
    return canary


def planted(world: World, model: type[Item], user: User, number: itertools.count[int]) -> tuple[Item, dict[str, str]]:
    """An item of this kind with a canary in each attribute, and the canaries by attribute."""
    kind, canaries, given = model.kind_name, dict[str, str](), dict[str, Any]()
    fixed: dict[str, Any] = {"email": user.email, "user_id": user.id, "owner": user.id, "at": f"{ANOTHER_DAY * 1000:013d}#e"}
    if kind == "ticket":
        canaries["details"] = f"CANARY-ticket-details-{user.id}"
        fixed["details"] = {"invitation": f"invited-{user.id}", "x": canaries["details"]}
    if kind == "totp":
        fixed |= {"algorithm": "SHA256", "period": 60, "digits": 8}  # an item with others cannot be read
    if kind == "scim_user":
        canaries["resource"] = f"CANARY-scim-resource-{user.id}"
        fixed |= {"resource": {"userName": canaries["resource"]}, "client_id": "c"}
    if kind == "email":
        fixed["reserved_until"] = ANOTHER_DAY
    for name, attribute in model.get_attributes().items():
        if name in fixed:
            given[name] = fixed[name]
        elif name not in {"pk", "sk", "kind", "reserved_until"}:
            canary = f"CANARY-{kind}-{name}-{user.id}"
            given[name] = value_for(name, attribute, canary, next(number))
            if canary in str(given[name]):
                canaries[name] = canary
    return model.new(place(world, kind, user), **given), canaries
