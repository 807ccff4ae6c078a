"""The package has a shorter list of endpoints of AWS. The list in the environment stays whole."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tools.package import SERVICES, keep_endpoints


def test_only_the_packed_list_is_shortened(tmp_path: Path) -> None:
    """The installer links the files of its cache into each environment. A write to the file would reach all of them."""
    listed: dict[str, object] = {name: {"endpoints": {}} for name in ("dynamodb", "lambda")}
    cached, packed = tmp_path / "cached.json", tmp_path / "packed.json"
    cached.write_text(json.dumps({"partitions": [{"partition": "aws", "services": listed}]}))
    os.link(cached, packed)
    keep_endpoints(packed)
    kept = json.loads(packed.read_text())["partitions"][0]["services"]
    assert list(kept) == ["dynamodb"]
    assert "dynamodb" in SERVICES
    assert json.loads(cached.read_text())["partitions"][0]["services"] == listed
