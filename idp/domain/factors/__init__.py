"""Factors: rules for passwords, TOTP, recovery codes and failed attempts."""
