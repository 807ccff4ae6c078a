"""Hooks and webhook endpoints in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from idp.cli.declared.kinds.base import Found, PlainKind
from idp.cli.declared.kinds.organizations import PLACEHOLDER, id_of, known_id
from idp.cli.declared.problems import FileProblemsError
from idp.domain.apps.claim_mapping import ACCESS_TOKEN, ID_TOKEN
from idp.domain.hooks.hook import CLAIMS, ON_FAILURE, USUAL
from idp.domain.organisations.profile import may_be_org_id
from idp.http.admin.schemas.common import Shape
from idp.http.admin.schemas.hooks import NewHook
from idp.http.admin.schemas.webhooks import Text, Types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Members


class Hooks(PlainKind):
    """Hooks, by name. They need `IDP_HOOKS=on`; a function has to be one of `IDP_HOOKS_FUNCTIONS`."""

    name, title, path, id_member, model = "hooks", "hook", "/hooks", "name", NewHook
    fixed: ClassVar[frozenset[str]] = frozenset({"kind"})
    texts: ClassVar[tuple[str, ...]] = ("cedar", "schema")
    _MAYBE: ClassVar[tuple[str, ...]] = ("cedar", "schema", "function", "description")

    def defaults(self, given: Mapping[str, Any]) -> Members:
        kind = given["kind"]
        return {
            **dict.fromkeys(self._MAYBE), "claims": {}, "timeout_ms": USUAL, "on_failure": ON_FAILURE[kind][0], "apps": [],
            "targets": [ACCESS_TOKEN, ID_TOKEN] if kind == CLAIMS else [], "enabled": True,
        }  # fmt: skip

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found = super().wanted(api, object_id, given)
        lists = {name: list(dict.fromkeys(found[name])) for name in ("apps", "targets")}
        return found | lists | {name: found[name] or None for name in self._MAYBE}

    def changes(self, wanted: Mapping[str, Any], changed: frozenset[str], given: Mapping[str, Any], found: Found) -> Members:
        if "kind" in changed:
            raise FileProblemsError(
                f"hooks.{found.members['name']}.kind: The hook has the kind {found.members['kind']}, which never changes. Delete it first, "
                "or choose another name."
            )
        return super().changes(wanted, changed, given, found)


class DeclaredWebhook(Shape):
    """A webhook endpoint in a file."""

    events: Types = Field(default=[], description="The types of events that are sent, or their first words. An empty list: all.")
    org_id: Text | None = Field(default=None, description="Only events of the organization with this slug are sent.")
    description: Text | None = Field(default=None, description="A note for admins, at most 200 characters.")
    enabled: bool = Field(default=True, description="Whether events are sent.")


class Webhooks(PlainKind):
    """Webhook endpoints, by URL. Their secrets are made here; `idp webhooks rotate-secret ID` shows a new one: a file has none."""

    name, title, path, id_member, model, id_in_body = "webhooks", "webhook endpoint", "/webhooks", "url", DeclaredWebhook, False

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"events": [], "org_id": None, "description": None, "enabled": True}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found = super().wanted(api, object_id, given)
        named = found["org_id"] or None
        org_id = named if named is None or may_be_org_id(named) else id_of(api, named) or PLACEHOLDER
        return found | {"events": sorted(set(found["events"])), "org_id": org_id, "description": found["description"] or None}

    def shown(self, found: Found) -> Members:
        return found.members | {"events": sorted(found.members["events"])}

    def ids(self, api: Api) -> Iterator[str]:
        """List the URLs. One that several endpoints have is left out, because a file cannot tell them apart."""
        urls = [str(each["url"]) for each in api.call("GET", self.path).body["items"]]
        yield from (url for url in urls if urls.count(url) == 1)

    def read(self, api: Api, object_id: str) -> Found | None:
        endpoint_id = self._id_of(api, object_id)
        return self.at(api, f"{self.path}/{endpoint_id}") if endpoint_id else None

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        new = {name: value for name, value in self._sent(api, given).items() if name != "enabled"}
        made = api.call("POST", self.path, {**new, "url": object_id})
        if given.get("enabled") is False:
            api.call("PATCH", f"{self.path}/{made.body['id']}", {"enabled": False}, etag=made.etag)

    def changes(self, wanted: Mapping[str, Any], changed: frozenset[str], given: Mapping[str, Any], found: Found) -> Members:
        body = super().changes(wanted, changed, given, found)
        return body | ({"org_id": given["org_id"]} if body.get("org_id") else {})

    def change(self, api: Api, object_id: str, body: Members, etag: str) -> None:
        api.call("PATCH", f"{self.path}/{self._id_of(api, object_id)}", self._sent(api, body), etag=etag)

    def delete(self, api: Api, object_id: str, etag: str) -> None:
        api.call("DELETE", f"{self.path}/{self._id_of(api, object_id)}", etag=etag)

    def written(self, api: Api, found: Found) -> Members:
        given = super().written(api, found)
        if given.get("org_id"):
            given["org_id"] = api.call("GET", f"/organizations/{given['org_id']}").body["slug"]
        return given

    def _sent(self, api: Api, members: Mapping[str, Any]) -> Members:
        """Return the members with the id of the organisation, which a file names by the slug."""
        return dict(members) | ({"org_id": known_id(api, members["org_id"])} if members.get("org_id") else {})

    def _id_of(self, api: Api, url: str) -> str | None:
        """Return the id of the endpoint with this URL, or None.

        Raises:
            FileProblemsError: several endpoints have it.
        """
        found = [str(each["id"]) for each in api.call("GET", self.path).body["items"] if each["url"] == url]
        if len(found) > 1:
            raise FileProblemsError(
                f"webhooks.{url}: There are {len(found)} endpoints with this URL: {', '.join(found)}. Delete all but one."
            )
        return found[0] if found else None
