"""One resource: read, made, replaced, changed, deleted (RFC 7644 §3.3 to §3.6). Bulk operations use the same functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.scim import patching
from idp.domain.scim.patch_request import names, read_operations
from idp.domain.scim.projection import project
from idp.domain.scim.reading import read_resource
from idp.domain.scim.schemas import GROUPS, MEMBERS, USERS
from idp.http.scim.answers import Answer
from idp.services.scim import member_changes
from idp.services.scim.representation import group_of_person, show_group, show_person

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Kind
    from idp.domain.scim.resources import ScimGroup
    from idp.http.scim.requests import Call
    from idp.store.scim.people import Person

_PEOPLE_GROUPS = next(each for each in USERS.schema.attributes if each.name == "groups")


def create(call: Call, name: str) -> Answer:
    """Make a resource: 201 with `Location`."""
    kind = call.kind(name)
    call.require(kind, write=True)
    sent, strict = call.object(), call.caller.client.reject_unknown
    if kind.name == USERS.name:
        return _person(call, kind, call.services.scim_people.create(call.caller, read_resource(kind, sent, strict=strict)), status=201)
    members, resource = _parted(kind, sent, strict=strict)
    return _group(call, call.services.scim_groups.create(call.caller, resource, member_changes.of_value(members)), status=201)


def get(call: Call, name: str, id_: str) -> Answer:
    """Read a resource: 304 without a body if the client has this version already."""
    kind = call.kind(name)
    call.require(kind, write=False)
    if kind.name == USERS.name:
        return _person(call, kind, call.services.scim_people.get(call.caller.client, id_))
    return _group(call, call.services.scim_groups.get(call.caller.client, id_))


def replace(call: Call, name: str, id_: str) -> Answer:
    """Replace a resource (PUT). What Okta leaves out stays: `active` of a person, `members` of a group."""
    kind = call.kind(name)
    call.require(kind, write=True)
    sent, strict = call.object(), call.caller.client.reject_unknown
    if kind.name == USERS.name:
        new = read_resource(kind, sent, strict=strict)
        return _person(call, kind, call.services.scim_people.change(call.caller, id_, lambda _: new, expected=call.match))
    members, resource = _parted(kind, sent, strict=strict)
    change = member_changes.of_value(members)
    return _group(call, call.services.scim_groups.change(call.caller, id_, lambda _: resource, change, expected=call.match))


def patch(call: Call, name: str, id_: str) -> Answer:
    """Change a resource: always 200 with the resource, which RFC 7644 §3.5.2 allows and Okta expects."""
    kind = call.kind(name)
    call.require(kind, write=True)
    strict = call.caller.client.reject_unknown
    operations = read_operations(kind, call.object(), strict=strict)
    if kind.name == USERS.name:

        def edited(now: dict[str, Any]) -> dict[str, Any]:
            after = patching.apply(kind, now, operations, strict=strict)
            if not names(kind, operations, "active"):
                return {name: value for name, value in after.items() if name != "active"}  # else a change of the title would say it again
            return after if "active" in after else {**after, "active": None}

        return _person(call, kind, call.services.scim_people.change(call.caller, id_, edited, expected=call.match))
    change, others = member_changes.split(operations)
    group = call.services.scim_groups.change(
        call.caller, id_, lambda now: patching.apply(kind, now, others, strict=strict), change, expected=call.match
    )
    return _group(call, group)


def delete(call: Call, name: str, id_: str) -> Answer:
    """Delete a resource."""
    kind = call.kind(name)
    call.require(kind, write=True)
    if kind.name == USERS.name:
        call.services.scim_people.delete(call.caller, id_, expected=call.match)
    else:
        call.services.scim_groups.delete(call.caller, id_, expected=call.match)
    return Answer(204)


def _person(call: Call, kind: Kind, person: Person, *, status: int = 200) -> Answer:
    told, shown = show_person(person, call.services.settings.issuer), call.shown(kind)
    if shown.has(_PEOPLE_GROUPS):
        groups = call.services.scim_groups.of_person(call.caller.client, person.said.id)
        told["groups"] = [group_of_person(each, call.services.settings.issuer) for each in groups]
    return _answer(call, told, project(kind, told, shown), status)


def _group(call: Call, group: ScimGroup, *, status: int = 200) -> Answer:
    shown = call.shown(GROUPS)
    members = call.services.scim_groups.members(group) if shown.has(MEMBERS) else None
    told = show_group(group, call.services.settings.issuer, members)
    return _answer(call, told, project(GROUPS, told, shown), status)


def _answer(call: Call, resource: dict[str, Any], told: dict[str, Any], status: int) -> Answer:
    meta = resource["meta"]
    headers = {"ETag": meta["version"], "Location": meta["location"]}
    if call.method == "GET" and call.none_match and meta["version"] in call.none_match:
        return Answer(304, None, headers)
    return Answer(status, told, headers)


def _parted(kind: Kind, sent: dict[str, Any], *, strict: bool) -> tuple[Any, dict[str, Any]]:
    """Return the members as sent, and the other attributes as read. There may be more members than values of any other attribute."""
    named = {name for name in sent if name.rpartition(":")[2].lower() == member_changes.MEMBERS}
    members = next((sent[name] for name in sorted(named)), None)
    return members, read_resource(kind, {name: value for name, value in sent.items() if name not in named}, strict=strict)
