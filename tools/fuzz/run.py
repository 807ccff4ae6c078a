"""Runs libFuzzer on a target, in a process of its own that has the parsers loaded already."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.fuzz.target import Target
from tools.locked import ROOT

INSTALLED = ROOT / ".tools" / "fuzz" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
COUNTED = ["idp", "fido2", "joserfc", "authlib"]
"""Packages whose branches guide the fuzzer."""


def load() -> tuple[Any, dict[str, Target]]:
    """Return atheris, which `make fuzz` installs, and the targets with counters in their branches."""
    sys.path.append(str(INSTALLED))
    fuzzer: Any = import_module("atheris")
    logging.disable()
    with fuzzer.instrument_imports(include=COUNTED):
        from tools.fuzz.targets import TARGETS

        for target in TARGETS.values():
            for seed in target.seeds:
                target.run(seed)  # what a parser imports late is counted too
    return fuzzer, TARGETS


def run(fuzzer: ModuleType | Any, target: Target, folder: Path, options: Sequence[str], log: Path) -> int:
    """Fuzz one target in a forked process, which writes into `log`. Returns its exit status: 0 if there is no finding."""
    for seed in target.seeds:
        (folder / hashlib.sha256(seed).hexdigest()[:40]).write_bytes(seed)
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(written, 1)
        os.dup2(written, 2)
        fuzzer.Setup(["fuzz", str(folder), *options], target.run)
        fuzzer.Fuzz()
    finally:
        os._exit(70)  # libFuzzer ends the process itself
