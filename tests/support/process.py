"""Child processes of the tests: started on a free port of loopback, awaited by polling, ended by their id, never left behind."""

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
    """A part that the tests need did not start; the message says why, and what to do."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on, and that nobody else is given while the process that is to have it starts."""
    # What is left of a connection that this end closed first keeps the port for a minute (TIME_WAIT): the system hands it to nobody who
    # asks for any port, but to a server that asks for this one (SO_REUSEADDR).
    with socket.create_server(("127.0.0.1", 0)) as probe, socket.create_connection(probe.getsockname()[:2]):
        probe.accept()[0].close()
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether something accepts connections on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Child:
    """One process whose output is kept, and whose end is certain: by `stop`, or when the interpreter ends."""

    def __init__(self, command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> None:
        self.command = list(command)
        # A file, not a pipe: what the process wrote before it answered is there to read when its answer is, and it never waits for us.
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
        """Everything it wrote so far, standard output and error as they came."""
        if self._output is None:
            return self._last_words
        return os.pread(self._output, os.fstat(self._output).st_size, 0).decode(errors="replace")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Polls `ready`; a process that ends meanwhile, or takes too long, is an error that shows its last words."""
        deadline = time.monotonic() + seconds
        while not ready():
            # Waiting for its end is the pause between two looks: an early death is seen at once.
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = self.process.wait(timeout=0.02)
                raise StartError(f"{what} ended with status {status} before it was ready:\n{self.output[-2000:]}")
            if time.monotonic() > deadline:
                said = self.output[-2000:]
                self.stop()
                raise StartError(f"{what} was not ready after {seconds:.0f} s:\n{said}")

    def stop(self) -> None:
        """Ends it by its id: politely, then for certain."""
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
    """A process that listens on `port` inside the `with`, and is gone after it."""
    child = Child(command, cwd=cwd, env=env)
    try:
        child.wait_until(lambda: listens(port), seconds=seconds, what=what)
        yield child
    finally:
        child.stop()
