"""Passkeys (WebAuthn Level 3): what is stored of one, and the checks of sections 7.1 and 7.2 that need no cryptography.

`response` parses what a browser sent, `client_data` and `authenticator` check it, `public_key` says which keys are accepted.
"""
