"""Tokens: how they are issued, verified and revoked."""
