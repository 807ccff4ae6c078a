"""Endpoints that accept an access token or answer about one: UserInfo, introspection, revocation."""
