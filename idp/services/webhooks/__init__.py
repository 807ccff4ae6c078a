"""Webhooks: endpoints, what they get, sending, and what was given up. docs/webhooks.md explains it."""
