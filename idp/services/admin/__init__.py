"""Cursors and idempotency, which all lists and POST requests of the admin API use."""
