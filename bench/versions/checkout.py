"""A version of this project in a folder of its own, from git, with the libraries that it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from tests.support.process import StartError

ROOT = Path(__file__).resolve().parents[2]
BEFORE = "4f9eaa33cb9c3db2f1b8fd4fbae9c39437a0a836"
"""The version before, as long as there is no tag."""
PARTS = ("idp", "templates", "migrations", "pyproject.toml", "uv.lock", "tools", "docs/schemas")
_LIBRARIES = ("pyproject.toml", "uv.lock")


@dataclass(frozen=True)
class Version:
    """`name`: what the report calls it. `folder`: where its `idp/` is. `python`: an interpreter with its libraries."""

    name: str
    folder: Path
    python: str = sys.executable

    @property
    def env(self) -> dict[str, str]:
        """The environment by which a process imports this version."""
        return {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}


def here() -> Version:
    """This version: the working tree."""
    return Version("this one", ROOT)


def last_tag() -> str:
    """The newest tag that this version descends from, else the commit that stands for one."""
    found = _git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD", quiet=True)
    return found.decode().strip() or BEFORE


def check_out(ref: str, folder: Path) -> Version:
    """The version that git calls `ref`, unpacked into `folder`.

    Raises:
        StartError: git does not have it, or its libraries cannot be installed.
    """
    commit = _git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", quiet=True).decode().strip()
    if not commit:
        raise StartError(f"git does not have {ref}. A shallow clone lacks it: git fetch --unshallow --tags, or name another with --before")
    archive = _git("archive", "--format=tar", commit, *(part for part in PARTS if _git("ls-tree", commit, part)))
    with tarfile.open(fileobj=BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    return Version(ref[:12], folder, _python(folder))


def _python(folder: Path) -> str:
    """An interpreter for the version in this folder: this one, if the libraries are the same."""
    if all(_requirements(folder / name) == _requirements(ROOT / name) for name in _LIBRARIES[1:]):
        return sys.executable
    uv = shutil.which("uv") or str(ROOT / ".tools" / "uv" / "bin" / "uv")
    done = subprocess.run(
        [uv, "sync", "--locked", "--quiet", "--no-install-project"], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder / ".venv"), "UV_PYTHON_DOWNLOADS": "never"},
    )  # fmt: skip
    if done.returncode:
        raise StartError(f"the libraries of the version before cannot be installed:\n{done.stderr[-2000:]}")
    return str(folder / ".venv" / "bin" / "python")


def _requirements(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _git(*arguments: str, quiet: bool = False) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode and not quiet:
        raise StartError(f"git {arguments[0]} failed: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout
