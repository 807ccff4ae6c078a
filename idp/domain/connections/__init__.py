"""Connections: the upstream providers by which people sign in."""
