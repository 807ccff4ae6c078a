"""OAuth: client authentication, grants and tokens."""

TEMPLATES = {
    "access_token.invalid": "The access token is invalid, expired or revoked.",
    "client.not_authenticated": "Client authentication failed.",
    "grant.invalid": "The code or refresh token is invalid, expired, revoked or was issued to another client.",
    "token.not_bound": "This client has to bind its tokens to a key or a certificate.",
}
