"""Requests of the protocol, parsed: authorization, device, scope, claims."""
