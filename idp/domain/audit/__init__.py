"""The audit trail: events and filters of events."""
