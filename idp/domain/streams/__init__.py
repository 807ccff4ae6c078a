"""Changes of items, as the streams of the tables tell them."""
