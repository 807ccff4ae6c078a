"""Just-in-time migration: the password of a person who comes from another system is checked there once, then kept here as a hash."""
