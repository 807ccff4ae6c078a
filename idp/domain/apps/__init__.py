"""Apps: the client with its redirect URIs, grant types, FAPI profile and signing algorithm.

Also claim mappings, and the access that a user gave to an app.
"""
