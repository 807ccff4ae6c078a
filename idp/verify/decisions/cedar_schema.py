"""The declarations of a Cedar schema that questions are reduced to: attributes and parents of entities, contexts of actions.

The engine refuses a question with an attribute that the schema does not declare, and questions often have more. So undeclared attributes
are left out; no checked policy can use them. Declared attributes are passed unchanged, and the engine refuses values that do not fit.
The input is the schema as the engine prints it, not the author's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from idp.verify.decisions.cedar_text import Token, tokens

Shape = Mapping[str, "Kind"]
_MOST_DEPTH = 20
"""Types inside types. The engine has refused recursive types before."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of an attribute: its name, or the members of a record."""

    name: str
    record: Shape | None = None


@dataclass(slots=True)
class Declared:
    """All declarations of a schema, by full names; `contexts` by type and id of the action."""

    attributes: dict[str, Shape] = field(default_factory=dict)
    parents: dict[str, frozenset[str]] = field(default_factory=dict)
    contexts: dict[tuple[str, str], Shape] = field(default_factory=dict)


class SchemaError(ValueError):
    """The schema uses a feature that is not supported here."""


def parse_declarations(text: str) -> Declared:
    """Parse the schema as the engine prints it.

    Raises:
        SchemaError: it contains something that this module does not support.
    """
    return _Reader(list(tokens(text))).schema()


class _Reader:
    """Parses all declarations first and then resolves names, because a type may be declared after its use."""

    def __init__(self, known: list[Token]) -> None:
        self._tokens: Iterator[Token] = iter(known)
        self._next = next(self._tokens, None)
        self._types: dict[str, Kind] = {}
        self._entities: dict[str, tuple[str, Kind, list[str]]] = {}
        self._actions: dict[tuple[str, str], tuple[str, Kind]] = {}

    def schema(self) -> Declared:
        while self._next:
            if self._accept("namespace"):
                name = self._path()
                self._expect("{")
                while not self._accept("}"):
                    self._declaration(name)
            else:
                self._declaration("")
        result = Declared()
        for name, (namespace, kind, parents) in self._entities.items():
            result.attributes[name] = self._record(kind, namespace)
            result.parents[name] = frozenset(self._entity(parent, namespace) for parent in parents)
        for action, (namespace, kind) in self._actions.items():
            result.contexts[action] = self._record(kind, namespace)
        return result

    def _declaration(self, namespace: str) -> None:
        self._annotations()
        if self._accept("type"):
            name = self._word()
            self._expect("=")
            self._types[_full_name(namespace, name)] = self._kind()
        elif self._accept("entity"):
            self._read_entity(namespace)
        elif self._accept("action"):
            self._read_action(namespace)
        else:
            raise SchemaError("there is a declaration of an unknown kind")
        self._expect(";")

    def _read_entity(self, namespace: str) -> None:
        names = [self._word()]
        while self._accept(","):
            names.append(self._word())
        parents: list[str] = []
        kind = Kind("", {})
        if self._accept("enum"):
            self._skip_list()
        else:
            parents = self._paths() if self._accept("in") else []
            if self._accept("=") or self._at("{"):
                kind = self._kind()
            if self._accept("tags"):
                self._kind()
        for name in names:
            self._entities[_full_name(namespace, name)] = (namespace, kind, parents)

    def _read_action(self, namespace: str) -> None:
        names = [self._name()]
        while self._accept(","):
            names.append(self._name())
        if self._accept("in"):
            self._skip_list()
        context = Kind("", {})
        if self._accept("appliesTo"):
            self._expect("{")
            while not self._accept("}"):
                what = self._word()
                self._expect(":")
                if what == "context":
                    context = self._kind()
                else:
                    self._paths()
                self._accept(",")
        for name in names:
            self._actions[_full_name(namespace, "Action"), name] = (namespace, context)

    def _kind(self) -> Kind:
        if self._accept("{"):
            members: dict[str, Kind] = {}
            while not self._accept("}"):
                self._annotations()
                name = self._name()
                self._accept("?")
                self._expect(":")
                members[name] = self._kind()
                self._accept(",")
            return Kind("", members)
        name = self._path()
        if self._accept("<"):
            self._kind()
            self._expect(">")
        return Kind(name)

    def _record(self, kind: Kind, namespace: str, depth: int = 0) -> Shape:
        resolved = self._resolve(kind, namespace, depth)
        return resolved.record or {}

    def _resolve(self, kind: Kind, namespace: str, depth: int) -> Kind:
        """The type, with names of common types replaced by their definitions."""
        if depth > _MOST_DEPTH:
            raise SchemaError("types are nested too deep")
        if kind.record is not None:
            return Kind("", {name: self._resolve(each, namespace, depth + 1) for name, each in kind.record.items()})
        for name in (_full_name(namespace, kind.name), kind.name):
            if name in self._types:
                return self._resolve(self._types[name], name.rpartition("::")[0], depth + 1)
        return kind

    def _entity(self, name: str, namespace: str) -> str:
        full = _full_name(namespace, name)
        return full if full in self._entities else name

    def _annotations(self) -> None:
        while self._accept("@"):
            self._word()
            if self._accept("("):
                self._take()
                self._expect(")")

    def _skip_list(self) -> None:
        """Skip a list in brackets, or a single item instead of it."""
        if not self._accept("["):
            self._path_with_id()
            return
        while not self._accept("]"):
            self._take()

    def _paths(self) -> list[str]:
        if not self._accept("["):
            return [self._path()]
        found = []
        while not self._accept("]"):
            found.append(self._path())
            self._accept(",")
        return found

    def _path(self) -> str:
        parts = [self._word()]
        while self._accept("::"):
            parts.append(self._word())
        return "::".join(parts)

    def _path_with_id(self) -> None:
        self._take()
        while self._accept("::"):
            self._take()

    def _name(self) -> str:
        """A word, or a text in quotes."""
        token = self._take()
        if not token.startswith('"'):
            return token
        if "\\" in token:
            raise SchemaError("names with a backslash are not supported")
        return token[1:-1]

    def _word(self) -> str:
        token = self._take()
        if not (token[0].isalpha() or token[0] == "_"):
            raise SchemaError(f"a name was expected, not {token[:20]}")
        return token

    def _at(self, text: str) -> bool:
        return self._next is not None and self._next.text == text

    def _accept(self, text: str) -> bool:
        if not self._at(text):
            return False
        self._take()
        return True

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise SchemaError(f"{text} was expected")

    def _take(self) -> str:
        if self._next is None:
            raise SchemaError("the text ends too early")
        token, self._next = self._next, next(self._tokens, None)
        return token.text


def _full_name(namespace: str, name: str) -> str:
    return f"{namespace}::{name}" if namespace else name
