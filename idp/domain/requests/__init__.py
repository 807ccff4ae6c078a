"""Requests of the protocol, parsed: authorization, device, scope, claims, authorization details, PKCE.

The rules that need the store or a client's registration are in `idp.oauth`.
"""
