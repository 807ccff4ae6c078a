"""The console says of each setting what docs/settings.md says."""

from __future__ import annotations

import json
from dataclasses import fields

from idp.settings import PREFIX, Settings
from tools import setting_texts


def test_the_console_has_the_words_of_the_documentation() -> None:
    """`python -m tools.setting_texts` writes them."""
    assert setting_texts.DATA.read_text() == setting_texts.rendered()


def test_every_setting_has_words() -> None:
    assert set(json.loads(setting_texts.DATA.read_text())) == {PREFIX + field.name.upper() for field in fields(Settings)}
