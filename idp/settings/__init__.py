"""Every setting, from environment variables with the prefix IDP_. docs/settings.md lists them; a test compares the two.

`settings` has the object, `load` reads the environment, `rules` has a module for each concern, which says what a value may be.
"""

from idp.settings.errors import SettingsError
from idp.settings.load import OF_TESTS, OF_THE_AUTHORIZER, PREFIX, load
from idp.settings.rules.hashing import ARGON2_FLOOR
from idp.settings.settings import Settings

__all__ = ["ARGON2_FLOOR", "OF_TESTS", "OF_THE_AUTHORIZER", "PREFIX", "Settings", "SettingsError", "load"]
