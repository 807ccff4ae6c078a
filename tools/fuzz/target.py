"""A target of the fuzzer: a parser, the errors by which it refuses, and inputs to begin with."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Target(NamedTuple):
    """`call`: gets any bytes. It may raise `refusals`; every other exception is a finding, as is a false assertion."""

    call: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...] = ()
    seeds: tuple[bytes, ...] = ()

    def run(self, data: bytes) -> None:
        """Call the parser. A refusal is no finding."""
        try:
            self.call(data)
        except self.refusals:
            return


def text_of(data: bytes) -> str:
    """Return a text for each input. Bytes that are no UTF-8 become lone surrogates, which JSON can hold (RFC 8259 §8.2)."""
    return data.decode("utf-8", "surrogateescape")


def json_of(data: bytes) -> Any:
    """Return the value if the input is JSON, as `json.loads` reads it, else None."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def chosen(data: bytes, among: int) -> tuple[int, bytes]:
    """Return a number below `among` by the first byte, and the rest."""
    return (data[0] if data else 0) % among, data[1:]
