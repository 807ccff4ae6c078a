"""Connections: the people who sign in by them, their links, and what the sign-in page shows of them."""
