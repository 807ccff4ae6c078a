"""Tokens: the grant that they stand on, and rules for proofs and assertions."""
