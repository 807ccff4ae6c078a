"""Fuzzes every parser of outside input: `make fuzz ARGS="--minutes 60"`.

Each target runs in a process of its own for its share of the time. The inputs that reached something new are kept outside the repository
and are the beginning of the next run. A finding is the input that caused another error than a refusal, or took ten seconds; it is kept
beside them, and the command ends with 1. The fuzzer has wheels for Linux on x86-64 only.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tools.fuzz.run import INSTALLED, load, run

CORPUS = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "idp-fuzz"
SECONDS_EACH, LARGEST, MEMORY_MB = 10, 4096, 2048
"""Limits of an input: seconds, bytes, and MB of the process."""


class Ended(NamedTuple):
    """What became of a target: inputs that were run, inputs that are kept, and the files with findings. `log`: what libFuzzer said."""

    executions: int
    kept: int
    findings: list[Path]
    log: str


def fuzz(name: str, seconds: int, corpus: Path, start: Callable[[Path, list[str], Path], int]) -> Ended:
    """Run one target. `start`: runs libFuzzer with a folder of inputs, options and a file for its log, and returns its status."""
    place = re.sub(r"\W+", "-", name)
    kept, found = corpus / place, corpus / "findings" / place
    for folder in (kept, found):
        folder.mkdir(parents=True, exist_ok=True)
    before, log = set(found.iterdir()), corpus / f"{place}.log"
    status = start(
        kept,
        [
            f"-max_total_time={seconds}", f"-timeout={SECONDS_EACH}", f"-rss_limit_mb={MEMORY_MB}", f"-max_len={LARGEST}",
            f"-artifact_prefix={found}/", "-print_final_stats=1",
        ],
        log,
    )  # fmt: skip
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    ran = re.search(r"number_of_executed_units: (\d+)", said)
    new = sorted(set(found.iterdir()) - before)
    if (status and not new) or not ran:
        sys.exit(f"{name}: the fuzzer did not run to its end\n{said[-3000:]}")
    return Ended(int(ran[1]), len(list(kept.iterdir())), new, said)


def main() -> None:
    """Run the chosen targets one after the other, and print a table."""
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=…", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="of all targets together (10)")
    parser.add_argument("--only", action="append", metavar="TARGET", help="one target; may be repeated")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help=f"where inputs are kept ({CORPUS})")
    chosen = parser.parse_args()
    if not INSTALLED.is_dir():
        sys.exit(f"atheris is not installed in {INSTALLED}: run make fuzz")
    fuzzer, targets = load()
    names = chosen.only or list(targets)
    if unknown := set(names) - targets.keys():
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(targets)}")
    seconds = max(1, round(chosen.minutes * 60 / len(names)))
    findings, executions = 0, 0
    print(f"{'target':<34} {'executions':>12} {'kept':>6}  findings", flush=True)
    for name in names:
        ended = fuzz(name, seconds, chosen.corpus, lambda *where, it=targets[name]: run(fuzzer, it, *where))
        executions += ended.executions
        findings += len(ended.findings)
        print(f"{name:<34} {ended.executions:>12,} {ended.kept:>6}  {', '.join(map(str, ended.findings)) or '-'}", flush=True)
        if ended.findings:
            print(ended.log[ended.log.find("=== Uncaught") :][:3000], flush=True)
    print(f"{'all':<34} {executions:>12,} {'':>6}  {findings}")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
