"""Factors: the rules for passwords, TOTP, recovery codes and known devices, and for the wait after wrong attempts (locks).

`data` holds the list of common passwords.
"""
