"""Signing keys, sealing keys, the data key and the RP ID: how they are stored, cached and rotated."""
