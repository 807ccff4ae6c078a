"""Processor time and memory of child processes, as Linux counts them."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

_KB = 1024
_OFTEN = 0.1


class Ended(NamedTuple):
    """A process that ended. `seconds` on the wall, `cpu` in seconds of processor time, `memory_mb` at most."""

    status: int
    seconds: float
    cpu: float
    memory_mb: float


def watch(process: subprocess.Popen[bytes], tell: Callable[[float], None]) -> Ended:
    """Wait for the end of a child and call `tell` with the seconds so far. If this process is interrupted, the child is ended."""
    started = told = time.monotonic()
    try:
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            now = time.monotonic()
            if pid:
                break
            if now - told > 1:
                told = now
                tell(now - started)
            time.sleep(_OFTEN)
    except BaseException:  # Ctrl-C too: no process is left, and the error is raised again
        process.terminate()
        process.wait()
        raise
    process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(process.returncode, now - started, used.ru_utime + used.ru_stime, used.ru_maxrss / _KB)


@contextmanager
def on_core(place: int) -> Iterator[None]:
    """Let processes that are started within run on one core only: the first (0) or the second (1) of those that this process may use.

    So an engine and a command do not interrupt each other. It changes nothing where there are fewer cores, or no such call (macOS).
    """
    usual = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if place >= len(usual) or len(usual) == 1:
        yield
        return
    os.sched_setaffinity(0, {usual[place]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usual)


def child_with(argument: str) -> int:
    """Return the id of the child process of this one whose command has this argument. 0 where there is no /proc."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            if argument.encode() in (folder / "cmdline").read_bytes().split(b"\0") and _parent(folder) == os.getpid():
                return int(folder.name)
    return 0


def children(pid: int) -> list[int]:
    """Return the ids of the child processes of this process. Empty where there is no /proc."""
    found = list[int]()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            if _parent(folder) == pid:
                found.append(int(folder.name))
    return found


def _parent(folder: Path) -> int:
    return int((folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])


def cpu_of(pid: int) -> float:
    """Return the seconds of processor time of a process so far, to the nanosecond (`/proc/PID/task/*/schedstat`). 0 without it."""
    taken = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):  # the thread ended meanwhile
            taken += int(file.read_text("ascii").split()[0])
    return taken / 1e9


def children_cpu() -> float:
    """Return the processor time in seconds of all children that run: the engine. 0 where there is no /proc."""
    own, ticks = os.getpid(), 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == own:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
