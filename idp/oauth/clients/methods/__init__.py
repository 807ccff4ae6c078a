"""How a client proves who it is, other than by a secret: a module per method of RFC 7523 and RFC 8705, loaded when it is first used.

Each has `prove(provider, given, client)`, which raises InvalidClient with a detail for the log: the caller learns no reason.
"""
