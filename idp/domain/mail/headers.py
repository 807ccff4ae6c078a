"""Header lines that every mail has, whatever sends it."""

AUTOMATIC = {"Auto-Submitted": "auto-generated"}
"""RFC 3834 §5: no person wrote this mail, so programs such as out-of-office notices do not answer it."""
