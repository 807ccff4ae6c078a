"""Coverage-guided fuzzing of the parsers of outside input. `make fuzz` (docs/testing.md)."""
