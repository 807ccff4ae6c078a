"""Findings of checks in the language of the page: of the settings as they are now, and what the checks of the deployment found last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.doctor.finding import fill
from idp.http.account.moment import moment
from idp.http.language import texts_of
from idp.http.services import services
from idp.services.doctor import lacking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from idp.domain.doctor.finding import Finding
    from idp.http.console.visit import Visit

_ATTENTION = ("wrong", "advice")


class Told(NamedTuple):
    """A finding in words. `about`: a setting, or a name that `idp doctor` uses too."""

    state: str
    about: str
    text: str


def of_settings(request: Request) -> list[Told]:
    """Return what the settings lack. No call."""
    return _tell(request, lacking.check(services(request).settings))


def of_deployment(request: Request, visit: Visit) -> dict[str, Any]:
    """Return the values of the template: what needs attention, what does not, and when it was checked. One call.

    The settings are for every admin of the deployment. The findings name tables and keys, as the view of settings does.
    """
    last = services(request).doctors_findings.last(scope=visit.scope) if visit.may("keys:read") else None
    kept = [each for each in last.findings if each.about not in lacking.ABOUT] if last else []
    told = [*_tell(request, kept), *of_settings(request)]
    return {
        "attention": [each for state in _ATTENTION for each in told if each.state == state],
        "passed": [each for each in told if each.state not in _ATTENTION],
        "checks": last,
        "checked": moment(last.checked_at) if last and last.checked_at else None,
    }


def _tell(request: Request, found: Iterable[Finding]) -> list[Told]:
    texts = texts_of(request)
    return [Told(each.state, each.about, fill(texts.text(each.text) if each.text else "", each.values)) for each in found]
