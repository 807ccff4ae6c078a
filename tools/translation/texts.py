"""Finds the texts to translate: `t("…")` and `n("…", "…", number)` of templates, `marked("…")` of modules, messages for people."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
IN_ENGLISH = ("demo/", "outbox.html", "dev/", "preview")
"""Templates that only the development server has: English."""
_FOR_DEVELOPERS = {
    "access",
    "admin_api",
    "apps",
    "cli",
    "connection_metadata",
    "connections",
    "foreign_hashes",
    "hooks",
    "keys",
    "looks",
    "moving",
    "oauth",
    "shared_signals",
    "imports",
    "organisations",
    "provisioning",
    "requests",
    "scim",
    "statistics",
}
"""Areas of messages that programs and their authors read: English."""
_FOR_ADMINS = (
    "app_access.", "attribute.", "authzen.", "access_token.", "email.taken_by_another", "grant.", "invitation.", "issuer_link.", "member.",
    "password_reset.", "registration.", "request.media_type", "request.not_", "request.parameter_", "request.too_many_parameters",
    "resource.", "stream.", "temporary_code.", "user.", "value.",
)  # fmt: skip
"""Beginnings of ids in the other areas that only the admin API, its commands and programs show."""
_SHOWN_TO_PEOPLE = (
    "client.no_redirect_uri", "email.taken_by_another", "group.taken", "role.description_malformed", "role.name_malformed",
    "role.permissions_malformed", "role.taken", "value.not_storable", "value.too_large",
)  # fmt: skip
"""Ids that such a beginning would leave out."""


class Text(NamedTuple):
    """A text in English. `many`: the form for other numbers than 1, empty if there is no number. `note`: for translators."""

    one: str
    many: str
    where: str
    note: str = ""


def find_all() -> Iterator[Text]:
    """Yield every text that is translated, with the file that has it."""
    yield from _in_templates()
    yield from _in_modules()
    yield from _in_messages()


def _in_templates() -> Iterator[Text]:
    from jinja2.ext import babel_extract

    for path in sorted((ROOT / "templates").rglob("*.*")):
        name = path.relative_to(ROOT / "templates").as_posix()
        if path.suffix not in {".html", ".txt"} or name.startswith(IN_ENGLISH):
            continue
        with path.open("rb") as file:
            for _, function, found, _ in babel_extract(file, ("t", "n"), (), {"trimmed": "false"}):
                texts = found if isinstance(found, tuple) else (found,)
                if function == "t" and isinstance(texts[0], str):
                    yield Text(texts[0], "", f"templates/{name}")
                elif function == "n" and isinstance(texts[0], str) and isinstance(texts[1], str):
                    yield Text(texts[0], texts[1], f"templates/{name}")


def _in_modules() -> Iterator[Text]:
    for path in sorted((ROOT / "idp").rglob("*.py")):
        source = path.read_text()
        if "marked(" in source:
            for node in ast.walk(ast.parse(source)):
                match node:
                    case ast.Call(func=ast.Name(id="marked"), args=[ast.Constant(value=str() as text)]):
                        yield Text(text, "", path.relative_to(ROOT).as_posix())


def _in_messages() -> Iterator[Text]:
    from idp.domain.messages import en
    from idp.domain.texts import Counted

    for area, module in sorted(vars(en).items()):
        for message_id, template in getattr(module, "TEMPLATES", {}).items():
            if is_for_people(area, message_id):
                where = f"idp/domain/messages/en/{area}.py"
                one, many = (template.one, str(template)) if isinstance(template, Counted) else (template, "")
                yield Text(one, many, where, message_id)


def is_for_people(area: str, message_id: str) -> bool:
    """Return whether pages show the message to people. Others are for developers and stay in English."""
    if message_id in _SHOWN_TO_PEOPLE:
        return True
    return area not in _FOR_DEVELOPERS and not message_id.startswith(_FOR_ADMINS)
