"""Sessions and grants of a user: how they begin, what they allow, how they end."""
