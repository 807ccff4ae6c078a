"""One grant per file, each a function from a request to a token response. No implicit, no password grant (RFC 9700 §2.1.2, §2.4)."""
