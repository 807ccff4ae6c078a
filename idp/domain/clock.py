"""The types of the clock and of the source of ids. They are passed in, so that tests can control them."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], int]
"""Seconds since the epoch (UTC)."""

NewId = Callable[[], str]
"""A new unguessable identifier of at least 128 bits, URL-safe, without '#'."""
