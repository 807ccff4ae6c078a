"""Access control: roles and groups, versions of policies, scopes that only admins give, the texts of scopes, trusted issuers.

`tenancy` has the scope of an administrative act: the whole deployment, or one organisation.
"""
