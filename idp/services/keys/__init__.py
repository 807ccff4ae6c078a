"""Keys: signing keys, sealing keys and the data key, in memory and through their life."""
