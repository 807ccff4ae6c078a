"""Events for other systems: what they are called, and what they say."""
