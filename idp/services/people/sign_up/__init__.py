"""Creating an account: the request for a mail, and the account that its code or link leads to.

The address comes first; password, name and terms come after its proof, so a stranger can put nothing into the account of another person
(threats G-11, O-01).
"""
