"""The type of a rule."""

Rule = tuple[object, str]
"""Whether it holds (any true value), and what to set if it does not."""
