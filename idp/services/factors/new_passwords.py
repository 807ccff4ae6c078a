"""New passwords: the one place where they are checked and hashed, for the account page, the admin API and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.factors import common_passwords, password_policy

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.services.factors.breached_passwords import BreachedPasswords
    from idp.services.factors.passwords import Passwords
    from idp.settings import Settings


class NewPasswords:
    """Checks a password that is set now (NIST SP 800-63B-4 §3.1.1.2). A sign-in does not use this class."""

    def __init__(self, settings: Settings, passwords: Passwords, breached: BreachedPasswords) -> None:
        self._settings, self._passwords, self._breached = settings, passwords, breached

    def minimum(self, user: User) -> int:
        """Return how many characters a new password of this user needs: fewer if the user has a second factor, or must have one."""
        s = self._settings
        return s.password_min_length_mfa if user.needs_second_factor else s.password_min_length

    def require_acceptable(self, password: str, user: User, *, field: str, app: str = "") -> None:
        """Check the password by what is known here. `app`: the name of the app that the person comes from.

        Raises:
            Invalid: it is refused. `field`: the name of the form's field, for the error.
        """
        problem = password_policy.problem(
            password, minimum=self.minimum(user), email=user.email, names=(self._settings.brand, app),
            blocklist=common_passwords.blocklist(),
        )  # fmt: skip
        if problem:
            raise Invalid(problem, field=field)
        if self._breached.in_file(password_policy.normalise(password)):
            raise Invalid("password.breached", field=field)

    def hash(self, password: str, user: User, *, field: str, app: str = "") -> str:
        """Return the hash of an acceptable password. Here, and nowhere else, the service of breached passwords is asked.

        Raises:
            Invalid: see `require_acceptable`, or the service lists it.
            Unavailable: too many passwords are being hashed.
        """
        self.require_acceptable(password, user, field=field, app=app)
        normalised = password_policy.normalise(password)
        if self._breached.in_service(normalised):
            raise Invalid("password.breached", field=field)
        return self._passwords.hash(normalised)
