"""What only `idp dev` runs: the server, the outbox, a demo app."""
