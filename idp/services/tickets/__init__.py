"""Tickets: issuing them, checking links and codes, and the limits on asking."""
