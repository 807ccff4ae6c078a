"""People whose deployment moved (export, then import into an empty one): each signs in on the pages as before (threats R-10, R-14).

This module makes one pair of deployments. Each test has its own person, and its own process of the new deployment with its own clock.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from joserfc.jwk import ECKey

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.factors.totp import Parameters
from idp.services.moving.opening_key import OpeningKey
from idp.settings import Settings
from idp.store.factors import totp_item
from tests.integration.account.passkeys import add, answered, authenticator, options
from tests.integration.account.upstreams import connection, identity, link, put, sign_in_as, with_connections
from tests.support.cli import CommandLine
from tests.support.pages import APP, ISSUER
from tests.support.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from idp.domain.apps.client import Client
    from tests.support.authenticator import Authenticator
    from tests.support.forms import Browser, Page
    from tests.support.people import Person

ASKED = {"scope": "openid email offline_access", "prompt": "consent"}


@dataclass
class Moved:
    """The old deployment, the new one, and who moved. `used`: the code that each authenticator showed last in the old one. `lines`: the
    commands of both. `folder`: has the key pair of the export.
    """

    old: World
    new: World
    app: Client
    pairwise: Client
    secrets: dict[str, str]
    people: dict[str, Person]
    phone: Authenticator
    folder: Path
    lines: tuple[CommandLine, CommandLine]
    used: dict[str, str] = field(default_factory=dict)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    subjects: dict[tuple[str, str], str] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)


def tokens(world: World, client: Client, secret: str, code: str) -> dict[str, Any]:
    """The token response for a code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": APP}
    answer = world.http.post("/token", data=form, auth=(client.id, secret))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def subject(answer: dict[str, Any]) -> str:
    """The `sub` of the ID Token."""
    body = answer["id_token"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"])


def shown(person: Person, at: int, digits: int) -> str:
    """What the authenticator shows."""
    return pyotp.TOTP(person.secret, digits=digits).at(at)


def to_app(moved: Moved, world: World, person: Person, client: Client, **typed: str) -> tuple[Browser, Page]:
    """Sign in with the password, and with a code if there is one. Press "Allow" where the page asks."""
    browser = world.browser()
    page = browser.submit(world.authorize(browser, client, **ASKED), {"email": person.email, "password": person.password})
    for name, value in typed.items():
        page = browser.submit(page, {name: value})
    return browser, browser.submit(page, button="approve") if page.has_button("approve") else page


def live_there(moved: Moved) -> None:
    """What happened before the move: sessions, refresh tokens, and codes that were used."""
    for name, digits in (("plain", 0), ("six", 6), ("eight", 8)):
        person, world = moved.people[name], moved.old
        code = {"code": shown(person, world.clock(), digits)} if digits else {}
        moved.used[name] = code.get("code", "")
        browser, page = to_app(moved, world, person, moved.app, **code)
        answer = tokens(world, moved.app, moved.secrets[moved.app.id], page.answer["code"])
        moved.browsers[name], moved.refresh_tokens[name] = browser, answer["refresh_token"]
        moved.subjects[name, moved.app.id] = subject(answer)
    _, page = to_app(moved, moved.old, moved.people["plain"], moved.pairwise)
    answer = tokens(moved.old, moved.pairwise, moved.secrets[moved.pairwise.id], page.answer["code"])
    moved.subjects["plain", moved.pairwise.id] = subject(answer)


def settle(there: CommandLine, here: CommandLine, folder: Path) -> Moved:
    """Fill the old deployment."""
    old = world_of(there)
    put(old, connection())
    made = {name: old.person(totp=name in {"six", "eight", "codes"}) for name in ("plain", "six", "eight", "codes", "passkey", "linked")}
    credential = old.services.factors.totp(made["eight"].user.id)
    assert credential
    old.services.database.put(totp_item(replace(credential, parameters=Parameters(digits=8))))
    device = authenticator(made["passkey"].user, counts=True, sign_count=5)
    add(old, made["passkey"].user, device)
    link(old, made["linked"], identity("subject-7"))
    asked = {
        "redirect_uris": [APP], "scope": "openid email offline_access", "require_pkce": False,
        "token_endpoint_auth_method": "client_secret_basic",
    }  # fmt: skip
    app, secret = old.services.client_service.create({**asked, "client_name": "Meadow"}, scope=DEPLOYMENT)
    pairwise, other = old.services.client_service.create({**asked, "client_name": "Pair", "subject_type": "pairwise"}, scope=DEPLOYMENT)
    known = {app.id: secret or "", pairwise.id: other or ""}
    return Moved(old, world_of(here), app, pairwise, known, made, device, folder, (there, here))


def world_of(line: CommandLine) -> World:
    """The deployment of these commands, at the present time."""
    settings = Settings(
        issuer=ISSUER, env="dev", table_prefix=line.prefix, key_file=line.env["IDP_KEY_FILE"], argon2_memory_kib=8, argon2_iterations=1
    )
    made = World(settings)
    made.clock.now = int(time.time())
    return made


@pytest.fixture(scope="module")
def lived(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    """Both deployments after the move."""
    folder = tmp_path_factory.mktemp("move")
    for name in ("old", "new"):
        (folder / name).mkdir()
    there = CommandLine(quick_endpoint, f"t{uuid.uuid4().hex[:12]}", folder / "old", {"IDP_ISSUER": ISSUER})
    here = there.other(prefix=f"{there.prefix}new", folder=folder / "new")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        for line in (there, here):
            line.done("bootstrap", "--json", "--admin-email", f"admin@{line.folder.name}.example")
        moved = settle(there, here, folder)
        live_there(moved)
        move(there, here, folder)
        yield moved


def move(there: CommandLine, here: CommandLine, folder: Path) -> None:
    """Export and import. No line is refused, otherwise the command fails."""
    key, file = ECKey.generate_key("P-256"), str(folder / "all.ndjson")
    for name, private in (("taker", False), ("private", True)):
        (folder / name).write_text(json.dumps(key.as_dict(private=private)))
    there.done("export", file, "--everything", "--to", str(folder / "taker"))
    here.done("import", file, "--key", str(folder / "private"))


@pytest.fixture
def moved(lived: Moved) -> Moved:
    """The same with a new process of the new deployment, whose clock is that of the old one."""
    new = with_connections(lived.new)
    new.clock.now = lived.old.clock()
    return replace(lived, new=new)


def test_a_person_signs_in_with_the_same_password_for_an_app_with_the_same_secret(moved: Moved) -> None:
    """The `sub` is the one that the app knows, and no person has to set a password. Another password or secret is wrong."""
    person, app = moved.people["plain"], moved.app
    _, page = to_app(moved, moved.new, person, app)
    code = page.answer["code"]
    refused = moved.new.http.post(
        "/token", data={"grant_type": "authorization_code", "code": code, "redirect_uri": APP}, auth=(app.id, "x" * 43)
    )
    assert refused.json()["error"] == "invalid_client"
    answer = tokens(moved.new, app, moved.secrets[app.id], code)
    assert subject(answer) == moved.subjects["plain", app.id] == person.user.id
    browser = moved.new.browser()
    page = browser.submit(moved.new.authorize(browser, app), {"email": person.email, "password": "another sentence"})
    assert not page.redirected_to


@pytest.mark.parametrize(("name", "digits"), [("six", 6), ("eight", 8)])
def test_a_code_of_the_authenticator_signs_in(moved: Moved, name: str, digits: int) -> None:
    """H-01: the code that was used in the old deployment is refused, although its time has not ended. The next one counts once."""
    person, app = moved.people[name], moved.app
    assert len(moved.used[name]) == digits
    _, page = to_app(moved, moved.new, person, app, code=moved.used[name])
    assert not page.redirected_to
    moved.new.clock.advance(30)
    code = shown(person, moved.new.clock(), digits)
    _, page = to_app(moved, moved.new, person, app, code=code)
    assert subject(tokens(moved.new, app, moved.secrets[app.id], page.answer["code"])) == moved.subjects[name, app.id]
    [session] = moved.new.sessions(person)
    assert session.amr == ("pwd", "otp", "mfa")
    _, page = to_app(moved, moved.new, person, app, code=code)
    assert not page.redirected_to


def at_recovery(moved: Moved, code: str) -> str | None:
    """Where the password and this recovery code lead."""
    person, browser = moved.people["codes"], moved.new.browser()
    page = browser.submit(moved.new.authorize(browser, moved.new.client()), {"email": person.email, "password": person.password})
    fields = next(form for form in page.forms if "/recovery-code" in form.action).fields
    answer = browser.http.post("/recovery-code", data={**fields, "code": code}, headers={"Origin": ISSUER})
    return str(answer.headers["location"]) if "location" in answer.headers else None


def test_a_recovery_code_signs_in_once(moved: Moved) -> None:
    """Its digest was made under a key of the old deployment."""
    first, second, *_ = moved.people["codes"].recovery_codes
    assert at_recovery(moved, first[::-1]) is None
    assert at_recovery(moved, first)
    assert at_recovery(moved, first) is None
    assert at_recovery(moved, second)


def test_a_passkey_signs_in_alone(moved: Moved) -> None:
    """The counter goes on: an answer with a lower one comes from a copy, and is refused. So is another key."""

    def enter(device: Authenticator) -> Page:
        browser = moved.new.browser()
        page = moved.new.authorize(browser, moved.new.client())
        return answered(browser, page, "/passkey-sign-in", device.assertion(options(page)["challenge"]))

    device, person = moved.phone, moved.people["passkey"]
    assert not enter(replace(device, private=authenticator(person.user).private)).redirected_to
    assert not enter(replace(device, sign_count=3)).redirected_to
    assert "code" in enter(device).answer
    [session] = moved.new.sessions(person)
    assert session.user_id == person.user.id


def test_an_identity_of_a_connection_finds_its_person(moved: Moved) -> None:
    """The connection and the link came with the file. Another subject finds no account, also with the address of the person."""
    world, person = moved.new, moved.people["linked"]
    browser = world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, world.client()), identity("subject-8", person.email))
    assert not page.redirected_to
    assert not world.sessions(person)
    browser = world.browser()
    assert "code" in sign_in_as(world, browser, world.authorize(browser, world.client()), identity("subject-7")).answer
    assert [each.user_id for each in world.sessions(person)] == [person.user.id]


@pytest.mark.parametrize("name", ["plain", "six", "eight"])
def test_a_refresh_token_of_the_old_deployment_is_refused(moved: Moved, name: str) -> None:
    """The app gets `invalid_grant`, and sends the browser to sign in. Refused here, it still works there."""
    form = {"grant_type": "refresh_token", "refresh_token": moved.refresh_tokens[name]}
    auth = (moved.app.id, moved.secrets[moved.app.id])
    answer = moved.new.http.post("/token", data=form, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    there = moved.old.http.post("/token", data=form, auth=auth)
    assert there.status_code == 200
    moved.refresh_tokens[name] = there.json()["refresh_token"]


@pytest.mark.parametrize("name", ["plain", "six", "eight"])
def test_a_session_of_the_old_deployment_leads_to_the_sign_in(moved: Moved, name: str) -> None:
    """All cookies of the browser came along. The person is asked once: afterwards the browser is signed in."""
    person = moved.people[name]
    assert "code" in moved.old.authorize(moved.browsers[name], moved.old.client()).answer
    browser = moved.new.browser()
    browser.http.cookies.update(moved.browsers[name].http.cookies)
    page = moved.new.authorize(browser, moved.new.client())
    assert {"email", "password"} <= page.fields
    assert moved.new.authorize(browser, moved.new.client(), prompt="none").answer["error"] == "login_required"
    assert {"email", "password"} <= browser.open("/account").fields
    if name == "plain":
        page = browser.submit(page, {"email": person.email, "password": person.password})
        assert "code" in page.answer
        assert "code" in moved.new.authorize(browser, moved.new.client()).answer


def pairwise_key(line: CommandLine, folder: Path) -> bytes:
    """The key from which a deployment computes pairwise subjects, of an export with keys."""
    file = line.folder / "keys.ndjson"
    line.done("export", str(file), "--everything", "--to", str(folder / "taker"), "--with-keys")
    [found] = [told for told in map(json.loads, file.read_text().splitlines()) if told.get("purpose") == "pairwise"]
    encoded = OpeningKey((folder / "private").read_text()).open(found)["key"]
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def computed(key: bytes, sector: str, user_id: str) -> str:
    """A pairwise subject, as docs/moving.md tells."""
    digest = hmac.digest(key, f"{sector}\n{user_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_a_pairwise_subject_is_another_one(moved: Moved) -> None:
    """It is computed with a key of the deployment. From the keys of both exports the app's operator gets both subjects of a person."""
    user_id = moved.people["plain"].user.id
    _, page = to_app(moved, moved.new, moved.people["plain"], moved.pairwise)
    here = subject(tokens(moved.new, moved.pairwise, moved.secrets[moved.pairwise.id], page.answer["code"]))
    there = moved.subjects["plain", moved.pairwise.id]
    assert len({here, there, user_id}) == 3
    assert [computed(pairwise_key(line, moved.folder), "app.example", user_id) for line in moved.lines] == [there, here]
