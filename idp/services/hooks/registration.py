"""What hooks decide about a new account: by sign-up, by an invitation, or by the first sign-in through a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.hooks.asking import AskHooks
    from idp.settings import Settings

BY_SIGN_UP, BY_INVITATION, BY_CONNECTION = "sign_up", "invitation", "connection"


class RegistrationHooks:
    """Asks before an account is written. With IDP_HOOKS=off it does nothing and loads nothing."""

    def __init__(self, settings: Settings, hooks: Callable[[], AskHooks], audit: Audit, clock: Clock) -> None:
        self._settings, self._hooks, self._audit, self._clock = settings, hooks, audit, clock

    def require_allowed(
        self, user: User, client: Client | None, *, how: str, origin: Origin, connection: str = "", client_id: str = ""
    ) -> None:  # fmt: skip
        """Return if the account may be made. `user`: as it will be written. `client_id`: the app, if `client` was not read.

        Raises:
            Invalid: a hook denied it, or gave no answer and must.
            Unavailable: the hooks cannot be read.
        """
        if self._settings.hooks != "on":
            return
        from idp.domain.hooks.answer import DENIED
        from idp.domain.hooks.hook import REGISTRATION
        from idp.services.hooks import facts

        app = client.id if client else client_id

        def told() -> facts.Facts:
            more = {"how": how, "connection": connection or None}
            return facts.of(
                user=user, client=client, client_id=app, origin=origin, now=self._clock(), is_new=True, registration=more
            )  # fmt: skip

        decision = self._hooks().ask_decision(REGISTRATION, app, told, origin)
        if decision.outcome == DENIED:
            self._audit.record(
                "user.sign_up_refused", outcome="failure", reason="hook", origin=origin, client_id=app, hook=decision.hook,
                answer=decision.reason, how=how,
            )  # fmt: skip
            raise Invalid("sign_up.refused_by_rule", reason=decision.reason or "-")
