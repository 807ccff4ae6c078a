"""Sessions and grants of a person: how they begin, what they allow, how they end."""
