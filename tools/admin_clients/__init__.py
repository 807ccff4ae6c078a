"""Writes the typed clients of the admin API in packages/ from the OpenAPI document: python -m tools.admin_clients."""
