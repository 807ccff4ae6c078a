"""SCIM 2.0 (RFC 7644): the clients that admins manage, and what these clients do with their people and groups.

A `ScimClient` is the scope of authority of each verb: what it did not make does not exist for it (threats P-02, P-03).
"""
