"""What is stored about deliveries, and names of claims, are shown in the language of the reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from idp.domain.people import standard_claims
from idp.services.signals import pause
from idp.services.webhooks.delivery import UNWANTED
from tests.support.pseudo_locale import PSEUDO, unmarked

ROOT = Path(__file__).parents[2]
_ENVIRONMENT = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined)
_OUTCOME = re.compile(r"Outcome\([^,()]+(?:\.status)?, \"([^\"]+)\"")


def stored_problems() -> list[str]:
    """The problems of attempts that the code stores, as the source has them."""
    sources = [ROOT / "idp/services" / name for name in ("webhooks/sending.py", "signals/push.py")]
    found = {text for source in sources for text in _OUTCOME.findall(source.read_text(encoding="utf-8"))}
    return sorted(found | {UNWANTED, "a redirect", "status 503", "status 410"})


def shown(template: str, macro: str, value: str) -> str:
    """What the macro of a console page shows, in the pseudo-locale."""
    source = f'{{% from "console/{template}" import {macro} with context %}}{{{{ {macro}(value) }}}}'
    return _ENVIRONMENT.from_string(source).render(value=value, t=PSEUDO.text, n=PSEUDO.count)


def test_the_source_has_the_problems_that_are_tested() -> None:
    assert {"no answer", "the app is no receiver any more"} <= set(stored_problems())
    assert len(stored_problems()) >= 8


@pytest.mark.parametrize("problem", stored_problems())
def test_each_problem_of_a_delivery_has_words(problem: str) -> None:
    assert unmarked(shown("delivery_words.html", "problem", problem)) == []


@pytest.mark.parametrize("reason", [*pause._REASONS.values(), pause._FAILED])  # noqa: SLF001  # what is stored
def test_each_reason_of_a_paused_stream_has_words(reason: str) -> None:
    assert unmarked(shown("delivery_words.html", "reason", reason)) == []


@pytest.mark.parametrize(("macro", "mark"), [("problem", 'lang="en"'), ("reason", "<bdi>")])
@pytest.mark.parametrize("said", ["what an earlier release said", "<script>", "statusx", "No answer"])
def test_another_text_stays_as_it_is(macro: str, mark: str, said: str) -> None:
    """An earlier release or a receiver said it."""
    text = shown("delivery_words.html", macro, said)
    assert mark in text
    assert said.replace("<", "&lt;").replace(">", "&gt;") in text


@pytest.mark.parametrize("name", sorted(standard_claims._RULES.keys() - {"name"}))  # noqa: SLF001  # the claims that may be stored
def test_each_standard_claim_has_a_name_in_words(name: str) -> None:
    assert unmarked(shown("claim_names.html", "claim_name", name)) == []
    assert name not in shown("claim_names.html", "claim_name", name)


@pytest.mark.parametrize("name", ["employee_number", "given_name ", "<b>"])
def test_a_claim_of_the_deployment_keeps_its_name(name: str) -> None:
    assert shown("claim_names.html", "claim_name", name).startswith("<code>")
