"""The first mail of a process to an account loads nothing that the mails to other addresses did not load before (threats G-01, M-06)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from idp.domain.languages import SHIPPED

ROOT = Path(__file__).parents[2]
SAMPLE = {
    "app": "Shop", "brand": "Example Accounts", "issuer": "https://id.example", "address": "192.0.2.1", "code": "1234 5678",
    "link": "https://id.example/link/a-sealed_handle", "minutes": "10", "hours": "24", "email": "ada@example.com",
    "reset": "https://id.example/forgot", "by_admin": "",
}  # fmt: skip
SCRIPT = """
import json, os, sys
from idp.http import catalogue, mails, pages
first, other, language, values = json.loads(sys.argv[1])
mails.render_mail(first, {**values, "lang": "en"})
modules = set(sys.modules)
class Closed(pages.environment("").loader.__class__):
    def load(self, environment, name, *rest):
        raise SystemExit("loads " + name)
pages.environment("").loader.__class__ = Closed
before = catalogue._load.cache_info().misses
mails.render_mail(other, {**values, "lang": language})
assert catalogue._load.cache_info().misses == before, "loads a catalogue"
assert set(sys.modules) == modules, set(sys.modules) - modules
"""
"""Loaders are closed after the first mail. It runs in a process of its own, because this one has loaded everything before."""
PAIRS = [
    ("sign_up", "sign_up_known"),
    ("sign_up", "sign_up_refused"),
    ("password_reset", "password_reset"),
    ("sign_in_code", "sign_in_code"),
]


@pytest.mark.parametrize(("first", "other"), PAIRS)
@pytest.mark.parametrize("language", [each for each in SHIPPED if each in {"en", "ja", "ar"}])
def test_a_mail_to_an_account_loads_nothing_more(first: str, other: str, language: str) -> None:
    """`first`: the mail to an address without an account, on an English page. `language`: that of the owner of the account."""
    arguments = json.dumps([first, other, language, SAMPLE])
    done = subprocess.run([sys.executable, "-c", SCRIPT, arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
