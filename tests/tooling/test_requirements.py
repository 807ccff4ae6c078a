"""A missing program is named with the command that installs it, and the command ends with an error."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASH = shutil.which("bash") or "/bin/bash"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with a shell and its tools, and without any program that the project needs."""
    for tool in ("sed", "head", "id", "mktemp", "tail", "rm"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    return tmp_path


def require(path: Path, *things: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "IDP_TEST_CHROMIUM"} | {"PATH": str(path)}
    return subprocess.run(
        [BASH, str(ROOT / "tools" / "require.sh"), *things], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("thing", "remedy"),
    [
        ("python", "apt-get install python3"),
        ("node", "apt-get install nodejs npm"),
        ("java", "apt-get install openjdk-17-jre-headless"),
        ("maven", "apt-get install maven"),
        ("chromium", "apt-get install chromium"),
        ("compiler", "apt-get install autoconf"),
    ],
)
def test_a_missing_program_is_named_with_the_command_that_installs_it(bare: Path, thing: str, remedy: str) -> None:
    """One line has the program, one the command."""
    done = require(bare, thing)
    assert done.returncode == 1
    assert "missing:" in done.stderr
    assert remedy in done.stderr


def test_all_missing_programs_are_named_at_once(bare: Path) -> None:
    """One message has all of them."""
    done = require(bare, "python", "node", "java", "maven")
    assert done.stderr.count("missing:") == 4


def test_a_program_that_is_too_old_counts_as_missing(bare: Path) -> None:
    """Node 18 and Java 11 are too old."""
    (bare / "node").write_text("#!/bin/sh\nexit 1\n")
    (bare / "java").write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    (bare / "node").chmod(0o755)
    (bare / "java").chmod(0o755)
    (bare / "sh").symlink_to("/bin/sh")
    done = require(bare, "node", "java")
    assert done.returncode == 1
    assert done.stderr.count("missing:") == 2


def test_chromium_is_installed_if_the_user_may_install(bare: Path) -> None:
    """Root gets Debian's package without a question. The package lists are updated first."""
    calls = bare / "calls"
    for name, script in {
        "id": "echo 0",
        "env": 'shift; exec "$@"',
        "apt-get": f'echo "$@" >>{calls}; [ "$1" = update ] || {shutil.which("ln")} -s {bare}/apt-get {bare}/chromium',
    }.items():
        (bare / name).unlink(missing_ok=True)
        (bare / name).write_text(f"#!/bin/sh\n{script}\n")
        (bare / name).chmod(0o755)
    done = require(bare, "chromium")
    assert done.returncode == 0, done.stderr
    assert calls.read_text().splitlines()[0] == "update"
    assert "install -y" in calls.read_text()


def test_existing_programs_cause_no_output() -> None:
    """On a machine that runs these tests, Python and Node exist."""
    done = subprocess.run(["tools/require.sh", "python", "node"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_go_is_installed_if_it_is_missing_or_too_old(bare: Path) -> None:
    """A locked version is installed by uv and then runs the command."""
    calls, own = bare / "calls", ROOT / ".tools" / "go" / "bin" / "go"
    for tool in ("dirname", "bash"):
        (bare / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    for name, script in {"go": "echo go1.19.8", "uv": f'echo "$@ into $UV_PROJECT_ENVIRONMENT" >>{calls}; exit 3'}.items():
        (bare / name).write_text(f"#!{BASH}\n{script}\n")
        (bare / name).chmod(0o755)
    done = subprocess.run(
        [BASH, str(ROOT / "tools" / "go.sh"), "version"], env={"PATH": str(bare)}, cwd=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert calls.read_text() == f"sync --project {ROOT}/tools/go --locked --quiet into {own.parents[1]}\n"
