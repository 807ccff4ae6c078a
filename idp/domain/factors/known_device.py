"""A known device: a browser in which an account signed in before (`services.factors.known_devices`)."""

from __future__ import annotations

LIFETIME = 400 * 86400
"""Seconds. Browsers keep cookies no longer than this (RFC 6265bis §5.5)."""
