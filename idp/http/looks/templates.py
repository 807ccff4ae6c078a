"""The templates of a theme: they replace those of the same name, and `idp/NAME` is the built-in one, to extend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, TemplateError

from idp.domain.errors import InvalidValue
from idp.http.looks.theme import load_theme

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

BUILT_IN = "idp"


def with_theme(folder: str, built_in: BaseLoader | None) -> BaseLoader | None:
    """Return a loader that looks into the theme first."""
    templates = load_theme(folder).templates
    if templates is None or built_in is None:
        return built_in
    return ChoiceLoader([FileSystemLoader(str(templates)), built_in, PrefixLoader({BUILT_IN: built_in})])


def check_templates(folder: str, environment: Environment) -> int:
    """Compile the theme's templates. Return how many there are.

    Raises:
        InvalidValue: one of them is no valid template. The message has the name, the line and the reason.
    """
    templates = load_theme(folder).templates
    names = [path.relative_to(templates).as_posix() for path in sorted(templates.rglob("*.html"))] if templates else []
    for name in names:
        try:
            environment.get_template(name)
        except TemplateError as problem:
            where = f"line {problem.lineno}: " if hasattr(problem, "lineno") else ""
            raise InvalidValue("look.template_malformed", name=name, problem=f"{where}{problem.message}") from None
    return len(names)
