"""The CloudFormation template that serverless.yml stands for, as osls renders it: no account, no network, nothing built.

    python tools/cloudformation.py OUT.json [STAGE]

osls wants the archives that it would upload; it is given empty ones, in a folder of its own, so that none of them is ever deployed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
OSLS = ROOT / "tests" / "clients" / "node_modules" / ".bin" / "osls"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short functions (`!Ref`) as plain values: here nothing but the archives' paths is looked for."""


_Loader.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None)


def artifacts(config: Any) -> Iterator[str]:
    """The archives that a configuration names, of the service and of single functions."""
    packages = [config.get("package"), *((function or {}).get("package") for function in (config.get("functions") or {}).values())]
    yield from (package["artifact"] for package in packages if package and "artifact" in package)


def render(stage: str = "prod") -> str:
    """The template as JSON."""
    if not OSLS.exists():
        raise SystemExit("osls is not installed; install it with: make setup")
    # No subclass of SafeLoader makes objects, and the file is ours.
    config = yaml.load((ROOT / "serverless.yml").read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    with tempfile.TemporaryDirectory(prefix="idp-cloudformation-") as folder:
        beside = Path(folder)
        for entry in ROOT.iterdir():
            if entry.name not in {"dist", "build", ".serverless", ".git"}:
                (beside / entry.name).symlink_to(entry)
        for artifact in artifacts(config):
            (beside / artifact).parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(beside / artifact, "w") as empty:
                empty.writestr("empty", "")
        (beside / "serverless.yml").unlink()
        shutil.copy(ROOT / "serverless.yml", beside)
        done = subprocess.run(
            [str(OSLS), "package", "--stage", stage, "--package", str(beside / ".rendered")],
            cwd=beside,
            env={**os.environ, "SLS_NOTIFICATIONS_MODE": "off", "SLS_TRACKING_DISABLED": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"osls cannot render serverless.yml:\n{done.stdout}{done.stderr}")
        return (beside / ".rendered" / "cloudformation-template-update-stack.json").read_text(encoding="utf-8")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(*sys.argv[2:3]), encoding="utf-8")
