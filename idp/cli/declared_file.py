"""Reads a declarative file: YAML with the wanted state. A secret is never in it: the file names where the secret is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from idp.domain.errors import Invalid

KINDS = frozenset({"connections"})
"""The kinds of objects that a file may declare."""
_LARGEST = 1024 * 1024


class _StrictLoader(yaml.SafeLoader):
    """Plain data only. A name that comes twice is an error, and so are anchors, which make a small file large."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node, if it is no reference to another one."""
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "a reference to another place", self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Construct a mapping whose names are texts, each once."""
        names: set[str] = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str" or key.value in names:
                raise yaml.constructor.ConstructorError(None, None, f"the name {key.value} is no text or comes twice", key.start_mark)
            names.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the objects by kind and id.

    Raises:
        Invalid: the file cannot be read, is no such YAML, or declares another kind of objects.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST:
            raise Invalid("declared.too_large", path=str(path), bytes=_LARGEST)
        found = yaml.load(raw, _StrictLoader)  # noqa: S506  # a SafeLoader
    except OSError as error:
        raise Invalid("option.file_unreadable", option="FILE", path=str(path), reason=str(error.strerror)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise Invalid("declared.malformed", path=str(path), line=mark.line + 1 if mark else 1, problem=str(error.problem)) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Invalid("declared.malformed", path=str(path), line=1, problem="this is no YAML in UTF-8") from None
    if not isinstance(found, dict) or not found or not set(found) <= KINDS:
        raise Invalid("declared.kinds", path=str(path), kinds=", ".join(sorted(KINDS)))
    for kind, objects in found.items():
        if not isinstance(objects, dict) or not all(isinstance(each, dict) for each in objects.values()):
            raise Invalid("declared.not_objects", kind=kind)
    return found


def secret_of(reference: object, *, folder: Path, field: str) -> str:
    """Return the secret that a reference names: `{env: NAME}` or `{file: PATH}`, relative to `folder`, without white space at its ends.

    `field`: where the reference is in the declarative file, for a refusal.

    Raises:
        Invalid: it is no reference (for example the secret itself), or there is nothing at its place.
    """
    if not isinstance(reference, Mapping) or len(reference) != 1:
        raise Invalid("declared.secret_reference", field=field)
    ((where, name),) = reference.items()
    if not isinstance(name, str) or where not in {"env", "file"}:
        raise Invalid("declared.secret_reference", field=field)
    try:
        found = os.environ.get(name, "") if where == "env" else (folder / name).read_text("ascii")
    except OSError as error:
        raise Invalid("option.file_unreadable", option=field, path=name, reason=str(error.strerror)) from None
    except ValueError:
        raise Invalid("option.file_unreadable", option=field, path=name, reason="it is not ASCII") from None
    if not found.strip():
        raise Invalid("declared.secret_empty", name=name, field=field)
    return found.strip()
