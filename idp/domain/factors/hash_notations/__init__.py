"""Foreign hashes as text: Ory Kratos' notation where it has one, the usual one otherwise (docs/moving.md, Hashes).

`notation.py` reads and writes; each other module has the notations of some schemes.
"""
