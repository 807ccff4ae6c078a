"""docs/specs.md names for each section of a specification the module or function that implements it. That place cites the section."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<section>[^|]+) \| `(?P<module>[^`|:]+)(?:::(?P<function>[\w.]+))?` \| `(?P<file>[^`|:]+)::(?P<test>\w+)` \|$")
NAMES = {
    "AuthZEN Authorization API 1.0": r"AuthZEN",
    "CAEP 1.0": r"CAEP 1\.0",
    "CAEP Interoperability Profile 1.0": r"CAEP Interoperability Profile",
    "FAPI 2.0 Message Signing": r"Message Signing",
    "FAPI 2.0 Security Profile": r"FAPI 2\.0(?! Message)",
    "Identity Assertion Authorization Grant (draft-ietf-oauth-identity-assertion-authz-grant-03)": r"ID-JAG",
    "JARM 1.0": r"JARM",
    "MCP authorization 2026-07-28": r"MCP authorization",
    "NIST SP 800-63B-4": r"SP 800-63B-4",
    "OAuth 2.0 Form Post Response Mode": r"Form Post",
    "OAuth 2.0 Multiple Response Type Encoding Practices": r"Multiple Response Types?",
    "OIDC Core": r"(?:OIDC|OpenID Connect) Core(?: 1\.0)?",
    "OpenID Connect Back-Channel Logout 1.0": r"Back-Channel Logout",
    "OpenID Connect Discovery 1.0": r"(?:OIDC|OpenID Connect) Discovery|Discovery(?= 1\.0| §)",
    "OpenID Connect Front-Channel Logout 1.0": r"Front-Channel Logout",
    "OpenID Connect Registration 1.0": r"(?:OIDC|OpenID Connect) Registration|Client Registration 1\.0",
    "OpenID Connect RP-Initiated Logout 1.0": r"RP-Initiated Logout",
    "OpenID Connect Session Management 1.0": r"Session Management",
    "OpenID Shared Signals Framework 1.0": r"Shared Signals Framework(?: 1\.0)?",
    "RISC 1.0": r"RISC 1\.0",
    "SAML Bindings": r"SAML Bindings",
    "SAML Core": r"SAML Core",
    "SAML Metadata": r"SAML Metadata(?! Interoperability)",
    "SAML Profiles": r"SAML Profiles",
    "W3C Trace Context": r"Trace Context",
    "WebAuthn Level 3": r"WebAuthn Level 3",
    "draft-ietf-oauth-client-id-metadata-document": r"[Cc]lient (?:ID |id )?[Mm]etadata [Dd]ocument|client-id-metadata-document",
}
"""By heading, how docstrings name the specification. An RFC is named by its number."""
CITED = re.compile(r"(?:§|\bsections? )\s*((?:\d+(?:\.\d+)*)(?:(?:, | and |-|–| to )§?\d+(?:\.\d+)*)*)", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:\.\d+)*")
Cites = frozenset[tuple[str, str]]


class Row(NamedTuple):
    """A section of a specification, the place that implements it, the test that shows it."""

    specification: str
    section: str
    module: str
    function: str | None
    file: str
    test: str

    @property
    def numbers(self) -> list[str]:
        """The sections; qualifiers in words or in parentheses are ignored."""
        return NUMBER.findall(re.match(r"[\d., -]*", self.section)[0])  # type: ignore[index]  # it also matches nothing


def rows() -> list[Row]:
    """All rows of the page's tables, each with the heading above it."""
    found, heading = [], ""
    for line in (ROOT / "docs" / "specs.md").read_text().splitlines():
        heading = line[3:] if line.startswith("## ") else heading
        if row := ROW.match(line):
            found.append(Row(heading, **row.groupdict()))
    return found


def named(text: str) -> list[tuple[int, str]]:
    """The positions at which a text names a specification, in order, with its name."""
    found = [(match.start(), f"RFC {match[1]}") for match in re.finditer(r"RFC (\d+)", text)]
    found += [(match.start(), name) for name, pattern in NAMES.items() for match in re.finditer(pattern, text)]
    return sorted(found)


def cites(text: str, default: list[str]) -> Cites:
    """The sections that a text cites. A section is of the specification that is named last before it, else of `default`."""
    text = re.sub(r"\s*\n\s*#?\s*", " ", text)
    names = named(text)
    found: set[tuple[str, str]] = set()
    for match in CITED.finditer(text):
        before = [name for at, name in names if at < match.start()]
        found |= {(name, number) for name in (before[-1:] or default) for number in NUMBER.findall(match[1])}
    return frozenset(found)


class Module:
    """The citations in the docstrings and comments of a module, and those of each of its functions and classes."""

    def __init__(self, path: str) -> None:
        self.text = source = (ROOT / path).read_text()
        tree = ast.parse(source)
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        self._comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
        doc = ast.get_docstring(tree) or ""
        self._default = [name for _, name in named(doc)]
        self.functions: dict[str, Cites] = {}
        self._walk(tree, "")
        inside = {line for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) for line in self._lines(node)}
        constants = [
            str(node.value.value)
            for node in tree.body
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        ]
        outside = [text for line, text in self._comments.items() if line not in inside]
        self.own = frozenset().union(*(cites(text, self._default) for text in [*constants, *outside])) if constants or outside else Cites()

    @staticmethod
    def _lines(node: ast.FunctionDef | ast.ClassDef) -> range:
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)

    def _walk(self, parent: ast.AST, prefix: str) -> None:
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                doc = ast.get_docstring(node) or ""
                found = cites(doc, self._default)
                if isinstance(node, ast.FunctionDef):
                    comments = "\n".join(text for line, text in sorted(self._comments.items()) if line in self._lines(node))
                    found |= cites(comments, [name for _, name in named(doc)][-1:] or self._default)
                self.functions[prefix + node.name] = found
                if isinstance(node, ast.ClassDef):
                    self._walk(node, f"{prefix}{node.name}.")


@cache
def module(path: str) -> Module:
    return Module(path)


def problem(row: Row) -> str | None:
    """The reason why the place of this row is wrong, or None."""
    if not (ROOT / row.module).is_file():
        return f"there is no {row.module}"
    known = module(row.module)
    if row.function is not None and row.function not in known.functions:
        return f"{row.module} has no {row.function}"
    cited = known.own if row.function is None else known.functions[row.function]
    missing = [number for number in row.numbers if (row.specification, number) not in cited]
    if missing or (not row.numbers and row.section not in known.text):
        return f"{row.module} {row.function or ''} does not cite {row.specification} {', '.join(missing)} in its docstring or comments"
    return None


def test_every_line_of_a_table_is_a_row() -> None:
    """A row that is not read is not checked."""
    lines = (ROOT / "docs" / "specs.md").read_text().splitlines()
    tables = [line for line in lines if line.startswith("| ") and not line.startswith(("| section", "| ---"))]
    assert len(tables) == len(rows())
    assert len(tables) > 100


def test_no_row_is_written_twice() -> None:
    """The page is merged line by line, so a merge may keep a row in two versions."""
    keys = [(row.specification, row.section, row.file, row.test) for row in rows()]
    assert [key for key in keys if keys.count(key) > 1] == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.section}-{row.test}".replace(" ", ""))
def test_the_place_of_a_row_cites_its_section(row: Row) -> None:
    """The named function, or the module where the row names no function, cites the specification and the section."""
    assert problem(row) is None


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.section}-{row.test}".replace(" ", ""))
def test_the_test_of_a_row_exists(row: Row) -> None:
    """The test is a function of its file."""
    source = (ROOT / row.file).read_text()
    assert re.search(rf"^(    )?(async )?def {row.test}\(", source, re.MULTILINE), f"{row.file} has no {row.test}"


@pytest.mark.parametrize(
    "changes",
    [
        {"module": "idp/oauth/nothing.py"},
        {"function": "no_such_function"},
        {"module": "idp/http/oidc/authorization.py", "function": "authorization"},
        {"function": "challenge_of"},
        {"section": "4.7"},
        {"specification": "RFC 6749"},
    ],
    ids=str,
)
def test_a_misdirected_row_is_found(changes: dict[str, str]) -> None:
    """Another module, another function, another section, another specification."""
    right = next(row for row in rows() if row.specification == "RFC 7636" and row.function == "verifier_matches")
    assert problem(right) is None
    assert problem(right._replace(**changes)) is not None
