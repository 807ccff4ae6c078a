"""Tokens: how they are issued, signed, encrypted and verified."""
