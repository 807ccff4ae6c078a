"""The audit trail: how events are written and how they are read."""
