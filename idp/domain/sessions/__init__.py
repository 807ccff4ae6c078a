"""Sessions: the facts that a sign-in proved, and the table of steps that decides what is due next."""
