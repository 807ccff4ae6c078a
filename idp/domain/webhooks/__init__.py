"""Webhooks: endpoints, signatures, and when an event is sent again."""
