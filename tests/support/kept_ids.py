"""People whose id an import kept, in every form of id that it keeps."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any

from idp.domain.moving.person import ImportedPerson, RefusedRow
from idp.services.moving.choices import Choices

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.world import World

SHAPES = {
    "uuid": lambda: str(uuid.uuid4()),
    "auth0": lambda: f"auth0|{secrets.token_hex(12)}",
    "an address of a company": lambda: f"samlp|corp|ada.{secrets.token_hex(4)}+x@corp.example",
    "every character": lambda: f"ad|!$&'()*+,-.:;=@_~{secrets.token_hex(4)}|",
    "firebase": lambda: secrets.token_hex(14),
    "ours": lambda: f"usr_{secrets.token_urlsafe(16)}",
}


def moved(world: World, user_id: str, **members: Any) -> User:
    """The account of a person who was imported with this id."""
    refused: list[RefusedRow] = []
    given = {"email": f"p{secrets.token_hex(8)}@moved.example", **members}
    world.services.importer.run([ImportedPerson(1, user_id, **given)], "test", Choices(keep_ids=True), refused=refused.append, workers=1)
    assert refused == []
    found = world.services.users.get(user_id)
    assert found
    return found
