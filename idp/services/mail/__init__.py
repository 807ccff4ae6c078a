"""Mail to people: the notices, and the port through which they are sent."""
