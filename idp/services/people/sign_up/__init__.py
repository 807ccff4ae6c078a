"""Creating one's own account: the request for a mail, and the account that its code or link leads to.

The address comes first; password, name and terms come after its proof, so that a stranger can plant nothing in the account of somebody else
(threats G-11, O-01).
"""
