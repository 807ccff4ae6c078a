"""The audit chain: events are bound together, each hour is signed, and a reader can check that nothing was changed or removed."""
