"""Sender constraints: the key or certificate that the caller shows and that tokens are bound to (RFC 9449, RFC 8705)."""
