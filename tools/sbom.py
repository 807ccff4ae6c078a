"""Writes the software bill of materials of an archive for Lambda as CycloneDX 1.5 JSON, beside the archive: dist/api.cdx.json.

Its parts are the libraries in the archive, by their metadata there, as `uv export --format cyclonedx1.5` describes them: version, package
URL, and the SHA-256 of each file that the lock allows. Added are licences, what the libraries themselves contain in other languages
(OpenSSL, crates of Rust; PEP 770) as parts of them, and the SHA-256 of the archive. The same archive gives the same bytes: there is no
time in it, and its serial number is computed from the archive.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from tools.licences import READ, canonical, expression

Json = dict[str, Any]


@dataclass
class Contents:
    """The libraries in an unpacked archive: their licences, and what their wheels say that they contain, both by name."""

    licences: dict[str, str] = field(default_factory=dict)
    contained: dict[str, list[Json]] = field(default_factory=dict)


def contained(folder: Path) -> dict[str, list[Json]]:
    """Return what libraries say that they contain (PEP 770, *.dist-info/sboms), before these files are removed from the archive."""
    found: dict[str, list[Json]] = {}
    for file in sorted(folder.glob("*.dist-info/sboms/*.json")):
        name = canonical(file.parts[-3].partition("-")[0])
        parts = json.loads(file.read_text(encoding="utf-8")).get("components", [])
        found.setdefault(name, []).extend(
            {key: one[key] for key in ("type", "name", "version", "purl", "licenses", "hashes") if key in one} for one in parts
        )
    return found


def licences(folder: Path) -> dict[str, str]:
    """Return the licences of the libraries that are in the archive, by name."""
    metadata = [HeaderParser().parsestr(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.dist-info/METADATA"))]
    return {canonical(str(each["Name"])): expression(each, READ) for each in metadata}


def bill(exported: Json, contents: Contents, name: str, archive: bytes) -> Json:
    """Return the bill. `exported`: what uv says about the lock. Its libraries that are not in the archive are left out.

    Raises ValueError if the archive has a library that the lock does not have.
    """
    by_name = {canonical(one["name"]): one for one in exported["components"]}
    if unknown := contents.licences.keys() - by_name.keys():
        raise ValueError(f"in the archive, but not in the lock: {', '.join(sorted(unknown))}")
    digest = hashlib.sha256(archive).hexdigest()
    root = exported["metadata"]["component"]
    kept = [_part(by_name[one], licence, contents.contained.get(one, [])) for one, licence in sorted(contents.licences.items())]
    refs = {one["bom-ref"] for one in kept} | {root["bom-ref"]}
    needs = [
        {**one, "dependsOn": [each for each in one.get("dependsOn", []) if each in refs - {one["ref"]}]}
        for one in exported.get("dependencies", [])
        if one["ref"] in refs
    ]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{name}#{digest}')}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": root["bom-ref"], "name": f"{root['name']}-{name}", "version": root["version"],
                "hashes": [{"alg": "SHA-256", "content": digest}], "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": kept,
        "dependencies": needs,
    }  # fmt: skip


def _part(one: Json, licence: str, inside: list[Json]) -> Json:
    """A library, with its licence and what it contains."""
    single = {"license": {"id": licence}} if " " not in licence else {"expression": licence}
    return {**one, **({"licenses": [single]} if licence else {}), **({"components": inside} if inside else {})}


def write(made: Json, file: Path) -> None:
    """Write a bill."""
    file.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")
