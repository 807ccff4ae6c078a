"""Factors: passwords, TOTP, recovery codes, known devices, and the limits on wrong attempts."""
