"""Use cases: what a person, an app or an admin can do. They know the store and the domain, and neither HTTP nor the protocol."""
