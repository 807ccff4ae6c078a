"""Verification of tokens and decisions about access, for any API: the standard library and `cryptography`, nothing else of this package."""
