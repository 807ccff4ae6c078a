"""The audit chain: events are bound together, each hour is signed, and anybody can check that nothing was changed or removed."""
