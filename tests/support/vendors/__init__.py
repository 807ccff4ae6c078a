"""Exports of other systems, as their vendors document them: a thousand people each, of all kinds that a real one has."""
