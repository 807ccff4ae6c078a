"""Where uploads go: an address is for one file of one job (threats R-19)."""

from __future__ import annotations

import time

import httpx
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from idp.adapters.s3 import Bucket
from idp.adapters.s3_url import presigned_path
from idp.adapters.sigv4 import Credentials, Signer
from idp.domain.errors import Unavailable
from idp.domain.moving.uploads import UploadChangedError
from tests.integration.imports.conftest import Importing, csv
from tests.support.s3_server import BUCKET, S3Server


def test_an_upload_of_another_length_is_refused(importing: Importing) -> None:
    """The length is in the signature: neither a longer nor a shorter file is taken, whatever the caller sends as its length."""
    made = importing.create(csv(1, 3))
    url = made["uploads"][0]["url"]
    for content in (csv(1, 4), csv(1, 2), b""):
        assert httpx.put(url, content=content).status_code == 403
    assert importing.s3.stored() == []
    assert importing.upload(made, csv(1, 3)).status_code == 200


def test_an_address_is_for_one_key_and_one_method(importing: Importing) -> None:
    """With the address of one job nothing can be read, deleted, or written into another job."""
    made, other = importing.create(csv(1, 3)), importing.create(csv(4, 6))
    importing.upload(made, csv(1, 3))
    url = made["uploads"][0]["url"]
    assert httpx.get(url).status_code == 403
    assert httpx.delete(url).status_code == 403
    assert httpx.put(url.replace(made["id"], other["id"]), content=csv(1, 3)).status_code == 403
    assert httpx.put(url.replace("people", "hashes"), content=csv(1, 3)).status_code == 403
    assert httpx.put(url.partition("?")[0], content=csv(1, 3)).status_code == 403
    assert importing.s3.stored() == [f"imports/{made['id']}/people"]


def test_an_address_ends_after_a_quarter_of_an_hour(importing: Importing) -> None:
    """S3 looks at the beginning of the upload."""
    made = importing.create(csv(1, 3))
    importing.s3.ahead = 905
    assert importing.upload(made, csv(1, 3)).status_code == 403
    importing.s3.ahead = 890
    assert importing.upload(made, csv(1, 3)).status_code == 200


@pytest.mark.parametrize("size", [0, -1, 2 * 1024**3 + 1, 10**30])
def test_a_size_out_of_bounds_is_refused(importing: Importing, size: int) -> None:
    """Before anything is signed."""
    answer = importing.world.call("POST", "/imports", json={"format": "csv", "size": size})
    assert answer.status_code == 400


def test_files_are_bounded_together(importing: Importing) -> None:
    """Two files of the greatest size are too much."""
    answer = importing.world.call("POST", "/imports", json={"format": "auth0", "size": 2 * 1024**3, "files": {"hashes": 5}})
    assert answer.status_code == 400
    assert "bytes together" in answer.text


def test_further_files_have_addresses_of_their_own(importing: Importing) -> None:
    """Each file of a format, and no other."""
    made = importing.world.call("POST", "/imports", json={"format": "firebase", "size": 10, "files": {"hash_config": 5}}).json()
    assert [each["file"] for each in made["uploads"]] == ["people", "hash_config"]
    assert f"imports/{made['id']}/hash_config?" in made["uploads"][1]["url"]
    for body in ({"format": "csv", "size": 1, "files": {"hashes": 5}}, {"format": "csv", "size": 1, "files": {"../other": 5}}):
        assert importing.world.call("POST", "/imports", json=body).status_code == 400


def test_a_broken_download_goes_on(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the byte where it broke."""
    monkeypatch.setattr("idp.adapters.s3.time.sleep", lambda _: None)
    bucket, content = Bucket(BUCKET, region="us-east-1", endpoint=s3.url), bytes(range(256)) * 1000
    s3.client.put_object(Bucket=BUCKET, Key="a/b", Body=content)
    stored = bucket.stat("a/b")
    assert stored
    assert stored.size == len(content)
    s3.cut = [1000, 70_000, 0]
    assert bucket.open("a/b", stored).read() == content
    file = bucket.open("a/b", stored)
    assert (file.read(10), file.seek(0), file.read(70_010)[-3:]) == (content[:10], 0, content[70_007:70_010])
    assert (file.seek(250_000), file.read()) == (250_000, content[250_000:])
    s3.cut = [0] * 10
    with pytest.raises(Unavailable):
        bucket.open("a/b", stored).read()
    s3.cut = [5]
    file = bucket.open("a/b", stored)
    s3.client.put_object(Bucket=BUCKET, Key="a/b", Body=content[::-1])
    with pytest.raises(UploadChangedError):
        file.read()


def test_a_bucket_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some tries."""
    monkeypatch.setattr("idp.adapters.s3.time.sleep", lambda _: None)
    bucket = Bucket(BUCKET, region="us-east-1", endpoint="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        bucket.stat("a")


@pytest.mark.parametrize("token", ["", "a/session+token=="])
@pytest.mark.parametrize("headers", [{}, {"content-length": "12"}])
def test_a_signature_is_that_of_botocore(token: str, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The query, in another order, and the signature."""
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(1_790_000_000))
    made = presigned_path(
        Signer("s3", "eu-central-1"), Credentials("AKID", "secret", token), method="PUT", host="b.s3.eu-central-1.amazonaws.com",
        path="/imports/a-b_c/people", at=at, lifetime=900, headers=headers,
    )  # fmt: skip
    request = AWSRequest("PUT", f"https://b.s3.eu-central-1.amazonaws.com{made.partition('&X-Amz-Signature')[0]}", headers=headers)
    request.context["timestamp"] = at
    auth = S3SigV4QueryAuth(BotocoreCredentials("AKID", "secret", token or None), "s3", "eu-central-1", expires=900)
    expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    assert made.endswith(f"&X-Amz-Signature={expected}")
