"""People: the user, the email address, the standard claims of a profile, attributes, and consent to an app."""
