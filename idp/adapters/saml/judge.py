"""One event of the function: a response to judge, or the metadata of an identity provider to read."""

from __future__ import annotations

from typing import Any

from idp.adapters.saml.idp_metadata import read_metadata
from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.response import judge
from idp.domain.connections.saml import Expected


def answer_to(event: dict[str, Any]) -> dict[str, Any]:
    """Return the answer: `assertion` or `metadata`, or `refused` and `kind`. Unknown members of `expected` are ignored."""
    try:
        if "metadata" in event:
            return {"metadata": read_metadata(event["metadata"].encode("utf-8", "surrogatepass"), event["now"])._asdict()}
        expected = Expected(**{name: event["expected"][name] for name in Expected._fields})
        return {"assertion": judge(event["response"], expected)._asdict()}
    except SamlRefused as refused:
        return {"refused": refused.detail, "kind": refused.kind}
