"""Programs that the pages name, as far as they go without an account or a package index: `python -m tests.printed.stubs NAME …`.

Each looks at its arguments as the real program would, and ends with 0, or with a sentence and 1.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.printed.found import ROOT

REACHED = 86
"""The status of osls where it would begin to deploy."""
DRY = {
    "bench": "takes minutes; its options are read (tests/printed/test_commands.py)", "clean": "would remove what these tests run with",
    "dev": "serves until it is ended; tests/integration/test_dev.py runs it", "format": "would change the checkout",
    "lint": "takes minutes", "package": "takes a minute and downloads; tests/functions/test_package.py runs it",
    "setup": "has been done, or these tests would not run", "test": "would run these tests again",
    ".tools/opa/.stamp": "builds for minutes; tests/examples/test_opa.py needs it",
}  # fmt: skip
"""Targets of the Makefile that are only asked what they would do (`make -n`), and why."""
_DONE = ("lint", "package", ".venv/.stamp", "tests/clients/node_modules/.stamp")
"""What deploying asks for first; taken as done."""

_TALKS = {"examples.mcp_server.agent"}
"""Modules that need the server of the line before; tests/examples/test_mcp_server.py runs both."""
_NOT_OF_MOTO = {"schedule-key-deletion"}
"""Operations at which moto fails without a parameter that AWS has a default for."""


def main() -> None:
    """Be the program that the first argument names."""
    name, *arguments = sys.argv[1:]
    sys.exit(globals()[f"_{name}"](arguments))


def _make(arguments: list[str]) -> int:
    """GNU make itself, in the checkout."""
    targets = [each for each in arguments if "=" not in each] or ["help"]
    dry = ["-n"] if set(targets) <= set(DRY) else [part for done in _DONE for part in ("-o", done)]
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    return subprocess.run([_real("make"), *dry, *arguments], cwd=ROOT, env=environment, check=False).returncode


def _node(arguments: list[str]) -> int:
    """Node, but for osls: what it would deploy is written down."""
    if arguments and arguments[0].endswith("/osls"):
        sys.stdout.write(f"osls would run: {' '.join(arguments[1:])}\n")
        return REACHED
    return subprocess.run([_real("node"), *arguments], check=False).returncode


def _npx(arguments: list[str]) -> int:
    """osls: there is a serverless.yml here, and it has these parameters. tests/examples/test_gateways.py renders each example by osls."""
    assert arguments[:2] == ["osls", "deploy"], arguments
    source = Path("serverless.yml").read_text()
    given = [arguments[at + 1].partition("=")[0] for at, each in enumerate(arguments) if each == "--param"]
    return _missing(name for name in given if f"${{param:{name}" not in source)


def _npm(arguments: list[str]) -> int:
    """What would be installed is known to npm: the tests have it from there."""
    assert arguments[0] == "install", arguments
    folder = Path(arguments[arguments.index("--prefix") + 1] if "--prefix" in arguments else ".")
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "tests" / "clients" / "package-lock.json").read_text())["packages"]
    return _missing(name for name in wanted if f"node_modules/{name}" not in locked)


def _pip(arguments: list[str]) -> int:
    """Folders are there and can be built; the rest is known to PyPI: uv.lock has it from there, and this project is not there itself."""
    assert arguments[0] in {"install", "wheel"}, arguments
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    known = {each["name"] for each in packages if "registry" in each["source"]}
    values = [arguments[at + 1] for at, each in enumerate(arguments) if each == "--wheel-dir"]
    wanted = [re.split(r"[\[<>=~]", each)[0] for each in arguments[1:] if not each.startswith("-") and each not in values]
    return _missing(each for each in wanted if not (Path(each, "pyproject.toml").exists() if each.startswith(".") else each in known))


def _uvicorn(arguments: list[str]) -> int:
    """The app is imported; a server that stays is not begun."""
    from uvicorn.importer import import_from_string

    sys.path.insert(0, str(Path.cwd()))
    import_from_string(next(each for each in arguments if not each.startswith("-")))
    return 0


def _opa(arguments: list[str]) -> int:
    """The policy is checked instead of served."""
    assert arguments[:2] == ["run", "--server"], arguments
    return subprocess.run([str(ROOT / ".tools" / "opa" / "opa"), "check", arguments[-1]], check=False).returncode


def _idp(arguments: list[str]) -> int:
    """The command line of this checkout."""
    return subprocess.run([str(Path(sys.executable).with_name("idp")), *arguments], check=False).returncode


def _python(arguments: list[str]) -> int:
    """Python of this checkout, in the checkout. What talks to a server that stays is only imported."""
    if arguments[:1] == ["-m"] and arguments[1] in _TALKS:
        arguments = ["-c", f"import {arguments[1]}"]
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode


def _git(arguments: list[str]) -> int:
    """`git pull` has nothing to fetch."""
    return 0 if arguments == ["pull"] else 1


def _curl(arguments: list[str]) -> int:
    """Refused requests fail."""
    return subprocess.run([_real("curl"), "--fail-with-body", *arguments], check=False).returncode


def _aws(arguments: list[str]) -> int:
    """The operation and its parameters are those of AWS's own description; it is called where the account has what it is about."""
    import boto3
    import botocore.session
    from botocore import xform_name

    service, operation, *rest = arguments
    service = {"deploy": "codedeploy"}.get(service, service)
    session = botocore.session.get_session()
    waits = operation == "wait"
    given = _options(rest[1:] if waits else rest)
    client: Any = boto3.client(service)
    if waits:
        client.get_waiter(rest[0].replace("-", "_")).wait(**{_camel(name): value for name, value in given.items()})
        return 0
    model = session.get_service_model(service)
    shapes = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(shapes[operation]).input_shape
    assert shape, operation
    members: dict[str, Any] = shape.members
    names = {xform_name(name, "-"): name for name in members}
    parameters = {names[name]: _content(value) for name, value in given.items()}
    if os.environ.get("ONLY_LOOK") or operation in _NOT_OF_MOTO:
        return 0
    for name, value in parameters.items():
        if members[name].type_name == "timestamp":
            assert re.match(r"\d{4}-\d\d-\d\dT", str(value)), value
    getattr(client, operation.replace("-", "_"))(**parameters)
    return 0


def _options(words: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for at, word in enumerate(words):
        if word.startswith("--"):
            bare = at + 1 == len(words) or words[at + 1].startswith("--")
            found[word[2:].removeprefix("no-")] = (not word.startswith("--no-")) if bare else words[at + 1]
    return found


def _content(value: Any) -> Any:
    """The text of a file:// parameter, whose path is below the checkout."""
    path = str(value).partition("file://")[2]
    return (ROOT / path).read_text(encoding="utf-8") if path else value


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _missing(names: Any) -> int:
    for name in (found := list(names)):
        sys.stderr.write(f"There is no {name} here.\n")
    return 1 if found else 0


def _real(program: str) -> str:
    """The program itself: it is found without the folder of these ones."""
    others = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if part != os.environ["STUBS"])
    return shutil.which(program, path=others) or program


if __name__ == "__main__":
    main()
