"""Tools around the code: what they do on a machine that lacks something, and the direction of imports."""
