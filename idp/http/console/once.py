"""Forms that make something have their effect once: a double click, or a page that is sent again, gets the answer of the first.

It is the Idempotency-Key of the admin API; the key is in the form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from idp.domain.errors import Invalid
from idp.http.console import kept
from idp.http.redirect import see_other
from idp.http.services import services
from idp.services.admin.idempotency import Answer, Idempotent, digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_KEY = re.compile(r"[A-Za-z0-9_.~-]{8,64}", re.ASCII)


def new_key(request: Request) -> str:
    """Return a key for the hidden field `once` of a form."""
    return services(request).new_id()


def run_once(request: Request, visit: Visit, sent: Params, act: Callable[[], tuple[str, str]]) -> Response:
    """Redirect to where `act` says, which runs once for this form. `act` returns an address and the id of the user that it is about.

    Raises:
        Invalid: the form has no key.
        Conflict: the same form is being handled now, or it failed without an answer.
    """
    return shown_once(request, visit, sent, lambda: (*act(), None))


def shown_once(
    request: Request, visit: Visit, sent: Params, act: Callable[[], tuple[str, str, Response | None]]
) -> Response:  # fmt: skip
    """Answer with the response that `act` returns, which can contain a new secret: it is stored nowhere.

    The same form again is led to the address. `act` returns address, user id as for `run_once`, and the response; None leads there.

    Raises:
        Invalid: the form has no key.
        Conflict: the same form is being handled now, or it failed without an answer.
    """
    key = sent.get("once") or ""
    if not _KEY.fullmatch(key):
        raise Invalid("idempotency.key_malformed", field="once")
    s = services(request)

    made: list[Response] = []

    def answer() -> Answer:
        address, about, response = act()
        made.extend([response] if response else [])
        return Answer(303, b"", {"Location": address}, about=about)

    told_apart_by = digest(request.scope["path"], *(part for field in kept.fields_of(sent) for part in field))
    done = Idempotent(s.idempotency, s.keyring, s.clock).run_once(visit.key, key, told_apart_by, answer)
    return made[0] if made else see_other(done.headers["Location"])
