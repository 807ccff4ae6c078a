"""The token endpoint: its phases, the grants, access tokens and the response."""
