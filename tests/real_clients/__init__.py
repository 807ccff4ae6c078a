"""Clients that others wrote, over HTTP against the running provider on real engines: what they check, somebody else has thought of."""
