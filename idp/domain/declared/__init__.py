"""Objects that a declarative file manages."""
