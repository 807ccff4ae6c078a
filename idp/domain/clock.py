"""Time and chance come in from outside, so that tests can hold them."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], int]
"""Seconds since the epoch (UTC)."""

NewId = Callable[[], str]
"""A new unguessable identifier of at least 128 bits, URL-safe, without '#'."""
