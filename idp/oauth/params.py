"""The parameters of a request, as a `typing.Protocol`. This package therefore imports no web framework."""

from __future__ import annotations

from typing import Protocol


class Params(Protocol):
    """Parameters, each at most once. One without a value counts as omitted everywhere (RFC 6749 §3.1, §3.2)."""

    def get(self, name: str) -> str | None:
        """The value, or None."""
        ...

    def one(self, name: str) -> str:
        """The value; invalid_request when it is missing."""
        ...

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter that may be repeated."""
        ...

    def every(self) -> list[tuple[str, tuple[str, ...]]]:
        """All parameters that have a value, with all their values."""
        ...

    def __contains__(self, name: object) -> bool:
        """Whether it was sent with a value."""
        ...
