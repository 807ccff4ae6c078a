"""Endpoints that take an access token or tell about one: UserInfo, introspection, revocation."""
