"""What a kind of objects needs, to be compared with a file and to be written. Most kinds set class attributes only."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from urllib.parse import quote

from idp.cli.declared.api import ABSENT, NOT_FOUND
from idp.cli.declared.problems import ApiRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

    from idp.cli.declared.api import Api

Members = dict[str, Any]


class Found(NamedTuple):
    """An object of the deployment: the API's answer, and its ETag."""

    members: Members
    etag: str

    @property
    def has_time(self) -> bool:
        """Whether the API tells when it was made."""
        return bool(self.members.get("created_at"))

    @property
    def mark(self) -> str:
        """When it was made, or a digest of its members if the API does not tell: then one that a person changed is not the same."""
        if self.has_time:
            return str(self.members["created_at"])
        return hashlib.sha256(json.dumps(self.members, sort_keys=True).encode()).hexdigest()

    @property
    def version(self) -> int:
        """Its version."""
        return int(self.etag.strip('"') or 0)


class Kind(ABC):
    """A kind of objects.

    `name`: in the file. `title`: for the output. `path`: of the list in the API. `id_member`: the member with the object's id. `model`: the
    shape of a new object. `id_in_body`: the id is sent in the body of a new object. `paged`: the list has pages. `secret`: the member
    whose value is a reference to a secret. `prunable`: whether objects can be deleted. `texts`: members that may be in a file of their own.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    path: ClassVar[str]
    id_member: ClassVar[str]
    model: ClassVar[type[BaseModel]]
    id_in_body: ClassVar[bool] = True
    paged: ClassVar[bool] = False
    secret: ClassVar[str] = ""
    prunable: ClassVar[bool] = True
    fixed: ClassVar[frozenset[str]] = frozenset()
    """Members that are given once and never change."""
    not_compared: ClassVar[frozenset[str]] = frozenset()
    """Members that are sent with a change and are no difference."""
    texts: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        """Return all members that are compared, as the API would show them. `given`: those of the file, of the right types.

        Raises:
            Invalid: members contradict each other.
        """

    def shown(self, found: Found) -> Members:
        """Return the members of an object as they are compared."""
        return found.members

    def changes(self, wanted: Mapping[str, Any], changed: frozenset[str], given: Mapping[str, Any], found: Found) -> Members:
        """Return the body of the change."""
        return {name: wanted[name] for name in changed}

    def path_id(self, object_id: str) -> str:
        """Return the object's id in paths."""
        return quote(object_id, safe="")

    def secret_id(self, api: Api, object_id: str) -> str:
        """Return the id by which the API compares the secret of the object."""
        return object_id

    def ids(self, api: Api) -> Iterator[str]:
        """List the ids of all objects."""
        cursor: str | None = ""
        while cursor is not None:
            query = f"?limit=100{f'&cursor={quote(cursor)}' if cursor else ''}" if self.paged else ""
            page = api.call("GET", self.path + query).body
            yield from (str(each[self.id_member]) for each in page["items"])
            cursor = page["next_cursor"]

    def read(self, api: Api, object_id: str) -> Found | None:
        """Return an object, or None."""
        return self.at(api, f"{self.path}/{self.path_id(object_id)}")

    def at(self, api: Api, place: str) -> Found | None:
        """Return the object at an address, or None."""
        try:
            answer = api.call("GET", place)
        except ApiRefusedError as refusal:
            if refusal.status == NOT_FOUND:
                return None
            raise
        return Found(answer.body, answer.etag)

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        """Make a new object."""
        api.call("POST", self.path, {**given, self.id_member: object_id} if self.id_in_body else dict(given))

    def change(self, api: Api, object_id: str, body: Members, etag: str) -> None:
        """Change an object of this version."""
        api.call("PATCH", f"{self.path}/{self.path_id(object_id)}", body, etag=etag)

    def delete(self, api: Api, object_id: str, etag: str) -> None:
        """Delete an object of this version."""
        api.call("DELETE", f"{self.path}/{self.path_id(object_id)}", etag=etag)

    def is_written(self, found: Found) -> bool:
        """Return whether a file that is made from the deployment has this object."""
        return True

    def written(self, api: Api, found: Found) -> Members:
        """Return the members that a file needs to have this object: those that differ from a new one."""
        given = {name: found.members[name] for name in self.fixed}
        shown, plain = self.shown(found), self.wanted(api, str(found.members[self.id_member]), given)
        return given | {name: shown[name] for name in plain if shown[name] != plain[name]}


class PlainKind(Kind):
    """A kind whose new objects have the same members, whatever else they are."""

    @abstractmethod
    def defaults(self, given: Mapping[str, Any]) -> Members:
        """Return the members of a new object for which the file has nothing."""

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        return self.defaults(given) | {name: value for name, value in given.items() if name not in self.not_compared}


class ReplacedKind(PlainKind):
    """A kind whose objects are written as a whole, by PUT. The same request makes a new one."""

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        api.call("PUT", f"{self.path}/{self.path_id(object_id)}", dict(given), etag=ABSENT)

    def changes(self, wanted: Mapping[str, Any], changed: frozenset[str], given: Mapping[str, Any], found: Found) -> Members:
        return dict(wanted)

    def change(self, api: Api, object_id: str, body: Members, etag: str) -> None:
        api.call("PUT", f"{self.path}/{self.path_id(object_id)}", body, etag=etag)
