"""What uv.lock names: all libraries, and those of the archives for Lambda."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DEPLOYED = ("policies", "saml", "tracing")
"""The optional dependencies that an archive of tools/package.py contains. `cli` is never deployed."""


@cache
def _tables() -> dict[str, dict[str, Any]]:
    """The tables of the lock by name."""
    with (ROOT / "uv.lock").open("rb") as file:
        return {each["name"]: each for each in tomllib.load(file)["package"]}


def packages() -> dict[str, dict[str, Any]]:
    """Return the tables of the lock by name, without this project itself."""
    return {name: each for name, each in _tables().items() if "editable" not in each["source"]}


def locked() -> dict[str, str]:
    """Return the version of each locked library."""
    return {name: each["version"] for name, each in packages().items()}


def deployed() -> set[str]:
    """Return the names of the libraries that the dependencies of the deployed functions and layers need, with those that these need."""
    everything = _tables()
    left = [("idp", ""), *(("idp", extra) for extra in DEPLOYED)]
    found: set[tuple[str, str]] = set()
    while left:
        name, extra = one = left.pop()
        if one not in found:
            found.add(one)
            wanted = everything[name].get("optional-dependencies", {}).get(extra, []) if extra else everything[name].get("dependencies", [])
            left += [(each["name"], part) for each in wanted for part in ("", *each.get("extra", []))]
    return {name for name, _ in found} - {"idp"}
