"""The commands around the code: what they promise on a machine that lacks something, and the direction of imports."""
