"""`python -m tools.item_shapes` records what changed in stored items since the version before.

`release REF`: make the shapes of that version, a tag or a commit, those of the version before (docs/releasing.md).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.versions.checkout import check_out
from tools.item_shapes.changes import differences
from tools.item_shapes.recorded import CHANGES, shapes_before, write_changes, write_shapes
from tools.item_shapes.shapes import shapes


def main(arguments: list[str]) -> int:
    """Run the command. Returns 1 if notes are to be written."""
    command, *rest = arguments or [""]
    if command == "release" and rest:
        with tempfile.TemporaryDirectory(prefix="idp-shapes-") as folder:
            version = check_out(rest[0], Path(folder))
            asked = [version.python, str(Path(__file__).with_name("shapes.py"))]
            write_shapes(json.loads(subprocess.run(asked, env=version.env, capture_output=True, check=True).stdout), rest[0])
    elif command:
        print(__doc__, file=sys.stderr)
        return 2
    left = write_changes(differences(shapes_before(), shapes()))
    if left:
        print(f"{left} changes have no note: write into `before` of {CHANGES.name} what the version before does with them")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
