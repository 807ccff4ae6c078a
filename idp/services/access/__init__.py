"""Access control: roles, groups, policies, trusted issuers, and the decisions made from them."""
