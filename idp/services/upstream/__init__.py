"""The sign-in at an upstream provider: this provider is the relying party (OIDC Core §3.1, RFC 6749 §4.1, RFC 9700).

Nothing here is imported before the first sign-in by a connection begins.
"""
