"""Tickets: the stored half of a mail that contains a link and a code."""
