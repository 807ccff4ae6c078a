"""The relying party: `idp.services.upstream`."""
