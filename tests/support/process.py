"""Child processes of tests. They are started on a free port of loopback, polled until they answer, and ended by their id."""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path


class StartError(RuntimeError):
    """A program that tests need did not start. The message contains the reason and the command that helps."""


def free_port() -> int:
    """A free TCP port of 127.0.0.1. The system gives it to no other process for about a minute."""
    # A connection that this end closed first keeps the port for a minute (TIME_WAIT). The system does not give it to a process that asks
    # for any port, but a server that asks for this one gets it (SO_REUSEADDR).
    with socket.create_server(("127.0.0.1", 0)) as probe, socket.create_connection(probe.getsockname()[:2]):
        probe.accept()[0].close()
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether something accepts connections on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Child:
    """One process with its output. It ends with `stop`, or with the interpreter at the latest."""

    def __init__(self, command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> None:
        self.command = list(command)
        # A file and not a pipe: earlier output can be read as soon as the process answers, and the process never blocks on a full pipe.
        self._output: int | None
        self._output, path = tempfile.mkstemp(prefix="idp-test-output-")
        Path(path).unlink()
        self._last_words = ""
        self.started = time.perf_counter()
        try:
            self.process = subprocess.Popen(
                self.command,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
            )
        except OSError as problem:
            os.close(self._output)
            raise StartError(f"cannot start {self.command[0]}: {problem}") from problem
        atexit.register(self.stop)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def output(self) -> str:
        """Standard output and standard error so far, in order."""
        if self._output is None:
            return self._last_words
        return os.pread(self._output, os.fstat(self._output).st_size, 0).decode(errors="replace")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Poll `ready`. Raises StartError with the last output if the process ends or takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while not ready():
            # The wait for its end is the pause between two polls, so an early end is noticed at once.
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = self.process.wait(timeout=0.02)
                raise StartError(f"{what} ended with status {status} before it was ready:\n{self.output[-2000:]}")
            if time.monotonic() > deadline:
                said = self.output[-2000:]
                self.stop()
                raise StartError(f"{what} was not ready after {seconds:.0f} s:\n{said}")

    def stop(self) -> None:
        """End it by its id: first with SIGTERM, after five seconds with SIGKILL."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._output is not None:
            self._last_words = self.output
            os.close(self._output)
            self._output = None
        atexit.unregister(self.stop)


@contextlib.contextmanager
def serving(
    command: Sequence[str], port: int, *, what: str, cwd: Path | None = None, env: Mapping[str, str] | None = None, seconds: float = 60
) -> Iterator[Child]:
    """A process that listens on `port` inside the `with` and is ended after it."""
    child = Child(command, cwd=cwd, env=env)
    try:
        child.wait_until(lambda: listens(port), seconds=seconds, what=what)
        yield child
    finally:
        child.stop()
