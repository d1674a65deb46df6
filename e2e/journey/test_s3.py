"""Item 2, the port itself: what boto3 does with S3, and what a stranger with a presigned URL cannot."""

import hashlib
import urllib.parse

import boto3.s3.transfer
import botocore.exceptions
import pytest
import requests

PART = 5 * 1024 * 1024


def code(refused) -> str:
    return refused.value.response["Error"]["Code"]


def test_a_presigned_url_reads_and_writes_one_object(admin, bucket, folder):
    key = f"{folder}/a b+c.txt"
    put = admin.s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": key}, ExpiresIn=60)
    assert requests.put(put, data=b"seven", timeout=30).status_code == 200
    get = admin.s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key}, ExpiresIn=60)
    assert requests.get(get, timeout=30).content == b"seven"
    other = get.replace(urllib.parse.quote(f"{folder}/a b+c.txt", safe="/"), f"{folder}/other.txt")
    assert other != get and requests.get(other, timeout=30).status_code == 403


def test_a_presigned_put_does_not_become_a_copy(admin, bucket, folder):
    admin.s3.put_object(Bucket=bucket, Key=f"{folder}/secret", Body=b"secret")
    inbox = {"Bucket": bucket, "Key": f"public/{folder}/inbox"}
    put = admin.s3.generate_presigned_url("put_object", inbox, ExpiresIn=60)
    refused = requests.put(put, headers={"x-amz-copy-source": f"/{bucket}/{folder}/secret"}, timeout=30)
    assert refused.status_code == 403 and "unsigned-header" in refused.text
    with pytest.raises(botocore.exceptions.ClientError) as gone:
        admin.s3.head_object(**inbox)
    assert code(gone) == "404"


def test_a_presigned_url_ends(admin, bucket, folder):
    admin.s3.put_object(Bucket=bucket, Key=f"{folder}/k", Body=b"x")
    long = admin.s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": f"{folder}/k"}, ExpiresIn=8 * 86400)
    assert requests.get(long, timeout=30).status_code in (400, 403)
    good = admin.s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": f"{folder}/k"}, ExpiresIn=60)
    stale = urllib.parse.urlsplit(good)
    query = urllib.parse.parse_qs(stale.query) | {"X-Amz-Date": ["20200101T000000Z"]}
    query = urllib.parse.urlencode(query, doseq=True)
    assert requests.get(stale._replace(query=query).geturl(), timeout=30).status_code in (400, 403)


def test_objects_in_parts_by_ranges_and_under_conditions(admin, bucket, folder, tmp_path):
    body = bytes(range(256)) * (2 * PART // 256 + 77)
    file = tmp_path / "big"
    file.write_bytes(body)
    config = boto3.s3.transfer.TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
    key = f"{folder}/big"
    admin.s3.upload_file(str(file), bucket, key, Config=config, ExtraArgs={"Metadata": {"cruise": "MSM-1"}})
    head = admin.s3.head_object(Bucket=bucket, Key=key)
    assert (head["ContentLength"], head["Metadata"]) == (len(body), {"cruise": "MSM-1"})
    assert head["ETag"].endswith('-3"')
    copied = admin.s3.copy_object(Bucket=bucket, Key=f"{folder}/copy", CopySource={"Bucket": bucket, "Key": key})
    assert copied["CopyObjectResult"]["ETag"]
    got = admin.s3.get_object(Bucket=bucket, Key=f"{folder}/copy")["Body"].read()
    assert hashlib.sha256(got).digest() == hashlib.sha256(body).digest()
    tail = admin.s3.get_object(Bucket=bucket, Key=key, Range="bytes=-10")
    assert (tail["ResponseMetadata"]["HTTPStatusCode"], tail["Body"].read()) == (206, body[-10:])
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        admin.s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={len(body)}-")
    assert code(refused) == "InvalidRange"
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        admin.s3.put_object(Bucket=bucket, Key=key, Body=b"x", IfNoneMatch="*")
    assert code(refused) == "PreconditionFailed"
    with pytest.raises(botocore.exceptions.ClientError) as unchanged:
        admin.s3.get_object(Bucket=bucket, Key=key, IfNoneMatch=head["ETag"])
    assert code(unchanged) == "304"


def test_listings_page_to_the_end(admin, bucket, folder):
    keys = sorted(f"{folder}/{name}" for name in ["a/1", "a/2", "b", "c/ü", "d e", "f+g", "z%"])
    for key in keys:
        admin.s3.put_object(Bucket=bucket, Key=key, Body=b"")
    for version in ["list_objects_v2", "list_objects"]:
        pages = admin.s3.get_paginator(version).paginate(
            Bucket=bucket, Prefix=f"{folder}/", PaginationConfig={"PageSize": 2}
        )
        assert [o["Key"] for page in pages for o in page.get("Contents", [])] == keys
    pages = list(
        admin.s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=f"{folder}/", Delimiter="/", PaginationConfig={"PageSize": 2}
        )
    )
    groups = [p["Prefix"] for page in pages for p in page.get("CommonPrefixes", [])]
    assert groups == [f"{folder}/a/", f"{folder}/c/"]
    gone = admin.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert sorted(d["Key"] for d in gone["Deleted"]) == keys
    assert admin.s3.list_objects_v2(Bucket=bucket, Prefix=f"{folder}/")["KeyCount"] == 0


def test_what_is_not_done_is_refused(admin, bucket, folder):
    for arguments in [{"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}, {"ACL": "public-read"}]:
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            admin.s3.put_object(Bucket=bucket, Key=f"{folder}/k", Body=b"x", **arguments)
        assert code(refused) == "NotImplemented", arguments
