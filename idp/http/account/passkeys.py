"""Passkeys on the account page: add, rename, remove. Adding and removing need a recent sign-in (`idp.http.account.factors`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.passkeys.passkey import encode
from idp.http import csrf
from idp.http.account import reauthentication
from idp.http.account.moment import moment
from idp.http.account.signed_in import redirect_to_account, signed_in_form
from idp.http.pages import render
from idp.http.passkey_fields import answer_of, passkey_fields, script, to_json
from idp.http.request import origin
from idp.http.services import services
from idp.http.session_cookie import set_session
from idp.http.sign_in.codes_page import codes_page
from idp.http.sign_in.page_again import answer_or_page_again

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

ADD, REMOVE = "/account/passkeys/add", "/account/passkeys/remove"


def offer(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    """The page that makes a passkey."""
    del sent
    return _page(request, visitor), visitor.session


def remove(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    """Remove the passkey whose id the form has."""
    s = services(request)
    s.own_passkeys.remove(visitor, sent.one("passkey"), origin=origin(request), now=s.clock())
    return redirect_to_account("passkey-removed"), visitor.session


@signed_in_form
def rename(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/passkeys/rename."""
    services(request).own_passkeys.rename(visitor, sent.one("passkey"), sent.get("name") or "", origin=origin(request))
    return redirect_to_account("passkey-renamed")


@signed_in_form
def confirm(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/passkeys/confirm: the browser made a passkey. The first second factor comes with recovery codes."""
    s, (handle, answer) = services(request), answer_of(sent)

    def again(*, error: FormError, status: int) -> Response:
        if not s.passkey_registration.may_add(visitor, handle, now=s.clock()):
            return reauthentication.page(request, visitor, next_=ADD)
        return _page(request, visitor, handle=handle, name=sent.get("name") or "", error=error, status=status)

    def added() -> Response:
        made = s.passkey_registration.finish(
            visitor, handle, answer, name=sent.get("name") or "", origin=origin(request), now=s.clock()
        )  # fmt: skip
        codes = made.codes
        word = "first-passkey-added" if codes and visitor.user.password_hash is not None else "passkey-added"
        response = codes_page(request, codes, continue_action=f"/account?done={word}") if codes else redirect_to_account(word)
        session = s.session_service.elevate(visitor.session, method=made.methods, proved_for=visitor.session.proved_for)
        set_session(request, response, s.account.replace_session(visitor, session, origin=origin(request)))
        return response

    return answer_or_page_again(added, again)


def rows(request: Request, user: User, known: Sequence[Passkey], *, removed: bool) -> dict[str, Any]:
    """What the account page shows of these passkeys of the user.

    `removed`: a passkey was just removed, so the browser is told which ones there are (§5.1.10).
    """
    s = services(request)
    accepted = {
        "rpId": s.settings.webauthn_rp_id, "userId": encode(user.id.encode()),
        "allAcceptedCredentialIds": [encode(one.credential_id) for one in known],
    }  # fmt: skip
    return {
        "passkeys": [_row(one, waits=one.id in user.waiting_passkeys) for one in known], "add_passkeys": s.settings.passkeys == "on",
        "accepted": to_json(accepted) if removed else "", "passkey_script_url": script() if removed else "",
    }  # fmt: skip


def _row(one: Passkey, *, waits: bool) -> dict[str, Any]:
    used = moment(one.used_at) if one.used_at else None
    return {"id": one.id, "name": one.name, "synced": one.backed_up, "added": moment(one.created_at), "last_used": used, "waits": waits}


def _page(
    request: Request, visitor: Visitor, *, handle: str | None = None, name: str = "", error: FormError | None = None, status: int = 200
) -> Response:
    s = services(request)
    asked = s.passkey_registration.offer(visitor, now=s.clock(), handle=handle)
    return render(
        request, "passkey_add.html", status=status, error=error, action="/account/passkeys/confirm", cancel_url="/account", name=name,
        user_agent=origin(request).user_agent, csrf=csrf.token(request, visitor.session.id), **passkey_fields(asked),
    )  # fmt: skip
