"""Where a person types the code that a device shows (RFC 8628 §3.3). The rest is a sign-in like any other, answered to the device.

A link may bring the code along (§3.3.1), but a person still says that the device shows it: whoever sent the link may be a thief (§5.4).
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid
from idp.domain.requests import user_code
from idp.http import cookies, csrf
from idp.http.account.answers import answered
from idp.http.account.onward import session_cookie
from idp.http.browser import Browser, browser
from idp.http.interaction import proceed
from idp.http.pages import render
from idp.http.request import form, origin, query
from idp.http.services import services
from idp.oauth import device_authorization as rules
from idp.store import keys
from idp.store.device_codes import DeviceCodeItem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.requests.device_authorization import DeviceAuthorization
    from idp.domain.sessions.session import Session
    from idp.oauth.params import Params

OTHER_BROWSER = "This page was opened before this browser got its present cookie. Compare the code once more, and go on."
UNKNOWN = "No device is waiting with this code, or it has expired. Look at the device again."


def show(request: Request) -> Response:
    """GET /device."""
    here = browser(request)
    code = user_code.parse(query(request).get("user_code") or "")
    return _with_cookie(request, here, _page(request, here, typed=user_code.format_code(code) if code else "", prefilled=code is not None))


def type_code(request: Request) -> Response:
    """POST /device."""
    csrf.same_origin(request)
    sent, here = form(request), browser(request)
    typed = sent.get("user_code") or ""
    if not csrf.belongs(request, sent, here.id):
        return _with_cookie(request, here, _page(request, here, typed=typed, error=OTHER_BROWSER, status=403))
    return answered(partial(_ask, request, here, sent), otherwise=partial(_page, request, here, typed=typed))


def _with_cookie(request: Request, here: Browser, response: Response) -> Response:
    """The answer, with the cookie of a browser that had none."""
    if here.new:
        cookies.bind(request, response, here.id, services(request).settings)
    return response


def _page(request: Request, here: Browser, *, typed: str = "", prefilled: bool = False, error: str = "", status: int = 200) -> Response:
    return render(
        request, "device.html", status=status, user_code=typed, prefilled=prefilled, csrf=csrf.token(request, here.id), error=error
    )


def _ask(request: Request, here: Browser, sent: Params) -> Response:
    """The first step of the sign-in, or the question."""
    s = services(request)
    found = s.visitors.find(session_cookie(request))
    device = _typed(request, sent.get("user_code") or "", found.user.id if found else None)
    made = rules.as_request(device, request_id=s.new_id(), received_at=s.clock(), browser=here.digest)
    client = s.clients.get(device.client_id)
    if found is None:
        return proceed(request, made, session=None, stored=True, user=None, client=client, consent=None)
    return proceed(request, made, session=found.session, stored=True, user=found.user, client=client, consent=None)


def _typed(request: Request, typed: str, user_id: str | None) -> DeviceAuthorization:
    """The device that waits with this code. Each code that is typed counts, right or wrong, before it is looked at (§5.1).

    Raises:
        Invalid: there is none.
        Throttled: too many codes, by this person or from this network.
    """
    s = services(request)
    code, now = user_code.parse(typed), s.clock()
    if code is None:
        raise Invalid("A code has eight letters, such as WDJB-MJHT.", field="user_code")
    attempt = s.throttling.typed("user_code", user_id, origin(request).address, now)
    item, *counters = s.database.batch_get((DeviceCodeItem, keys.device_code(code)), *attempt.wanted)
    s.throttling.count(attempt.begin(counters))
    device: DeviceAuthorization | None = item.device() if item else None
    if device is None or not device.pending(now):
        raise Invalid(UNKNOWN, field="user_code")
    return device


def question(request: Request, made: AuthorizationRequest) -> dict[str, Any]:
    """What the consent page says of the device, so that nobody allows what somebody else began (§5.4)."""
    code, device_id = made.device
    device = services(request).device_codes.get(code)
    if device is None or device.id != device_id:
        return {"user_code": user_code.format_code(code)}
    return {**asdict(device), "user_code": user_code.format_code(code)}


def approve(request: Request, made: AuthorizationRequest, session: Session, client: Client | None) -> Response:
    """The person allowed it."""
    rules.approve(services(request).provider, made, session, client)
    return _done(request, made, session, client, "approved")


def deny(request: Request, made: AuthorizationRequest, session: Session, client: Client | None) -> Response:
    """The person did not."""
    rules.deny(services(request).provider, made, session.user_id)
    return _done(request, made, session, client, "denied")


def _done(request: Request, made: AuthorizationRequest, session: Session, client: Client | None, what: str) -> Response:
    services(request).audit.record(
        f"device.{what}", origin=origin(request), actor=session.user_id, subject=session.user_id, target=made.device[1],
        client_id=made.client_id,
    )  # fmt: skip
    return render(request, "device_done.html", client=client, approved=what == "approved")
