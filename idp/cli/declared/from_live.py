"""A declarative file of what a deployment has. Its plan is empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from idp.cli.declared.kinds import ORDER
from idp.cli.declared.schema import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Kind

_HEAD = f"# yaml-language-server: $schema={PLACE}\n"
_WITH_SECRET = {
    "connections": "secret_set", "organization_connections": "secret_set", "apps": "secrets", "provisioning_targets": "id",
}  # fmt: skip
"""By kind, the member of an answer that is set if the object has a secret."""


class _Dumper(yaml.SafeDumper):
    """Plain data, without references to other places, and texts of several lines as such."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def file_of(api: Api) -> Iterator[str]:
    """Yield the parts of the file. Where an object has a secret, a comment says how to name its place."""
    yield _HEAD
    for kind in ORDER:
        parts = list(_objects(api, kind))
        if parts:
            yield f"{kind.name}:\n"
            yield from parts


def _objects(api: Api, kind: Kind) -> Iterator[str]:
    for object_id in sorted(kind.ids(api)):
        found = kind.read(api, object_id)
        if found is None or not kind.is_written(found):
            continue
        text = yaml.dump({object_id: kind.written(api, found)}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
        yield "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())
        if kind.secret and found.members.get(_WITH_SECRET[kind.name]):
            variable = re.sub("[^A-Z0-9]", "_", f"{kind.name}_{object_id}_{kind.secret}".upper())
            yield f"    # {kind.secret}: {{env: {variable}}}\n"
