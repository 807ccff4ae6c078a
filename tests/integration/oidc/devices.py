"""Steps of the device grant: the requests of the device, and the requests of the person who types the user code."""

from __future__ import annotations

from typing import Any

from idp.domain.apps.grant_types import DEVICE_CODE
from tests.support.calling import Answer, PlainBrowser
from tests.support.deployment import ISSUER, App, Deployment

GRANTS = (DEVICE_CODE, "refresh_token")
ORIGIN = [("origin", ISSUER)]


def begin(idp: Deployment, client: App, **form: str | None) -> dict[str, Any]:
    """Start the device grant and return the device authorization response."""
    answer = idp.call(client, "/device_authorization", **{"scope": "openid offline_access", **form})
    assert answer.status == 200, answer.text
    return answer.json


def poll(idp: Deployment, client: App, codes: dict[str, Any], **form: str | None) -> Answer:
    """Poll the token endpoint with the device code."""
    return idp.call(client, "/token", **{"grant_type": DEVICE_CODE, "device_code": codes["device_code"], **form})


def typed(browser: PlainBrowser, code: str) -> Answer:
    """Submit a user code on the device page."""
    page = browser.get("/device")
    return browser.post("/device", {**page.fields, "user_code": code}, headers=ORIGIN)


def decided(browser: PlainBrowser, question: Answer, decision: str = "approve") -> Answer:
    """Submit the decision on the consent page."""
    return browser.post("/consent", {**question.fields, "decision": decision}, headers=ORIGIN)


def allowed(idp: Deployment, codes: dict[str, Any]) -> PlainBrowser:
    """Approve the device as a new signed-in user and return that user's browser."""
    browser = idp.browser(idp.person())
    done = decided(browser, typed(browser, codes["user_code"]))
    assert done.status == 200, done.text
    return browser
