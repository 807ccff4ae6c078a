"""Algorithms that DPoP proofs, client assertions, request objects and trusted issuers may sign with (RFC 8725 §3.1, RFC 9449 §5.1)."""

from __future__ import annotations

ALGORITHMS = ("ES256", "PS256", "RS256", "Ed25519", "EdDSA")
"""EdDSA is the name that Ed25519 had before RFC 9864, and no other curve."""
