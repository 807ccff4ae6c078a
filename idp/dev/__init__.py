"""What only `idp dev` runs: the embedded store, the outbox, a demo app. Nothing here is deployed."""
