"""Access control: roles, groups, policies, trusted issuers, and the decisions made from them.

`admin_protection` keeps callers with fewer rights from changing an admin.
"""
