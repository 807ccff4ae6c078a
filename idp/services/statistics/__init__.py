"""Numbers of each hour: how the stream of changes adds to them, and how admins read them."""
