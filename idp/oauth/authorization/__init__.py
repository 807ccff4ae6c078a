"""Authorization requests: where their parameters come from, their checks, and the responses."""
