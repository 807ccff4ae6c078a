"""The audit trail: what an event says, and how a list of events is narrowed."""
