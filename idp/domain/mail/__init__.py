"""Values of mails that all senders share."""
