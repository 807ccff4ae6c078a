"""Reads a declarative file: YAML with the wanted state. A secret is never in it: the file names where the secret is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from idp.cli.declared.kinds import KINDS
from idp.domain.declared.managed_object import LONGEST_ID, NAME
from idp.domain.errors import Invalid

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 16 * 1024 * 1024
"""Bytes. Most objects need about a hundred, so what `--from-live` writes of a large deployment can be planned."""
_DEEPEST = 40


class Declared(NamedTuple):
    """The content of a file. `manager`: the name with which it labels objects, or empty. `objects`: members by kind and id."""

    manager: str
    objects: dict[str, dict[str, dict[str, Any]]]


_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq"))
"""What JSON has too. A date without quotes is a text."""


class _StrictLoader(yaml.SafeLoader):
    """Plain data only. A name that comes twice is an error, and so are anchors, which make a small file large."""

    depth = 0
    yaml_implicit_resolvers = {  # noqa: RUF012  # as PyYAML declares it
        first: [(tag, found) for tag, found in resolvers if tag in _TAGS]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node, if it is no reference to another one, not nested deeply, and something that JSON has."""
        if self.check_event(yaml.events.AliasEvent):
            raise _refusal("a reference to another place", self.get_mark())
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _refusal("this YAML is nested too deeply", self.get_mark())
        node = super().compose_node(parent, index)
        self.depth -= 1
        if node is not None and node.tag not in _TAGS:
            raise _refusal("a tag that is no plain data", node.start_mark)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Construct a mapping whose names are texts, each once."""
        names: set[str] = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str" or key.value in names:
                named = f"the name {key.value}" if isinstance(key.value, str) and key.value.isprintable() else "a name"
                raise _refusal(f"{named} is no text or comes twice", key.start_mark)
            names.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _refusal(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, mark)


def read(path: Path) -> Declared:
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
    except (yaml.YAMLError, ValueError, LookupError, TypeError, RecursionError):  # the last ones: a tag that does not fit, such as !!int ""
        raise Invalid("declared.malformed", path=str(path), line=1, problem="this is no YAML in UTF-8") from None
    return _checked(path, found)


def _checked(path: Path, found: Any) -> Declared:
    if not isinstance(found, dict) or not found or not set(found) <= {*KINDS, "managed"}:
        raise Invalid("declared.kinds", path=str(path), kinds=", ".join(["managed", *KINDS]))
    manager = found.pop("managed", None)
    if manager is not None and not (isinstance(manager, str) and NAME.fullmatch(manager)):
        raise Invalid("declared.manager_malformed", field="managed")
    for kind, objects in found.items():
        if not isinstance(objects, dict) or not all(isinstance(each, dict) for each in objects.values()):
            raise Invalid("declared.not_objects", kind=kind)
        if not all(0 < len(each) <= LONGEST_ID and each.isprintable() for each in objects):
            raise Invalid("declared.id_malformed", maximum=LONGEST_ID, field=kind)
    return Declared(manager or "", found)
