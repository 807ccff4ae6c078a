"""Organisations: their profile and policy, their members, and the domains that they proved."""
