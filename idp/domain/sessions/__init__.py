"""Sessions: the facts that a sign-in proved, and what is due next."""
