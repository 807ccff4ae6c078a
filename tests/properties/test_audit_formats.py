"""No value of an event breaks a line, a header or a member of an export (threats J-15)."""

from __future__ import annotations

import json
import re

from hypothesis import example, given
from hypothesis import strategies as st

from idp.domain.audit.event import AuditEvent
from idp.services.audit.formats import FORMATS, cef, ocsf

HOSTILE = [
    "=", "|", "\\", "\\|", "a=b", "\n", "\r\n", "\x85", "\u2028", "\0", "\t", "CEF:0|x", " cs1=x", "\\n", "\\=", "\ud800", "=cmd()",
    "é", "{",
]  # fmt: skip
TEXT = st.text(max_size=12) | st.sampled_from(HOSTILE) | st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join)
EVENTS = st.builds(
    AuditEvent, id=TEXT, at=st.integers(0, 4_000_000_000_000), type=TEXT, outcome=TEXT, actor=TEXT, subject=TEXT, target=TEXT,
    client_id=TEXT, address=TEXT | st.sampled_from(["192.0.2.1", "2001:db8::1"]), request_id=TEXT, reason=TEXT,
    details=st.dictionaries(TEXT, TEXT, max_size=3),
)  # fmt: skip


def parse_cef(line: str) -> tuple[list[str], dict[str, str]]:
    """The fields of the header and the members of the extension, as ArcSight's guide defines them."""
    fields, rest = [], line
    for _ in range(7):
        found = re.match(r"((?:[^\\|]|\\[\\|])*)\|", rest)
        assert found, rest
        fields.append(re.sub(r"\\([\\|])", r"\1", found[1]))
        rest = rest[found.end() :]
    members: dict[str, str] = {}
    places = list(re.finditer(r"(?:^| )([A-Za-z0-9]+)(?<!\\)=", rest))
    for place, following in zip(places, [*places[1:], None], strict=True):
        value = rest[place.end() : following.start() if following else len(rest)]
        assert not re.search(r"(?<!\\)(?:\\\\)*=", value)
        assert place[1] not in members
        members[place[1]] = re.sub(r"\\([\\=nr])", lambda it: {"n": "\n", "r": "\n"}.get(it[1], it[1]), value)
    return fields, members


def shown(text: str) -> str:
    """What of a text a line of CEF can carry."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c == "\n" else " " for c in whole)


@given(EVENTS)
@example(AuditEvent("e", 1, "sign_in|failed\\", reason="a=b\\ cs1=x\nduid=usr_admin"))
def test_a_line_of_cef_says_what_the_event_says(event: AuditEvent) -> None:
    line = cef.line(event)
    assert len(line.splitlines()) == 1
    fields, members = parse_cef(line)
    assert fields[:4] == ["CEF:0", "idp", "idp", "1"]
    assert fields[4] == ("".join(c if c.isprintable() else " " for c in event.type) or "event")
    said = {"suid": event.actor, "duid": event.subject, "outcome": event.outcome, "reason": event.reason, "externalId": event.id}
    assert {name: members.get(name, "") for name in said} == {name: shown(value) for name, value in said.items()}
    assert members["rt"] == str(event.at)
    assert json.loads(members["cs4"]) == event.details if event.details else "cs4" not in members


@given(EVENTS)
def test_every_form_is_one_line(event: AuditEvent) -> None:
    """For every reader of lines, also one that knows the separators of Unicode."""
    for line in FORMATS.values():
        assert len(line(event).splitlines()) == 1
        line(event).encode()


@given(EVENTS)
def test_an_object_of_ocsf_has_what_its_class_requires(event: AuditEvent) -> None:
    """OCSF 1.8.0: required attributes of the base event and of each class, constraints of objects, values of enumerations."""
    told = json.loads(ocsf.line(event))
    activities = {3001: {*range(1, 13), 99}, 3002: {*range(1, 8), 99}, 3004: {*range(1, 14), 99}}
    assert told["category_uid"] == 3
    assert told["activity_id"] in activities[told["class_uid"]]
    assert told["type_uid"] == told["class_uid"] * 100 + told["activity_id"]
    assert told["severity_id"] in {1, 2, 3, 4}
    assert told.get("status_id") in {None, 1, 2}
    assert told["time"] == event.at
    assert told["metadata"]["version"] == "1.8.0"
    assert told["metadata"]["product"]
    about = told["entity"] if told["class_uid"] == 3004 else told["user"]
    assert about.keys() & {"name", "uid", "account"}
    assert told["class_uid"] == 3004 or about["type_id"] in {0, 1}
    if "actor" in told:
        assert told["actor"].keys() & {"user", "app_uid"}
    assert set(told) <= {
        "category_uid", "class_uid", "class_name", "activity_id", "activity_name", "type_uid", "time", "severity_id", "status_id",
        "status_code", "metadata", "actor", "user", "entity", "src_endpoint", "unmapped",
    }  # fmt: skip
