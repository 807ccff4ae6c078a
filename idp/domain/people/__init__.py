"""People: the user, the address, attributes, consent."""
