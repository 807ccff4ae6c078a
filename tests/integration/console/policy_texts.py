"""Policies and their schema, for tests of the editor and of names."""

from __future__ import annotations

SCHEMA = """entity Role; entity User in [Role]; entity Client; entity Document;
action read appliesTo { principal: [User, Client], resource: Document };"""
READERS = '@id("readers")\npermit(principal in Role::"reader", action == Action::"read", resource);'
