"""Programs that the pages name, without an account or a package index: `python -m tests.printed.stubs NAME …`.

Each checks its arguments as the real program would, and ends with 0, or with a message and 1.
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
"""The status of osls where it would start to deploy."""
DRY = {
    "advisories": "asks osv.dev; tests/tooling/test_advisories.py has a snapshot",
    "bench": "takes minutes; its options are read (tests/printed/test_commands.py)", "clean": "would remove what these tests run with",
    "faults": "takes an hour; tests/faults runs a sample",
    "versions": "takes ten minutes; tests/tooling/test_item_shapes.py is what the tests have of it",
    "dev": "serves until it is ended; tests/integration/test_dev.py runs it", "format": "would change the checkout",
    "fuzz": "takes minutes; tests/tooling/test_fuzz_targets.py calls each target",
    "languages": "may change the catalogues; tests/unit/test_translations.py runs its parts",
    "lint": "takes minutes", "package": "takes a minute and downloads; tests/functions/test_package.py runs it",
    "setup": "has been done, or these tests would not run", "test": "would run these tests again",
    ".tools/opa/.stamp": "builds for minutes; tests/examples/test_opa.py needs it",
}  # fmt: skip
"""Targets of the Makefile that are only expanded (`make -n`), with the reason."""
_DONE = ("lint", "package", ".venv/.stamp", "tests/clients/node_modules/.stamp")
"""Prerequisites of a deployment that count as done."""

_TALKS = {"examples.mcp_server.agent"}
"""Modules that need the server of the line before. tests/examples/test_mcp_server.py runs both."""
_NOT_OF_MOTO = {"schedule-key-deletion"}
"""Operations at which moto fails without a parameter that AWS has a default for."""


def main() -> None:
    """Be the program that the first argument names."""
    name, *arguments = sys.argv[1:]
    sys.exit(globals()[f"_{name}"](arguments))


def _make(arguments: list[str]) -> int:
    """Run GNU make in the checkout."""
    targets = [each for each in arguments if "=" not in each] or ["help"]
    dry = ["-n"] if set(targets) <= set(DRY) else [part for done in _DONE for part in ("-o", done)]
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    return subprocess.run([_real("make"), *dry, *arguments], cwd=ROOT, env=environment, check=False).returncode


def _node(arguments: list[str]) -> int:
    """Run node. osls only prints what it would deploy."""
    if arguments and arguments[0].endswith("/osls"):
        sys.stdout.write(f"osls would run: {' '.join(arguments[1:])}\n")
        return REACHED
    return subprocess.run([_real("node"), *arguments], check=False).returncode


def _npx(arguments: list[str]) -> int:
    """Check that there is a serverless.yml, and that it has these parameters. tests/examples/test_gateways.py renders each example."""
    assert arguments[:2] == ["osls", "deploy"], arguments
    source = Path("serverless.yml").read_text()
    given = [arguments[at + 1].partition("=")[0] for at, each in enumerate(arguments) if each == "--param"]
    return _missing(name for name in given if f"${{param:{name}" not in source)


def _npm(arguments: list[str]) -> int:
    """Check that the package is a dependency of the tests' package.json."""
    assert arguments[0] == "install", arguments
    folder = Path(arguments[arguments.index("--prefix") + 1] if "--prefix" in arguments else ".")
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "tests" / "clients" / "package-lock.json").read_text())["packages"]
    return _missing(name for name in wanted if f"node_modules/{name}" not in locked)


def _pip(arguments: list[str]) -> int:
    """Check that folders exist and can be built, and that other packages are in uv.lock."""
    assert arguments[0] in {"install", "wheel"}, arguments
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    known = {each["name"] for each in packages if "registry" in each["source"]}
    values = [arguments[at + 1] for at, each in enumerate(arguments) if each == "--wheel-dir"]
    wanted = [re.split(r"[\[<>=~]", each)[0] for each in arguments[1:] if not each.startswith("-") and each not in values]
    return _missing(each for each in wanted if not (Path(each, "pyproject.toml").exists() if each.startswith(".") else each in known))


def _uvicorn(arguments: list[str]) -> int:
    """Import the app instead of serving it."""
    from uvicorn.importer import import_from_string

    sys.path.insert(0, str(Path.cwd()))
    import_from_string(next(each for each in arguments if not each.startswith("-")))
    return 0


def _opa(arguments: list[str]) -> int:
    """Check the policy instead of serving it."""
    assert arguments[:2] == ["run", "--server"], arguments
    return subprocess.run([str(ROOT / ".tools" / "opa" / "opa"), "check", arguments[-1]], check=False).returncode


def _idp(arguments: list[str]) -> int:
    """Run the command line of this checkout."""
    return subprocess.run([str(Path(sys.executable).with_name("idp")), *arguments], check=False).returncode


def _python(arguments: list[str]) -> int:
    """Run Python in the checkout. A module that needs a server is only imported."""
    if arguments[:1] == ["-m"] and arguments[1] in _TALKS:
        arguments = ["-c", f"import {arguments[1]}"]
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode


def _git(arguments: list[str]) -> int:
    """Accept `git pull`."""
    return 0 if arguments == ["pull"] else 1


def _curl(arguments: list[str]) -> int:
    """Run curl, which fails if the request is refused."""
    return subprocess.run([_real("curl"), "--fail-with-body", *arguments], check=False).returncode


def _aws(arguments: list[str]) -> int:
    """Check operation and parameters against AWS's description, and call moto if the account has the resource."""
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
    """Return the content of a file:// parameter below the checkout."""
    path = str(value).partition("file://")[2]
    return (ROOT / path).read_text(encoding="utf-8") if path else value


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _missing(names: Any) -> int:
    for name in (found := list(names)):
        sys.stderr.write(f"There is no {name} here.\n")
    return 1 if found else 0


def _real(program: str) -> str:
    """Return the path of the real program, which is not in the folder of these stubs."""
    others = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if part != os.environ["STUBS"])
    return shutil.which(program, path=others) or program


if __name__ == "__main__":
    main()
