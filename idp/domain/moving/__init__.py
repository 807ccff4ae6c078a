"""Moving people in and out: the formats of other systems."""
