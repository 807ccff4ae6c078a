"""Versions of resources that admins change (RFC 9110 §13.1)."""

from __future__ import annotations

ABSENT = -1
"""In a set of versions that a caller accepts: the resource does not exist (If-None-Match: *)."""
