"""Verification of tokens outside the provider: one table of cases for every place, the gateway, the library by itself."""
