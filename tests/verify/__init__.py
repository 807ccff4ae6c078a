"""Verification of tokens outside the provider: one table of cases for every adapter, the gateway, and the library alone."""
