"""Reads from the source of idp which messages it uses: calls of the error classes and of Message, with the id and the parameters."""

from __future__ import annotations

import ast
import importlib
import inspect
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from idp.domain.errors import Described
from idp.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]
_MACHINERY = {"idp/domain/errors.py", "idp/domain/message.py"}
"""Where the classes themselves pass ids and parameters on."""
_BUILT = (ast.JoinedStr, ast.BinOp)
_MAKES_TEXT = {"str", "join", "format", "description", "strip", "capitalize"}


@dataclass(frozen=True)
class Use:
    """One id at one place. `params`: the keywords that are not the constructor's own. `names`: the variables of their values."""

    where: str
    kind: type
    id: str
    params: frozenset[str]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Misuse:
    """A place that passes neither an id nor a message."""

    where: str
    what: str


def read(source: str, name: str) -> tuple[list[Use], list[Misuse]]:
    """The uses and misuses in the text of one module. `name`: where it is, for the report."""
    tree = ast.parse(source)
    uses: list[Use] = []
    misuses: list[Misuse] = []
    texts = set(_names_of_texts(tree))
    for call, kind in _constructions(tree):
        where = f"{name}:{call.lineno}"
        own, place = _own(kind)
        if any(keyword.arg is None for keyword in call.keywords):
            misuses.append(Misuse(where, "passes ** parameters, which cannot be checked"))
            continue
        keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg and keyword.arg not in own}
        if place is None or len(call.args) <= place:
            continue
        ids, wrong = _ids(call.args[place], texts)
        misuses += [Misuse(where, what) for what in wrong]
        uses += [Use(where, kind, each, frozenset(keywords), tuple(_names(keywords.values()))) for each in ids]
        if not ids and not wrong and keywords:
            misuses.append(Misuse(where, "passes parameters beside a message that has its own"))
    return uses, misuses


def defaults() -> Iterator[Use]:
    """The ids that the error classes have without an argument."""
    for kind in set(_kinds().values()):
        for parameter in inspect.signature(kind).parameters.values():
            if parameter.name == "message" and isinstance(parameter.default, str) and parameter.default:
                yield Use(kind.__name__, kind, parameter.default, frozenset())


def everywhere() -> tuple[list[Use], list[Misuse]]:
    """The uses and misuses of all modules of idp."""
    uses, misuses = list(defaults()), []
    for path in sorted((ROOT / "idp").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name in _MACHINERY:
            continue
        found, wrong = read(path.read_text(), name)
        uses += found
        misuses += wrong
    return uses, misuses


def _constructions(tree: ast.Module) -> Iterator[tuple[ast.Call, type]]:
    """Calls of Message and of error classes, and what an error class passes to the constructor of its base."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = [_kinds()[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in _kinds()]
            calls = (each for each in ast.walk(node) if isinstance(each, ast.Call) and ast.unparse(each.func) == "super().__init__")
            yield from ((call, bases[0]) for call in calls if bases)
        if isinstance(node, ast.Call) and (kind := _kinds().get(_called(node))):
            yield node, kind


def _names(values: Iterable[ast.expr]) -> Iterator[str]:
    for node in (each for value in values for each in ast.walk(value)):
        if isinstance(node, ast.Name):
            yield node.id
        if isinstance(node, ast.Attribute):
            yield node.attr


def _ids(node: ast.expr, texts: set[str]) -> tuple[list[str], list[str]]:
    """The ids that an argument may be, and what is wrong with it. A message that was created elsewhere has neither."""
    match node:
        case ast.Constant(value=str() as text):
            return ([text], []) if text else ([], [])
        case ast.IfExp(body=body, orelse=orelse):
            (one, wrong), (other, too) = _ids(body, texts), _ids(orelse, texts)
            return one + other, wrong + too
        case ast.Name(id=name) if name in texts:
            return [], [f"passes {name}, which is text and no Message"]
    if any(isinstance(each, _BUILT) or _called(each) in _MAKES_TEXT for each in ast.walk(node)):
        return [], [f"passes a text that is built: {ast.unparse(node)}"]
    return [], []


def _names_of_texts(tree: ast.Module) -> Iterator[str]:
    """Names that are assigned text somewhere in the module, and parameters that are text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and isinstance(node.annotation, ast.Name) and node.annotation.id == "str":
            yield node.arg
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value:
            targets, value = [node.target], node.value
        else:
            continue
        if isinstance(value, _BUILT) or (isinstance(value, ast.Constant) and isinstance(value.value, str)):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _called(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)) | ast.Attribute(attr=name):
            return name
    return ""


@cache
def _kinds() -> dict[str, type]:
    """Message and each error class of idp, by name. Modules are imported so that all subclasses exist."""
    for path in sorted((ROOT / "idp").rglob("*.py")):
        if any(isinstance(node, ast.ClassDef) and node.bases for node in ast.parse(path.read_text()).body):
            module = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
            if module.partition(".")[2].partition(".")[0] in {"domain", "services", "oauth", "http", "store", "cli"}:
                importlib.import_module(module)
    found: dict[str, type] = {"Message": Message}
    waiting: list[type] = [Described]
    while waiting:
        kind = waiting.pop()
        found[kind.__name__] = kind
        waiting += kind.__subclasses__()
    return found


@cache
def _own(kind: type) -> tuple[frozenset[str], int | None]:
    """The constructor's own keywords, and the place of the id among the arguments; None when it takes no id."""
    parameters = list(inspect.signature(kind).parameters.values())
    own = frozenset(each.name for each in parameters if each.kind is not each.VAR_KEYWORD)
    names = [each.name for each in parameters]
    return own, next((names.index(each) for each in ("message", "message_id") if each in names), None)
