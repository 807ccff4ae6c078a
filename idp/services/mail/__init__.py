"""Mail to people: notices about their account, and the interface through which mails are sent."""
