"""The authorization endpoint: where a request comes from, what it must be, and how it is answered."""
