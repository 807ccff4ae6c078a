"""Builds dist/api.zip for AWS Lambda: locked wheels for its machine and Python, less what no function needs, as bytecode.

    make package                                     # arm64, Python 3.13, as serverless.yml deploys it
    tools/package.py --platform x86_64-manylinux_2_28 --python 3.12 --output /tmp/api.zip

The same checkout gives the same bytes. Libraries go in as bytecode without their sources: a function that had to compile them would do so
at every cold start, since its disk is read-only. Compiling needs an interpreter of that very version; without one the sources go in.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = shutil.which("uv") or str(ROOT / ".tools" / "uv" / "bin" / "uv")
TASK = "/var/task"
"""Where Lambda unpacks it; tracebacks name files as they are there."""

OURS = ("idp", "templates", "migrations", "LICENSE")
NOT_DEPLOYED = ("idp/cli", "idp/dev", "templates/demo", "**/__pycache__")
SERVICES = {"dynamodb", "kms", "sts"}
"""botocore's descriptions of services that are kept; it ships four hundred."""
TRIMMED = (
    *("bin", "share", ".lock", "pycparser*", "cffi", "*/.agents", "botocore/data/*/*/examples-1.json"),
    *("**/*.pyi", "**/py.typed", "**/tests", "**/*.c", "**/*.h"),
    *(f"*.dist-info/{name}" for name in ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json", "top_level.txt")),
)
"""Compilers and their headers, types, tests, installers' notes. Licences stay."""


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """A command, silent unless it fails."""
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def install(folder: Path, platform: str, python: str) -> None:
    """The wheels that uv.lock names for deployment, each checked against its hash."""
    wanted = folder.parent / "requirements.txt"
    run(UV, "export", "--frozen", "--no-dev", "--no-emit-project", "--quiet", "--output-file", wanted)
    run(
        UV, "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--python-platform", platform,
        "--python-version", python, "--target", folder, "--requirements", wanted,
    )  # fmt: skip


def trim(folder: Path) -> None:
    """Remove what no function needs."""
    services = (path for path in (folder / "botocore" / "data").iterdir() if path.is_dir() and path.name not in SERVICES)
    for path in [*services, *matching(folder, TRIMMED)]:
        remove(path)


def add_ours(folder: Path) -> None:
    """This project's own files, without the command line and the development server."""
    for name in OURS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    for path in matching(folder, NOT_DEPLOYED):
        remove(path)


def matching(folder: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    """Paths under `folder`, all found before the first is used."""
    yield from [path for pattern in patterns for path in folder.glob(pattern)]


def remove(path: Path) -> None:
    """A file or a whole folder; one that went with its parent is gone already."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def interpreter(python: str) -> Path | None:
    """A Python of exactly this version, from PATH, uv's own or pyenv's."""
    found = [shutil.which(f"python{python}"), sys.executable, shutil.which("python3")]
    found += [str(path) for path in sorted(Path.home().glob(f".pyenv/versions/{python}*/bin/python"), reverse=True)]
    found += [str(path) for path in sorted(Path.home().glob(f".local/share/uv/python/cpython-{python}*/bin/python{python}"), reverse=True)]
    for candidate in filter(None, found):
        asked = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip() == python:
            return Path(candidate)
    return None


def compile_all(folder: Path, compiler: Path) -> None:
    """Bytecode that is taken without a look at its source: libraries' in place of it, ours beside it."""
    how = (compiler, "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", folder, "-p", TASK)
    ours = [folder / name for name in OURS if (folder / name).is_dir()]
    run(*how, *ours)
    libraries = [path for path in folder.iterdir() if path not in ours and (path.is_dir() or path.suffix == ".py")]
    run(*how, "-b", *libraries)
    for library in libraries:
        for source in [library] if library.is_file() else library.rglob("*.py"):
            if source.with_suffix(".pyc").exists():
                source.unlink()


def archive(folder: Path, output: Path) -> None:
    """A zip in which nothing depends on when or where it was made."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as into:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, whichever machine this is
            entry.external_attr = (0o755 if path.suffix == ".so" else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            into.writestr(entry, path.read_bytes())


def report(output: Path, compiler: Path | None) -> None:
    """What is in it, and how much."""
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(output) as made:
        for entry in made.infolist():
            sizes[entry.filename.partition("/")[0]] += entry.file_size
    print(f"{output}: {sizes.total() / 1e6:.1f} MB unzipped, {output.stat().st_size / 1e6:.1f} MB zipped")
    print("  " + ", ".join(f"{name} {size / 1e6:.1f}" for name, size in sizes.most_common(8)))
    if compiler is None:
        print("  \033[31mwithout bytecode\033[0m: every cold start compiles it anew. Install that Python first: uv python install 3.13")


def main() -> None:
    """As the module says."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--platform", default="aarch64-manylinux_2_28", help="as uv names it; Lambda's arm64 when not given")
    options.add_argument("--python", default="3.13", help="version of Lambda's runtime")
    options.add_argument("--output", type=Path, default=ROOT / "dist" / "api.zip")
    chosen = options.parse_args()
    compiler = interpreter(chosen.python)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, "package")
        install(folder, chosen.platform, chosen.python)
        trim(folder)
        add_ours(folder)
        if compiler:
            compile_all(folder, compiler)
        archive(folder, chosen.output)
    report(chosen.output, compiler)


if __name__ == "__main__":
    main()
