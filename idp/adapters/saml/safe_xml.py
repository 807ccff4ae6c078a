"""Parsing of XML from others: no DTD, no entities, no processing instructions, no network, and limits (threats S-03).

Comments are dropped before the text is read, so a comment inside a name joins its parts and does not cut it off.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from idp.adapters.saml.refused import SamlRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST, MOST_ELEMENTS, DEEPEST, MOST_ATTRIBUTES = 64 * 1024, 3000, 32, 32
"""Bytes of a response; elements of a document, their depth, and attributes of each."""
_DECLARATION = re.compile(r"<!(?!--|\[CDATA\[)")
SAML, PROTOCOL = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA, DSIG = "urn:oasis:names:tc:SAML:2.0:metadata", "http://www.w3.org/2000/09/xmldsig#"
XENC, XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
NAMES = {"saml": SAML, "samlp": PROTOCOL, "md": METADATA, "ds": DSIG, "xenc": XENC, "xenc11": XENC11}


def parse(document: bytes, *, longest: int = LONGEST, most: int = MOST_ELEMENTS) -> etree._Element:
    """Return the root of a document in UTF-8. `longest`: bytes. `most`: elements.

    Raises:
        SamlRefused: it is no such document, or beyond a limit, or two elements have the same id.
    """
    if len(document) > longest:
        raise SamlRefused("the document is too long")
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SamlRefused("the document is not UTF-8") from None
    if _DECLARATION.search(text):
        raise SamlRefused("the document has a DTD")
    # The encoding replaces the one that the document declares: the text that was searched is the text that is parsed.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, recover=False, remove_comments=True, remove_pis=False, strip_cdata=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode(), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        raise SamlRefused("the document is not XML") from None
    _check(root, most)
    return root


def _check(root: etree._Element, most: int) -> None:
    ids: set[str] = set()
    for count, (element, depth) in enumerate(_walk(root), 1):
        if not isinstance(element.tag, str):
            raise SamlRefused("the document has a processing instruction or an entity")
        if count > most or depth > DEEPEST or len(element.attrib) > MOST_ATTRIBUTES:
            raise SamlRefused("the document has too many elements or attributes")
        for name, value in element.attrib.items():
            if etree.QName(name).localname.lower() == "id":
                if value in ids:
                    raise SamlRefused("two elements have the same id")
                ids.add(str(value))


def _walk(root: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        yield element, depth
        waiting.extend((child, depth + 1) for child in element)


def name(prefix: str, local: str) -> str:
    """Return a name as lxml has it. `prefix`: a key of NAMES."""
    return f"{{{NAMES[prefix]}}}{local}"


def children(element: etree._Element, prefix: str, local: str) -> list[etree._Element]:
    """Return the direct children of this name."""
    found: list[etree._Element] = element.findall(name(prefix, local))
    return found


def one(element: etree._Element, prefix: str, local: str) -> etree._Element:
    """Return the only direct child of this name. Raises SamlRefused if there is none, or another one."""
    found = children(element, prefix, local)
    if len(found) != 1:
        raise SamlRefused(f"{local}: {len(found)} where one is expected")
    return found[0]


def text_of(element: etree._Element) -> str:
    """Return the whole text of an element that has no children. Raises SamlRefused if it has some."""
    if len(element):
        raise SamlRefused(f"{etree.QName(element).localname}: elements where a text is expected")
    return "".join(str(part) for part in element.itertext())
