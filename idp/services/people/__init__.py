"""People: their accounts, changes by admins, and links to subjects of other issuers."""
