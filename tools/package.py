"""Builds the archives for AWS Lambda: locked wheels for its machine and Python, without unused files, as bytecode.

    make package                                     # all, for arm64 and Python 3.13, as serverless.yml deploys them
    python -m tools.package --archive authorizer --platform x86_64-manylinux_2_28 --python 3.12 --output /tmp/authorizer.zip

    api                     the provider: every function but the authorizer, console and saml
    authorizer              the Lambda authorizer for APIs: what it imports, and cryptography
    console                 the admin console: the provider with its pages, without the admin API and its libraries
    saml                    the function that judges SAML messages: what it imports, lxml, signxml and cryptography
    authorizer-policies     a layer beside it, for policies in Cedar: the engine is as large as all the rest

Beside each archive is its bill of materials (tools/sbom.py). The same checkout gives the same bytes; `--twice` builds again and compares.
`idp` and the libraries are packed as bytecode without their sources. Otherwise the function would compile them at every cold start, because
its disk is read-only. Compiling needs an interpreter of exactly that version; without one sources are packed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import sbom

ROOT = Path(__file__).resolve().parents[1]
UV = shutil.which("uv") or str(ROOT / ".tools" / "uv" / "bin" / "uv")
TASK = "/var/task"
"""Where Lambda unpacks the archive. Tracebacks name files by it."""


@dataclass(frozen=True)
class Archive:
    """Contents of one archive: our files and folders; names of libraries, none for all; `without`: files of either to leave out.

    `files`: a folder of the operator that is packed if it exists. `extra`: the optional dependencies that contain the libraries.
    `folder`: the folder inside the archive.
    """

    ours: tuple[str, ...]
    without: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    files: str = ""
    extra: str = ""
    folder: str = ""


CONSOLE = ("idp/http/console", "idp/functions/console.py", "templates/console")
"""The admin console, which only its own archive has."""
ARCHIVES = {
    "api": Archive(
        ("idp", "templates", "migrations", "LICENSE"),
        ("idp/cli", "templates/demo", "idp/locales/**/*.po", "idp/locales/*.md", *CONSOLE),
        files="files",
    ),
    "console": Archive(
        ("idp", "templates", "LICENSE"),
        ("idp/cli", "templates/demo", "idp/locales/**/*.po", "idp/locales/*.md", "idp/http/admin", "idp/http/scim"),
        (
            *("anyio", "argon2-cffi", "argon2-cffi-bindings", "authlib", "bcrypt", "botocore", "cffi", "cryptography", "fido2", "idna"),
            *("jinja2", "jmespath", "joserfc", "libpass", "mangum", "markupsafe", "pynamodb", "pyotp", "python-dateutil", "segno", "six"),
            *("starlette", "typing-extensions", "urllib3"),
        ),
        files="files",
    ),
    "authorizer": Archive(
        (
            *(
                "LICENSE",
                "idp/__init__.py",
                "idp/verify",
                "idp/functions/__init__.py",
                "idp/functions/authorizer.py",
                "idp/functions/cold_start.py",
            ),
            *(
                "idp/wiring/__init__.py",
                "idp/wiring/authorizer.py",
                "idp/wiring/authorizer_settings.py",
                "idp/services/__init__.py",
                "idp/services/authorizer",
            ),
            *(
                "idp/store/__init__.py",
                "idp/store/access_keys.py",
                "idp/store/app_keys.py",
                "idp/store/keys.py",
                "idp/store/organisation_keys.py",
            ),
            *(
                "idp/domain/__init__.py",
                "idp/domain/apps/__init__.py",
                "idp/domain/apps/client_id_url.py",
                "idp/domain/apps/client_stamp.py",
                "idp/domain/errors.py",
                "idp/domain/message.py",
                "idp/domain/tokens/__init__.py",
                "idp/domain/tokens/grant.py",
                "idp/domain/tokens/liveness.py",
                "idp/domain/access/__init__.py",
                "idp/domain/access/roles.py",
                "idp/domain/organisations/__init__.py",
                "idp/domain/organisations/belonging.py",
                "idp/domain/organisations/membership.py",
                "idp/domain/organisations/profile.py",
                "idp/domain/people/__init__.py",
                "idp/domain/people/user.py",
                "idp/adapters/__init__.py",
                "idp/adapters/dynamodb_reader.py",
                "idp/adapters/aws_client.py",
                "idp/adapters/aws_json.py",
            ),
            *("idp/adapters/aws_credentials.py", "idp/adapters/https_pool.py", "idp/adapters/sigv4.py"),
        ),
        (
            *("idp/verify/fastapi.py", "idp/verify/powertools.py", "idp/verify/asgi.py"),
            # It reads public keys from JWKs only: no certificates, no key files, no Fernet, no ciphers, no TOTP, no ML-KEM.
            *("cryptography/x509", "cryptography/hazmat/primitives/serialization", "cryptography/hazmat/asn1", "*.dist-info/sboms"),
            *("cryptography/fernet.py", "cryptography/cobblestone.py", "cryptography/hazmat/primitives/kdf"),
            *("cryptography/hazmat/primitives/twofactor", "cryptography/hazmat/primitives/ciphers", "cryptography/hazmat/decrepit"),
            *("cryptography/hazmat/primitives/asymmetric/mlkem.py", "cryptography/hazmat/primitives/asymmetric/mldsa.py"),
        ),
        ("cffi", "cryptography"),
    ),
    "saml": Archive(
        (
            *("LICENSE", "idp/__init__.py", "idp/functions/__init__.py", "idp/functions/saml.py"),
            *("idp/adapters/__init__.py", "idp/adapters/saml"),
            *("idp/domain/__init__.py", "idp/domain/connections/__init__.py", "idp/domain/connections/saml.py"),
        ),
        (
            *("lxml/html", "lxml/isoschematron", "lxml/includes", "lxml/objectify.*", "lxml/sax.*", "lxml/builder.*", "lxml/*.p[yx][xid]"),
            *("lxml/_difflib*", "signxml/xades", "*.dist-info/sboms"),
        ),
        ("certifi", "cffi", "cryptography", "lxml", "signxml"),
        extra="saml",
    ),
    "authorizer-policies": Archive(("LICENSE",), (), ("cedarpy", "tzdata"), extra="policies", folder="python"),
    "tracing": Archive(
        ("LICENSE",),
        ("google/api", "google/cloud", "google/logging", "google/longrunning", "google/type", "google/shopping", "google/gapic"),
        (
            *("opentelemetry-sdk", "opentelemetry-semantic-conventions", "opentelemetry-proto", "opentelemetry-exporter-otlp-proto-http"),
            *("opentelemetry-exporter-otlp-proto-common", "opentelemetry-exporter-otlp-common", "opentelemetry-exporter-http-transport"),
            *("googleapis-common-protos", "protobuf", "requests", "certifi", "charset-normalizer"),
        ),
        extra="tracing",
        folder="python",
    ),
}
SERVICES = {"dynamodb", "kms", "sts"}
"""botocore's service descriptions that are kept. It ships four hundred."""
TRIMMED = (
    *("bin", "share", ".lock", "pycparser*", "cffi", "*/.agents", "botocore/data/*/*/examples-1.json", "**/__pycache__"),
    *("**/*.pyi", "**/py.typed", "**/tests", "**/*.c", "**/*.h"),
    *(f"*.dist-info/{name}" for name in ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json", "top_level.txt")),
    *("*.dist-info/sboms", "pydantic/v1", "authlib/integrations", "dateutil/zoneinfo/*.tar.gz", "fido2/hid"),
    *(f"passlib/{name}" for name in ("_data", "ext", "crypto", "apache.*", "apps.*", "context.*", "hash.*", "hosts.*", "pwd.*", "totp.*")),
    # Of fido2 the server's side stays: attestations, metadata, keys. Its programs for authenticators and their list of domains go.
    *(f"fido2/{name}" for name in ("client", "ctap*", "pcsc.py", "server.py", "rpid.py", "win_api.py", "public_suffix_list.dat")),
    *("authlib/oauth1", "pydantic/mypy.py", "dateutil/rrule.py", "anyio/_backends/_trio.py", "anyio/pytest_plugin.py"),
    # Of passlib's handlers md5_crypt, phpass and sha2_crypt stay.
    *(f"passlib/handlers/{pattern}" for pattern in ("[!_mps]*", "m[!d]*", "p[!h]*", "s[!h]*", "sha1*")),
)
"""Compilers and their headers, types, tests, installers' notes, and parts of libraries that nothing of ours imports. Licences stay."""


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command. Its output is shown only if it fails."""
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def install(folder: Path, what: Archive, platform: str, python: str) -> None:
    """Download the wheels that uv.lock names for deployment. Each is checked against its hash."""
    wanted = folder / "requirements.txt"
    extra = ("--extra", what.extra) if what.extra else ()
    run(UV, "export", "--frozen", "--no-dev", "--no-emit-project", "--no-header", "--quiet", *extra, "--output-file", wanted)
    if what.libraries:
        one_each = re.split(r"\n(?=[a-zA-Z0-9])", wanted.read_text(encoding="utf-8"))
        wanted.write_text("\n".join(one for one in one_each if one.partition("=")[0] in what.libraries) + "\n", encoding="utf-8")
    run(
        UV, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--python-platform", platform,
        "--python-version", python, "--target", folder, "--requirements", wanted,
    )  # fmt: skip
    wanted.unlink()


def trim(folder: Path) -> None:
    """Remove what no function needs."""
    services = (path for path in folder.glob("botocore/data/*") if path.is_dir() and path.name not in SERVICES)
    for path in [*services, *matching(folder, TRIMMED)]:
        remove(path)
    endpoints = folder / "botocore" / "data" / "endpoints.json"
    if endpoints.exists():
        keep_endpoints(endpoints)


def keep_endpoints(file: Path) -> None:
    """Remove from botocore's list of endpoints the services that are not kept. Partitions and regions stay.

    The file is replaced and not written to: uv links files, so the same file is in its cache and in every environment.
    """
    content = json.loads(file.read_text(encoding="utf-8"))
    for partition in content["partitions"]:
        partition["services"] = {name: value for name, value in partition["services"].items() if name in SERVICES}
    file.unlink()
    file.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")


def add_ours(folder: Path, what: Archive) -> None:
    """Copy this project's own files."""
    for name in what.ours:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    if (folder / "idp" / "locales").is_dir():
        run(sys.executable, "-m", "tools.translation", "compile", "--folder", folder / "idp" / "locales", cwd=ROOT)
    if what.files and (ROOT / what.files).is_dir():
        shutil.copytree(ROOT / what.files, folder / what.files)
    for path in matching(folder, (*what.without, "**/__pycache__")):
        remove(path)


def matching(folder: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    """Return paths under `folder`, all found before the first is removed."""
    yield from [path for pattern in patterns for path in folder.glob(pattern)]


def remove(path: Path) -> None:
    """Remove a file or a whole folder, if it still exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def interpreter(python: str) -> Path | None:
    """Return a Python of exactly this version, from PATH, uv or pyenv, or None."""
    found = [shutil.which(f"python{python}"), sys.executable, shutil.which("python3")]
    found += [str(path) for path in sorted(Path.home().glob(f".pyenv/versions/{python}*/bin/python"), reverse=True)]
    found += [str(path) for path in sorted(Path.home().glob(f".local/share/uv/python/cpython-{python}*/bin/python{python}"), reverse=True)]
    for candidate in filter(None, found):
        asked = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip() == python:
            return Path(candidate)
    return None


def compile_all(folder: Path, what: Archive, compiler: Path) -> None:
    """Compile to bytecode that is used without its source. `idp` and the libraries keep no source, migrations keep theirs.

    A traceback has the file, the line and the function. Only the text of the line is missing.
    """
    how = (compiler, "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", folder, "-p", TASK)
    with_source = [folder / name for name in ("migrations", "templates", "files") if name in what.ours or name == what.files]
    beside = [path for path in with_source if path.is_dir()]
    if beside:
        run(*how, *beside)
    alone = [path for path in folder.iterdir() if path not in beside and (path.is_dir() or path.suffix == ".py")]
    run(*how, "-b", *alone)
    for part in alone:
        for source in [part] if part.is_file() else part.rglob("*.py"):
            if source.with_suffix(".pyc").exists():
                source.unlink()


def archive(folder: Path, output: Path) -> None:
    """Write a zip that does not depend on the time or machine of the build."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as into:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, on every machine
            entry.external_attr = (0o755 if path.suffix == ".so" else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            into.writestr(entry, path.read_bytes())


def report(output: Path, compiler: Path | None) -> None:
    """Print the contents and their sizes."""
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(output) as made:
        for entry in made.infolist():
            sizes[entry.filename.partition("/")[0]] += entry.file_size
    print(f"{output}: {sizes.total() / 1e6:.1f} MB unzipped, {output.stat().st_size / 1e6:.1f} MB zipped")
    print("  " + ", ".join(f"{name} {size / 1e6:.1f}" for name, size in sizes.most_common(8)))
    if compiler is None:
        print("  \033[31mwithout bytecode\033[0m: every cold start compiles it again. Install that Python first: uv python install 3.13")


def main() -> None:
    """Build the chosen archives."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--platform", default="aarch64-manylinux_2_28", help="as uv names it; Lambda's arm64 when not given")
    options.add_argument("--python", default="3.13", help="version of Lambda's runtime")
    options.add_argument("--archive", choices=sorted(ARCHIVES), help="only this one; api when there is an --output")
    options.add_argument("--output", type=Path, help="where to write it; dist/ARCHIVE.zip when not given")
    options.add_argument("--twice", action="store_true", help="build again, and end with an error if the bytes differ")
    chosen = options.parse_args()
    compiler = interpreter(chosen.python)
    for name in [chosen.archive or "api"] if chosen.archive or chosen.output else ARCHIVES:
        output = chosen.output or ROOT / "dist" / f"{name}.zip"
        build(name, output, chosen.platform, chosen.python, compiler)
        report(output, compiler)
        if chosen.twice:
            compare(name, output, chosen.platform, chosen.python, compiler)


def compare(name: str, output: Path, platform: str, python: str, compiler: Path | None) -> None:
    """Build an archive again. End with an error if it or its bill of materials differs."""
    with tempfile.TemporaryDirectory() as work:
        again = Path(work) / output.name
        build(name, again, platform, python, compiler)
        for one, other in ((output, again), (bill_of(output), bill_of(again))):
            if one.read_bytes() != other.read_bytes():
                sys.exit(f"{one}: two builds differ")
    print(f"  the same bytes twice: sha256 {hashlib.sha256(output.read_bytes()).hexdigest()}")


def bill_of(output: Path) -> Path:
    """Return the file of an archive's bill of materials."""
    return output.with_suffix(".cdx.json")


def write_bill(name: str, contents: sbom.Contents, output: Path) -> None:
    """Write the bill of materials of an archive that was written."""
    what = ARCHIVES[name]
    extra = ("--extra", what.extra) if what.extra else ()
    command = (UV, "export", "--frozen", "--no-dev", "--no-header", "--quiet", "--format", "cyclonedx1.5", *extra)
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    sbom.write(sbom.bill(json.loads(done.stdout), contents, name, output.read_bytes()), bill_of(output))


def build(name: str, output: Path, platform: str, python: str, compiler: Path | None) -> None:
    """Build one archive and its bill of materials."""
    what = ARCHIVES[name]
    with tempfile.TemporaryDirectory() as work:
        root = Path(work, "package")
        folder = root / what.folder if what.folder else root
        folder.mkdir(parents=True)
        install(folder, what, platform, python)
        contained = sbom.contained(folder)
        trim(folder)
        add_ours(folder, what)
        contents = sbom.Contents(sbom.licences(folder), contained)
        if compiler:
            compile_all(folder, what, compiler)
        archive(root, output)
    write_bill(name, contents, output)


if __name__ == "__main__":
    main()
