"""Signing keys, sealing keys, the data key and the RP ID: how they are stored, cached and rotated.

`jose` and `jose_encryption` are the only modules of the services that import joserfc.
"""
