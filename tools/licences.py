"""Checks that each locked library has a licence that this project accepts. `make licences` prints them, `make lint` fails on another.

The licence is what the library states in its metadata: `License-Expression`, else `License`, else its classifiers (Core metadata 2.4).
A word that is no SPDX identifier is translated by `WORDS`. A library that states nothing usable is named in `READ`, with the file that
was read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from typing import NamedTuple

from tools.locked import deployed, locked

PERMISSIVE = "use, change and redistribution with the notice, which the archive contains"
ALLOWED = {
    "0BSD": PERMISSIVE,
    "Apache-2.0": f"{PERMISSIVE}; a patent licence",
    "BSD-2-Clause": PERMISSIVE,
    "BSD-3-Clause": PERMISSIVE,
    "ISC": PERMISSIVE,
    "MIT": PERMISSIVE,
    "MIT-0": "no condition",
    "PSF-2.0": f"{PERMISSIVE}; changes are named",
    "MPL-2.0": "conditions for changed files of the library only; we change none",
}
"""Licences of what is deployed, with the reason why each is accepted."""
DEVELOPMENT = {
    "AFL-2.1": "offered beside MIT",
    "CNRI-Python": PERMISSIVE,
    "Unlicense": "no condition",
}
"""Licences of tools that are not deployed, beside `ALLOWED`."""
WORDS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""SPDX identifiers of words in metadata. Of a BSD licence whose form is not stated the one with more conditions is assumed."""
READ = {
    "cedarpy": "Apache-2.0",  # licenses/LICENSE
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",  # COPYING, and COPYING.APLv2 and COPYING.MPLv2 for single files
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",  # LICENSE: "Dual License"
    "scim2-tester": "Apache-2.0",  # METADATA has the whole text
}


class Stated(NamedTuple):
    """A locked library, and its licence as an SPDX expression. Empty: it states none that is known."""

    name: str
    version: str
    licence: str


def expression(metadata: Message, read: Mapping[str, str] = {}) -> str:  # it is not changed
    """Return the SPDX expression of a library's metadata, or an empty string. `read`: by name, what was read in files."""
    name = canonical(str(metadata["Name"]))
    if name in read:
        return read[name]
    if stated := metadata["License-Expression"]:
        return str(stated)
    classifiers = [each.rsplit(" :: ", 1)[1] for each in metadata.get_all("Classifier") or [] if each.startswith("License ::")]
    return _known([str(metadata["License"] or "").strip()]) or _known([each for each in classifiers if each != "OSI Approved"])


def _known(words: list[str]) -> str:
    """Join words of metadata as an expression, or return an empty string if one is unknown. A whole text is unknown."""
    found = [WORDS.get(each, each) for each in words]
    known = {*ALLOWED, *DEVELOPMENT, "OR", "AND"}
    return " AND ".join(found) if all(each and set(each.split()) <= known for each in found) else ""


def accepted(licence: str, allowed: Iterable[str]) -> bool:
    """Say whether an expression is accepted: one side of each OR, both sides of each AND. One with parentheses or WITH is not."""
    names = set(allowed)
    return any(all(part.strip() in names for part in side.split(" AND ")) for side in licence.split(" OR "))


def canonical(name: str) -> str:
    """Return a name as uv.lock writes it (Simple repository API, normalized names)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def stated(names: Mapping[str, str]) -> list[Stated]:
    """Return what the installed libraries of the lock state. One that is not installed, because it is for another system, is left out."""
    found = []
    for name, version in sorted(names.items()):
        try:
            metadata = distribution(name).metadata
        except PackageNotFoundError:
            continue
        found.append(Stated(name, version, expression(metadata, READ)))  # type: ignore[arg-type]  # it is a Message
    return found


def refused(libraries: Iterable[Stated], packed: Iterable[str]) -> list[str]:
    """Return one line for each library whose licence is not accepted where it is used."""
    names = set(packed)
    return [
        f"{each.name} {each.version}: {each.licence or 'states no known licence'}{', and it is deployed' if each.name in names else ''}"
        for each in libraries
        if not accepted(each.licence, ALLOWED if each.name in names else {**ALLOWED, **DEVELOPMENT})
    ]


def main() -> None:
    """Print the libraries that are deployed with their licences. End with an error if one is not accepted."""
    packed, libraries = deployed(), stated(locked())
    for each in libraries:
        if each.name in packed:
            print(f"{each.name:<42} {each.version:<14} {each.licence}")
    if problems := refused(libraries, packed):
        sys.exit("\n".join([*problems, "Add the licence with its reason to tools/licences.py, or use another library."]))
    print(f"{len(libraries)} locked libraries, {len(packed)} of them deployed: every licence is accepted")


if __name__ == "__main__":
    main()
