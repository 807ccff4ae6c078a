"""No output contains what an admin sends to the console (K-03, J-15), to pages about what exists and about what does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import pytest

from idp.http import csrf
from idp.http.console.app import all_pages
from idp.telemetry.journal import Journal
from tests.integration.canaries import PARTS, planted
from tests.support import deployment
from tests.support.calling import FORM
from tests.support.deployment import ISSUER, SESSION, Deployment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.http.console.pages import Page
    from tests.support.calling import Answer


@pytest.fixture(scope="module")
def console(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A deployment with the console."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        chosen = deployment.settings(str(tmp_path_factory.mktemp("console")), console="on", sign_up="invited")
        idp = deployment.prepared(chosen)
        yield idp
        deployment.removed(idp)


def sent_to(idp: Deployment, page: Page, mark: str) -> list[Answer]:
    """Send both parts of the parameters as a new admin, about things that exist and about none. Return the answers."""
    admin, ada, app = idp.person(admin=True), idp.person(password="a long and quiet river"), idp.app()
    session = idp.session(admin, amr=("pwd", "otp", "mfa"), pending=False, expires_at=idp.clock() + 600)
    sealer = idp.services.keyring.sealer()
    cookie = f"{SESSION}={sealer.seal('session', [admin.id, session.id])}"
    known = page.path.replace("{user_id}", ada.id).replace("{client_id}", app.id)
    answers = []
    for path, names in [(page.path, PARTS[0]), *((known, names) for names in PARTS if known != page.path)]:
        request = planted(path, mark, names)
        own: dict[str, str] = {"csrf": sealer.seal(csrf.PURPOSE, [session.id]), "version": "1", "once": "0123456789"}
        form = urlencode({**dict(parse_qsl(request["form"].decode())), **own}).encode()
        headers = [(name, value) for name, value in request["headers"] if name not in {"cookie", "origin", "sec-fetch-site"}]
        headers += [("cookie", cookie), ("origin", ISSUER), ("content-type", FORM)]
        body = form if page.method == "POST" else b""
        answers.append(idp.send(page.method, request["path"], query=request["query"], headers=headers, body=body))
    return answers


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: f"{page.method} {page.path}")
def test_no_canary_comes_out(console: Deployment, page: Page, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Neither log format contains a value of a request, nor does any other output."""
    lines: list[str] = []
    vars(console.services)["journal"] = Journal(deployment="d", metrics=True, least="DEBUG", for_people=False, write=lines.append)
    mark = "canary" + re.sub(r"\W", "", f"{page.method}{page.path}")
    answers = sent_to(console, page, mark)
    assert [answer.status for answer in answers if answer.status in {401, 403} or answer.status >= 500] == []
    assert [answer for answer in answers if "/login" in (answer.header("location") or "")] == []  # the page itself answered
    assert len(lines) >= len(answers)
    assert [line for line in lines if mark in line or "\n" in line or "\r" in line] == []
    assert mark not in "".join(capfd.readouterr()) + caplog.text
