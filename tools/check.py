"""`make check`: lint, unit tests and integration tests of what changed. `make lint` and `make test` run everything.

Changed is what differs from the commit where the branch left main: committed, staged, unstaged and new files.
`BASE` names another branch or commit to compare with.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.affected import ALWAYS, affected

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
AT_MOST = 16
"""Test files beside the unit tests: what two idle cores run in about a minute."""
HEAVY = "not (engines or browser or clients or functions or slow)"


def git(*arguments: str) -> list[str]:
    """Return the lines that git prints, none if it fails."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def base() -> str:
    """Return the commit to compare with: where this branch left `BASE`, main or origin/main; otherwise the last commit."""
    for name in filter(None, (os.environ.get("BASE"), "main", "origin/main")):
        if found := git("merge-base", "HEAD", name):
            return found[0]
    return "HEAD"


def changed() -> list[str]:
    """Return changed, deleted and new files, relative to the root."""
    return sorted({*git("diff", "--name-only", "--no-renames", base()), *git("ls-files", "--others", "--exclude-standard")})


def passes(name: str, *command: str) -> bool:
    """Return whether the command succeeds. Its output is printed only if it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"\033[32m✓\033[0m {name}" if done.returncode == 0 else f"\033[31m✗\033[0m {name}\n{done.stdout}{done.stderr}", flush=True)
    return done.returncode == 0


def lint(files: list[str]) -> bool:
    """Return whether ruff, mypy and the import contracts pass. ruff reads the changed files; the other two check everything."""
    python = [file for file in files if file.endswith(".py") and (ROOT / file).is_file()]
    results = [
        not python or passes("ruff check", str(BIN / "ruff"), "check", "--output-format=concise", *python),
        not python or passes("ruff format", str(BIN / "ruff"), "format", "--check", *python),
        passes("mypy", str(BIN / "mypy")),
        passes("import contracts", str(BIN / "lint-imports"), "--no-logo"),
    ]
    return all(results)


def test(files: list[str], workers: str) -> bool:
    """Return whether the tests pass: tests/unit, and up to AT_MOST test files that the changes concern, the nearest first."""
    chosen = affected(ROOT, files)
    for one in chosen[:AT_MOST]:
        print(f"  {one}")
    if len(chosen) > AT_MOST:
        print(f"  {len(chosen) - AT_MOST} more test files are left to make test", flush=True)
    command = [str(BIN / "pytest"), "-q", "-n", workers, "--dist", "loadfile", "-m", HEAVY, *ALWAYS, *chosen[:AT_MOST]]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """Return 0 if everything passes, otherwise 1."""
    files = changed()
    print(f"{len(files)} changed files since {base()[:10]}", flush=True)
    linted = lint(files)
    tested = test(files, sys.argv[1] if len(sys.argv) > 1 else "auto")
    return 0 if linted and tested else 1


if __name__ == "__main__":
    sys.exit(main())
