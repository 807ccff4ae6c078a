"""The token endpoint: its phases, the grants, sender constraints and the response."""
