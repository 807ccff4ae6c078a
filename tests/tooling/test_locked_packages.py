"""An archive has what uv.lock names, by its hash, and its bill of materials names what it has."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tools import locked, package, sbom

if TYPE_CHECKING:
    from collections.abc import Callable

PLATFORM, PYTHON = "aarch64-manylinux_2_28", "3.13"
SMALL = package.Archive(("LICENSE",), libraries=("segno",))


def test_every_file_in_the_lock_has_a_hash_and_comes_from_the_registry() -> None:
    for name, each in locked.packages().items():
        files = [*each.get("wheels", []), *([each["sdist"]] if "sdist" in each else [])]
        assert files, name
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", one["hash"]) for one in files), name
        assert set(each["source"]) == {"registry"}, name


@pytest.fixture
def changing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], str]], None]:
    """A function that changes the requirements between their export and the installation."""

    def use(change: Callable[[str], str]) -> None:
        run = package.run

        def changed(*command: str | Path) -> None:
            run(*command)
            if "export" in command:
                file = Path(command[-1])
                file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")

        monkeypatch.setattr(package, "run", changed)

    return use


@pytest.mark.parametrize(
    "change",
    [lambda text: re.sub(r"sha256:\w{8}", "sha256:00000000", text), lambda text: re.sub(r" *\\\n *--hash=\S+", "", text)],
    ids=["another hash", "no hash"],
)
def test_a_library_without_its_hash_is_not_packed(
    changing: Callable[[Callable[[str], str]], None], tmp_path: Path, change: Callable[[str], str]
) -> None:
    """Pip's and uv's --require-hashes."""
    changing(change)
    with pytest.raises(SystemExit, match=r"(?i)hash"):
        package.install(tmp_path, SMALL, PLATFORM, PYTHON)


def test_an_archive_and_its_bill_are_the_same_bytes_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The bill has the archive's digest, and for each library version, licence and hashes."""
    monkeypatch.setitem(package.ARCHIVES, "small", SMALL)
    one, other = (tmp_path / name for name in ("one.zip", "other.zip"))
    for output in (one, other):
        package.build("small", output, PLATFORM, PYTHON, None)
    assert one.read_bytes() == other.read_bytes()
    assert package.bill_of(one).read_bytes() == package.bill_of(other).read_bytes()
    bill = json.loads(package.bill_of(one).read_bytes())
    assert bill["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(one.read_bytes()).hexdigest()}]
    (only,) = bill["components"]
    assert (only["purl"], only["licenses"]) == (f"pkg:pypi/segno@{locked.locked()['segno']}", [{"license": {"id": "BSD-3-Clause"}}])
    assert {each["hashes"][0]["content"] for each in only["externalReferences"]} == {
        each["hash"].partition(":")[2] for each in [*locked.packages()["segno"]["wheels"], locked.packages()["segno"]["sdist"]]
    }
    assert bill["dependencies"] == [
        {"ref": bill["metadata"]["component"]["bom-ref"], "dependsOn": [only["bom-ref"]]}, {"ref": only["bom-ref"], "dependsOn": []},
    ]  # fmt: skip
    assert "timestamp" not in bill["metadata"]
    with zipfile.ZipFile(one) as made:
        assert {"LICENSE", "segno/__init__.py"} <= set(made.namelist())


def test_a_difference_between_two_builds_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def build(name: str, output: Path, *_: object) -> None:
        output.write_text(str(output))
        package.bill_of(output).write_text(name)

    monkeypatch.setattr(package, "build", build)
    build("api", tmp_path / "api.zip")
    with pytest.raises(SystemExit, match="two builds differ"):
        package.compare("api", tmp_path / "api.zip", PLATFORM, PYTHON, None)


EXPORTED: dict[str, Any] = {
    "metadata": {"component": {"bom-ref": "idp-1@1", "name": "idp", "version": "1"}},
    "components": [{"bom-ref": "b-2@2", "name": "b", "version": "2"}, {"bom-ref": "c-3@3", "name": "c", "version": "3"}],
    "dependencies": [{"ref": "idp-1@1", "dependsOn": ["idp-1@1", "b-2@2", "c-3@3"]}, {"ref": "c-3@3", "dependsOn": ["b-2@2"]}],
}


def test_the_bill_has_what_is_in_the_archive_and_what_that_contains() -> None:
    """A library of the lock that is not in the archive is left out, also as a dependency."""
    made = sbom.bill(EXPORTED, sbom.Contents({"b": "A AND B"}, {"b": [{"name": "openssl"}], "c": [{"name": "zlib"}]}), "api", b"x")
    assert made["components"] == [
        {**EXPORTED["components"][0], "licenses": [{"expression": "A AND B"}], "components": [{"name": "openssl"}]}
    ]
    assert made["dependencies"] == [{"ref": "idp-1@1", "dependsOn": ["b-2@2"]}]
    assert made["serialNumber"] != sbom.bill(EXPORTED, sbom.Contents(), "api", b"y")["serialNumber"]


def test_a_library_that_the_lock_does_not_have_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in the lock: d"):
        sbom.bill(EXPORTED, sbom.Contents({"b": "MIT", "d": "MIT"}), "api", b"x")


def test_what_a_wheel_says_that_it_contains_is_read(tmp_path: Path) -> None:
    """PEP 770. Paths of the machine that built it are not taken over."""
    folder = tmp_path / "Some_Library-1.0.dist-info" / "sboms"
    folder.mkdir(parents=True)
    part = {
        "type": "library",
        "bom-ref": "path+file:///builder",
        "name": "openssl",
        "version": "4.0.3",
        "purl": "pkg:generic/openssl@4.0.3",
    }
    (folder / "a.json").write_text(json.dumps({"components": [part]}))
    (folder / "b.json").write_text("{}")
    assert sbom.contained(tmp_path) == {"some-library": [{name: each for name, each in part.items() if name != "bom-ref"}]}
