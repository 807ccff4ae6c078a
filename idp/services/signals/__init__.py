"""Shared signals: streams of receivers, what they get, and how it is sent. docs/shared-signals.md explains it."""
