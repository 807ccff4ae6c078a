"""Client authentication other than by a secret: one module per method of RFC 7523 and RFC 8705. Each loads when it is first used.

Each has `prove(provider, sent, client)`, which raises InvalidClient with the reason for the log only.
"""
