"""Finding people by rows that the stream of changes keeps (docs/decisions/0014)."""
