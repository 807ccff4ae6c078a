"""A real upstream: oidc-provider (npm), over https on loopback, and a person who signs in there with plain forms.

with oidc_provider(folder, clients=…, people=…) as upstream:
    upstream.issuer, upstream.authority.file      # what a provider needs in IDP_DEV_FETCH_HOSTS (localhost) and IDP_DEV_FETCH_CA
    upstream.visit(url, "ada")                    # signs in as this person, agrees, and returns the address of our callback
"""

from __future__ import annotations

import json
import re
import ssl
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx

from tests.support.process import Child, free_port
from tests.support.tls import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

HOST = "localhost"
_FORM = re.compile(r'<form[^>]*action="([^"]+)"', re.ASCII)
_PROMPT = re.compile(r'name="prompt" value="([^"]+)"', re.ASCII)
_SECRET = re.compile(r'name="xsrf" value="([^"]+)"', re.ASCII)
_POSTED = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', re.ASCII)


@dataclass(frozen=True)
class Upstream:
    """The running provider. `port`: where it listens on loopback."""

    issuer: str
    authority: Authority
    port: int = 0

    def browser(self) -> httpx.Client:
        """A browser without cookies. It follows no redirects by itself."""
        return httpx.Client(verify=ssl.create_default_context(cafile=str(self.authority.file)), timeout=60)

    def metadata(self) -> dict[str, Any]:
        """The discovery document."""
        with self.browser() as browser:
            found: dict[str, Any] = browser.get(self.issuer + "/.well-known/openid-configuration").json()
        return found

    def sign_out(self, browser: httpx.Client) -> None:
        """Sign out there. The upstream then sends its logout tokens."""
        answer = browser.get(self.issuer + "/session/end")
        action, secret = _FORM.search(answer.text), _SECRET.search(answer.text)
        assert action, answer.text
        assert secret, answer.text
        done = browser.post(urljoin(str(answer.url), unescape(action[1])), data={"xsrf": secret[1], "logout": "yes"})
        assert done.status_code < 400, done.text

    def visit(self, url: str, person: str, *, cancel: bool = False, within: httpx.Client | None = None) -> Arrived:
        """Open an authorization request, sign in and agree, or cancel. Ends before our callback is opened.

        `within`: a browser that keeps its cookies; otherwise it is a new one.
        """
        with nullcontext(within) if within else self.browser() as browser:
            answer = browser.get(url)
            for _ in range(20):
                if answer.is_redirect:
                    target = urljoin(str(answer.url), answer.headers["location"])
                    if not target.startswith(self.issuer):
                        return Arrived(target, {})
                    answer = browser.get(target)
                    continue
                action, prompt = _FORM.search(answer.text), _PROMPT.search(answer.text)
                if action is None:
                    raise AssertionError(f"{answer.status_code} {answer.text[:500]}")
                target = urljoin(str(answer.url), unescape(action[1]))
                if prompt is None:  # the form that posts the answer to our callback
                    return Arrived(target, {name: unescape(value) for name, value in _POSTED.findall(answer.text)})
                if cancel:
                    answer = browser.get(target + "/abort")
                else:
                    answer = browser.post(target, data={"prompt": prompt[1], "login": person, "password": "any"})
        raise AssertionError("the upstream does not come to an end")


@dataclass(frozen=True)
class Arrived:
    """The address that the browser would open next, and the form that it would post there, if there is one."""

    url: str
    form: dict[str, str]


@contextmanager
def oidc_provider(
    folder: Path, npm: Path, *, clients: Sequence[Mapping[str, Any]], people: Mapping[str, Mapping[str, Any]], access_seconds: int = 0,
    host: str = HOST, authority: Authority | None = None,
) -> Iterator[Upstream]:  # fmt: skip
    """Start it and end it by its id. `folder`: for its certificate and configuration. `npm`: the folder of the npm packages.

    `access_seconds`: the life of its access tokens; an hour by default. `host`: a public name, under which it is reached at port 443
    (`named_hosts`), with a certificate of `authority`.
    """
    authority, port = authority or Authority(folder), free_port()
    authority.server_context(host)
    pem = (authority.file.parent / f"{host}.pem").read_text()
    issuer, file = f"https://{HOST}:{port}" if host == HOST else f"https://{host}", folder / "upstream.json"
    told = {"clients": list(clients), "people": dict(people), "accessSeconds": access_seconds}
    file.write_text(json.dumps({"issuer": issuer, "cert": pem, "key": pem, **told}))
    child = Child(["node", "upstream.mjs", str(port), str(file)], cwd=npm, env={"NODE_NO_WARNINGS": "1"})
    try:
        child.wait_until(lambda: "ready" in child.output, seconds=120, what="oidc-provider")
        yield Upstream(issuer, authority, port)
    finally:
        child.stop()
