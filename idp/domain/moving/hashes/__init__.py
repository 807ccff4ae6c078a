"""Hashes in the notations of vendors. Each module converts one vendor's to a text that `hash_notations` reads.

The text goes to `ForeignHashes.accept`, which checks bounds and prepares it for the store. Every function raises ForeignHashError for what
it cannot convert.
"""
