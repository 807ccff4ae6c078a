"""One grant per file: a class that implements `idp.oauth.token.grant.GrantHandler`. No implicit and no password grant (RFC 9700 §2)."""
