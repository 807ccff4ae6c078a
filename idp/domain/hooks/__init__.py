"""Hooks: what decides about registrations and sign-ins, and adds claims, beside this provider (docs/hooks.md)."""
