"""Which objects a declarative file manages."""
