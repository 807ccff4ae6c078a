"""People: their accounts, profile claims, and links to subjects of other issuers."""
