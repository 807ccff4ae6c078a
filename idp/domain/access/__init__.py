"""Access control: roles, groups and versions of policies."""
