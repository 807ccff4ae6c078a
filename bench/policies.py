"""`python -m bench --only policies`: the time of a decision in this process: roles, attribute rules, sets of Cedar policies by size."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from idp.verify.decisions import Decider, Question, combine
from idp.verify.decisions.attributes import AttributeDecider
from idp.verify.decisions.cedar import PolicyDecider
from idp.verify.decisions.roles import RoleDecider
from tests.support.access_cases import CASES, POLICIES, ROLES, RULES, SCHEMA, decider

SIZES = (1, 10, 100, 1000)
HEAD = ("what decides", "made ready ms", "p50 ms", "p99 ms")


def table(times: int = 2000) -> list[tuple[str, ...]]:
    """The rows of the table."""
    rows: list[tuple[str, Callable[[], Decider]]] = [
        ("3 roles", lambda: RoleDecider(ROLES)),
        ("4 attribute rules", lambda: AttributeDecider(RULES)),
        ("5 Cedar policies", lambda: PolicyDecider(POLICIES, SCHEMA)),
        ("all of these together", decider),
        *((f"{size} Cedar polic{'y' if size == 1 else 'ies'}", _set(size)) for size in SIZES),
    ]
    return [HEAD, *((name, *_figures(make, times)) for name, make in rows)]


def texts(size: int) -> tuple[str, str]:
    """Return this many policies and their schema. One permits, one `forbid` must be evaluated; each compares attributes."""
    actions = ", ".join(f"act{i}" for i in range(size))
    schema = f"""
        entity Role; entity Client; entity Invoice;
        entity User in [Role] {{ id: String, department?: String, amr?: Set<String> }};
        entity Document {{ owner?: String, department?: String, classification?: String }};
        action read, {actions} appliesTo {{ principal: User, resource: Document, context: {{ time?: datetime, ip_address?: ipaddr }} }};
    """
    policies = '@id("network") forbid(principal, action, resource) when { context has ip_address && context.ip_address.isMulticast() };'
    for i in range(size - 1):
        policies += f"""
            @id("p{i}") permit(principal in Role::"role{i}", action in [Action::"read", Action::"act{i}"], resource is Document)
            when {{ resource has department && principal has department && resource.department == principal.department }};
        """
    return policies, schema


def _set(size: int) -> Callable[[], Decider]:
    """Return them as an authorizer reads them."""
    return lambda: combine(PolicyDecider(*texts(size), validated=True))


def _figures(make: Callable[[], Decider], times: int) -> tuple[str, str, str]:
    began = time.perf_counter()
    made = make()
    ready = (time.perf_counter() - began) * 1000
    case = replace(CASES[0], claims={**CASES[0].claims, "roles": ["reader", "role0", "role7"], "department": "finance"})
    taken = sorted(_once(made, case.question) for _ in range(times))
    return f"{ready:.1f}", f"{taken[times // 2]:.3f}", f"{taken[times * 99 // 100]:.3f}"


def _once(made: Decider, question: Question) -> float:
    began = time.perf_counter()
    made.decide(question)
    return (time.perf_counter() - began) * 1000
