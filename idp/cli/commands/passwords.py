"""`idp passwords …`: the file of breached passwords that new passwords are compared with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idp.cli.whole_number import whole_number

group = typer.Typer(no_args_is_help=True, help="Breached passwords: build the file that new passwords are compared with.")

Source = Annotated[str, typer.Argument(metavar="SOURCE", help="A file, a folder of range files, or - for standard input.")]
Target = Annotated[Path, typer.Argument(metavar="FILTER", help="The file to write. An existing one is replaced.")]
MinCount = Annotated[
    int, typer.Option("--min-count", metavar="NUMBER", parser=whole_number(1, 10**9), help="Leave out hashes that were seen less often.")
]


@group.command()
def build_filter(source: Source, target: Target, min_count: MinCount = 1) -> None:
    """Build the file for IDP_BREACHED_PASSWORDS_FILE from lists of SHA-1 hashes, such as those of Have I Been Pwned.

    A line of SOURCE has a hash in hexadecimal digits, and a colon and a count if it is known. A folder has the files of the range service.
    Shows its progress on standard error. Needs no deployment.
    """
    import sys

    from idp.adapters.breached_file import MAGIC, SIZE
    from idp.cli.filter_builder import STEP, build, lines_of
    from idp.cli.progress import progress
    from idp.domain.errors import Invalid

    lines = sys.stdin.buffer if source == "-" else lines_of(Path(source))
    try:
        with progress(f"Times {STEP:,} lines", None) as step:
            entries = build(lines, target, min_count=min_count, step=step)
    except OSError as error:
        raise Invalid("filter.file_unusable", path=str(error.filename or target), reason=str(error.strerror)) from None
    typer.echo(f"{target}: {entries} entries, {(len(MAGIC) + SIZE * entries) / 1e6:.1f} MB")
