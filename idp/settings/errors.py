"""What is raised for a wrong setting."""


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which and what to set."""
