"""Tokens: the grant that they depend on, and the one rule that decides whether a grant or token is live.

Also half hashes, ID-JAG targets, and the algorithms that are accepted from others.
"""
