"""Keys: which sign, which verify, when they change, and what protects them. No page has a private part of a key (threats D-16, K-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.http.account.moment import Moment, moment
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.services import services
from idp.services.keys.key_rotation import PUBLISHED_FOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from idp.services.keys.key_rotation import KeyInfo
    from idp.services.keys.sealing_keys import SealingKeyInfo

KEYS = f"{HOME}/keys"
_DAY = 86400
_GONE = {"retired", "revoked"}


class Row(NamedTuple):
    """A key. `days`: its age, of a signing key since it signs. `changes`: when the schedule replaces it. `until`: when it ends."""

    id: str
    alg: str
    state: str
    created: Moment
    days: int
    changes: Moment | None
    until: Moment | None


def page(request: Request, visit: Visit) -> Response:
    """GET /console/keys."""
    del visit
    return _page(request)


def rotate(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/rotate: signing keys of one algorithm (`alg`), or of all."""

    def act() -> tuple[str, str]:
        algorithms = [alg] if (alg := sent.get("alg")) else []
        services(request).key_rotation.rotate(*algorithms, by=visit.by)
        return f"{KEYS}?done=keys-rotated", ""

    return _act(request, visit, sent, act)


def rotate_sealing(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/rotate-sealing."""

    def act() -> tuple[str, str]:
        services(request).sealing_keys.rotate(by=visit.by)
        return f"{KEYS}?done=sealing-rotated", ""

    return _act(request, visit, sent, act)


def _act(request: Request, visit: Visit, sent: Params, act: Callable[[], tuple[str, str]]) -> Response:
    """Answer a form; the page again if another rotation ran, or a key is too new."""

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, error=error, status=status)

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def _page(request: Request, *, error: FormError | None = None, status: int = 200) -> Response:
    s = services(request)
    now, days = s.clock(), s.settings.key_rotation_days
    listed = sorted(s.key_rotation.listing(), key=lambda key: (key.alg, key.state != "active"))
    signing = [_signing(key, now, days) for key in listed]
    sealing = [_sealing(key, now, days) for key in s.sealing_keys.listing()]
    return show(
        request, "keys.html", status=status, at=KEYS, error=error, once=new_key(request), rotation_days=days,
        signing=[key for key in signing if key.state not in _GONE], past=[key for key in signing if key.state in _GONE][:20],
        sealing=[key for key in sealing if key.state not in _GONE],
        algorithms=sorted({key.alg for key in signing if key.state == "active"}),
        kms_key=s.settings.kms_key_id, hours=PUBLISHED_FOR // 3600,
    )  # fmt: skip


def _signing(key: KeyInfo, now: int, days: int) -> Row:
    since = key.activated_at or key.created_at
    changes = moment(since + days * _DAY) if key.state == "active" else None
    return Row(
        key.kid, key.alg, key.state, moment(since), max(0, now - since) // _DAY, changes, moment(key.retire_at) if key.retire_at else None
    )


def _sealing(key: SealingKeyInfo, now: int, days: int) -> Row:
    age, changes = max(0, now - key.created_at) // _DAY, moment(key.created_at + days * _DAY) if key.state == "active" else None
    return Row(key.id, "", key.state, moment(key.created_at), age, changes, moment(key.opens_until) if key.opens_until else None)


_WRITE = ("keys:write",)
PAGES = (
    Page(KEYS, "GET", page, needs=("keys:read",)),
    Page(f"{KEYS}/rotate", "POST", rotate, _WRITE, fresh=True),
    Page(f"{KEYS}/rotate-sealing", "POST", rotate_sealing, _WRITE, fresh=True),
)
