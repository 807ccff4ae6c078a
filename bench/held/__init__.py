"""Load held for minutes: no error, flat memory, no descriptor leak, and refreshes beside sign-ins that hash (docs/performance.md)."""
