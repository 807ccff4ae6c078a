"""The call graph of `idp` by mypy's types: for each function, the functions, methods and properties that it names.

It contains too much rather than too little. A method called on an interface leads to every implementation, and a function that is only
passed on counts as called. A lookup by a string (pages, endpoints) is not seen; its target must be a root.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from mypy import build, nodes
from mypy.modulefinder import BuildSource
from mypy.options import Options
from mypy.types import (
    CallableType,
    Instance,
    ProperType,
    TupleType,
    TypeType,
    TypeVarType,
    UnionType,
    get_proper_type,
)

ROOT = Path(__file__).resolve().parents[2]
NOT_DEPLOYED = {"cli", "dev"}


@dataclass
class Graph:
    """`calls`: from a full name to others. `verbs`: calls of the store, which are not followed: (caller, verb, the call)."""

    types: dict[nodes.Expression, Any]
    calls: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    verbs: dict[str, list[tuple[str, nodes.CallExpr]]] = field(default_factory=lambda: defaultdict(list))
    items: dict[str, set[nodes.TypeInfo]] = field(default_factory=lambda: defaultdict(set))
    strings: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    classes: list[nodes.TypeInfo] = field(default_factory=list)

    def infos(self, expression: nodes.Expression) -> list[nodes.TypeInfo]:
        """Return the classes that the expression's value may have."""
        found = self.types.get(expression)
        return instances(get_proper_type(found)) if found is not None else []

    def reached(self, *roots: str) -> set[str]:
        """Return everything that these names lead to. A root is a function, or a module with all its definitions."""
        known = set(self.calls) | set(self.verbs)
        waiting = [name for name in known for root in roots if name == root or name.startswith(f"{root}.")]
        seen: set[str] = set()
        while waiting:
            if (name := waiting.pop()) not in seen:
                seen.add(name)
                waiting += self.calls.get(name, ())
        return seen


def read(*stops: str) -> Graph:
    """Read the graph of the deployed code. Methods of the classes `stops` are recorded as verbs."""
    options = Options()
    options.preserve_asts = options.export_types = options.namespace_packages = options.explicit_package_bases = (
        options.ignore_missing_imports
    ) = True
    options.incremental = False
    options.ignore_errors = True  # mypy's own run reports errors
    files = [path for path in sorted((ROOT / "idp").rglob("*.py")) if path.relative_to(ROOT).parts[1] not in NOT_DEPLOYED]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files]
    built = build.build([BuildSource(str(path), name, None) for path, name in zip(files, names, strict=True)], options)
    graph = Graph(built.types)
    trees = [tree for name in names if (tree := built.files.get(name))]
    for tree in trees:
        graph.classes += [node.node for node in tree.names.values() if isinstance(node.node, nodes.TypeInfo)]
    graph.classes = [info for info in dict.fromkeys(graph.classes) if info.fullname.startswith("idp.")]
    for tree in trees:
        _Reader(graph, tree, stops)
    return graph


NOT_CHILDREN = {
    "analyzed", "def_var", "expanded", "imports", "info", "names", "node", "original_def", "type", "unanalyzed_items", "unanalyzed_type",
    "var",
}  # fmt: skip
"""Attributes of a node that are not children: the meaning of a name, types, mypy's results."""


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield a node and everything below it. (mypy's own visitors are compiled, and cannot be subclassed.)"""
    waiting: list[Any] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, nodes.Node):
            yield one
            waiting += children(one)


def children(node: nodes.Node) -> list[Any]:
    """Return the direct children of a node."""
    names = {name for base in type(node).__mro__ for name in getattr(base, "__mypyc_attrs__", ())}
    return [getattr(node, name, None) for name in sorted(names - NOT_CHILDREN)]


class _Reader:
    """Reads one module."""

    def __init__(self, graph: Graph, tree: nodes.MypyFile, stops: tuple[str, ...]) -> None:
        self._graph, self._stops = graph, stops
        self._definitions(tree.defs, tree.fullname)

    def _definitions(self, found: Any, where: str) -> None:
        """Functions and classes have names of their own; a nested function belongs to the outer one."""
        for node in found:
            if isinstance(node, nodes.ClassDef):
                self._definitions([*node.decorators, *node.defs.body], f"{where}.{node.name}")
            elif isinstance(node, nodes.Decorator):
                self._definitions([*node.original_decorators, node.func], where)
            elif isinstance(node, nodes.OverloadedFuncDef):
                self._definitions(node.items, where)
            elif isinstance(node, nodes.FuncDef):
                self._code(node, f"{where}.{node.name}")
            else:
                self._code(node, where)

    def _code(self, node: nodes.Node, where: str) -> None:
        for one in walk(node):
            if isinstance(one, nodes.CallExpr) and isinstance(one.callee, nodes.MemberExpr):
                if any(info.fullname in self._stops for info in self._graph.infos(one.callee.expr)):
                    self._graph.verbs[where].append((one.callee.name, one))
            elif isinstance(one, nodes.StrExpr):
                self._graph.strings[where].add(one.value)
            elif isinstance(one, nodes.NameExpr):
                self._names(one.node, where)
                self._graph.strings[where] |= _constant(one)
            elif isinstance(one, nodes.MemberExpr):
                self._member(one, where)

    def _member(self, one: nodes.MemberExpr, where: str) -> None:
        if one.node is not None and not isinstance(one.node, nodes.Var):
            self._names(one.node, where)
        for info in self._graph.infos(one.expr):
            for each in self._kin(info, one.name):
                if each.fullname not in self._stops and (owner := _owner(each, one.name)):
                    self._graph.calls[where].add(f"{owner}.{one.name}")

    def _names(self, node: Any, where: str) -> None:
        if isinstance(node, nodes.FuncDef | nodes.Decorator | nodes.OverloadedFuncDef):
            self._graph.calls[where].add(node.fullname)
        elif isinstance(node, nodes.TypeInfo):
            self._graph.items[where].add(node)
            for made in ("__init__", "__call__"):  # every receiver of a created object may call it
                if owner := _owner(node, made):
                    self._graph.calls[where].add(f"{owner}.{made}")

    def _kin(self, info: nodes.TypeInfo, member: str) -> list[nodes.TypeInfo]:
        """Return the class, its subclasses, and for an interface the classes that implement it."""
        kin = [info]
        if info.fullname.startswith("idp."):
            wanted = set(info.protocol_members) if info.is_protocol else set()
            kin += [each for each in self._graph.classes if info in each.mro[1:] or (wanted and all(each.get(name) for name in wanted))]
        return [each for each in kin if each.get(member)]


def _constant(name: nodes.NameExpr) -> set[str]:
    """Return the text of a module's constant."""
    module, _, attribute = name.fullname.rpartition(".")
    if not isinstance(name.node, nodes.Var) or not attribute.isupper() or not module.startswith(("idp.services.", "idp.store.")):
        return set()
    value = getattr(import_module(module), attribute, None)
    return {value} if isinstance(value, str) else set()


def _owner(info: nodes.TypeInfo, member: str) -> str:
    """Return the class of this project that defines a member."""
    return next((base.fullname for base in info.mro if member in base.names and base.fullname.startswith("idp.")), "")


def instances(found: ProperType) -> list[nodes.TypeInfo]:
    """Return the classes that a value of this type may have, or that the value is."""
    match found:
        case Instance():
            return [found.type]
        case UnionType() | TupleType():
            return [info for item in found.items for info in instances(get_proper_type(item))]
        case TypeVarType():
            return instances(get_proper_type(found.upper_bound))
        case TypeType():
            return instances(get_proper_type(found.item))
        case _:
            return [found.type_object()] if isinstance(found, CallableType) and found.is_type_obj() else []
