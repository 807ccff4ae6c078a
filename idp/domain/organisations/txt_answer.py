"""The answer of a DNS resolver over HTTPS in JSON (application/dns-json, as dns.google and cloudflare-dns.com give it), read strictly.

What cannot be read is unknown, never absent: a domain is not lost because a resolver has trouble.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

CNAME, TXT = 5, 16
"""Types of records (RFC 1035 §3.2.2)."""
_OK, _NO_SUCH_NAME = 0, 3
"""Response codes (RFC 1035 §4.1.1)."""
_MOST_RECORDS, _LONGEST = 200, 4096
_STRING = re.compile(r'"((?:[^"\\]|\\[0-9]{3}|\\[^0-9])*)"')
_ESCAPE = re.compile(r"\\([0-9]{3}|[^0-9])")


def texts(document: object, name: str) -> frozenset[str] | None:
    """Return the texts of the TXT records of `name`, also behind aliases; none if there is no such record. None: it is unknown.

    `document`: the parsed JSON. `name`: without the last dot. The strings of one record are put together (RFC 7208 §3.3).
    """
    if not isinstance(document, Mapping) or document.get("TC") not in (False, None) or not _is_asked(document.get("Question"), name):
        return None
    status, answer = document.get("Status"), document.get("Answer", [])
    if isinstance(status, bool) or not isinstance(answer, list) or len(answer) > _MOST_RECORDS:
        return None
    if status == _NO_SUCH_NAME:
        return frozenset()
    records = [_record(each) for each in answer]
    if status != _OK or None in records:
        return None
    return _collect([each for each in records if each], _canonical(name))


def _collect(records: list[tuple[str, int, str]], name: str) -> frozenset[str]:
    """The texts of `name`, or of the name to which its aliases lead."""
    aliases = {owner: _canonical(data) for owner, type_, data in records if type_ == CNAME}
    seen: set[str] = set()
    while name in aliases and name not in seen:
        seen.add(name)
        name = aliases[name]
    return frozenset(text for owner, type_, data in records if type_ == TXT and owner == name and (text := _text(data)) is not None)


def _is_asked(question: object, name: str) -> bool:
    """Whether it is the one question that was asked."""
    if not isinstance(question, list) or len(question) != 1 or not isinstance(question[0], Mapping):
        return False
    asked = question[0].get("name")
    return isinstance(asked, str) and _canonical(asked) == _canonical(name) and question[0].get("type") == TXT


def _record(value: object) -> tuple[str, int, str] | None:
    if not isinstance(value, Mapping):
        return None
    name, type_, data = value.get("name"), value.get("type"), value.get("data")
    if not isinstance(name, str) or isinstance(type_, bool) or not isinstance(type_, int) or not isinstance(data, str):
        return None
    return (_canonical(name), type_, data) if len(data) <= _LONGEST else None


def _text(data: str) -> str | None:
    """The text of a record: plain, or as strings in quotation marks (RFC 1035 §5.1). None if it is neither."""
    if not data.startswith('"'):
        return data
    found, at = [], 0
    while at < len(data):
        match = _STRING.match(data, at)
        if match is None:
            return None
        found.append(_ESCAPE.sub(_unescape, match[1]))
        at = match.end()
        at += len(data[at:]) - len(data[at:].lstrip(" "))
    return "".join(found)


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1])) if len(match[1]) > 1 else match[1]


def _canonical(name: str) -> str:
    """Names are compared without regard to case (RFC 4343) and to the last dot."""
    return name.lower().removesuffix(".")
