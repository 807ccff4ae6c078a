"""Clients of the protocol: how one is identified, authenticated and registered."""
