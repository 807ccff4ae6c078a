"""SAML messages: what counts and what is refused."""
