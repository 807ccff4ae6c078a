"""Deployed functions under Lambda's own runtime client, on loopback."""
