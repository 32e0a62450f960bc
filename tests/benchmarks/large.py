"""One large object in a bucket: what memory a scan of it takes. ``python -m tests.benchmarks.large [GIGABYTES]``."""

from __future__ import annotations

import csv
import io
import sys
from itertools import islice

from tests.benchmarks.bucket import BUCKET, client, served
from tests.benchmarks.measure import in_a_process
from tests.benchmarks.tables import COLUMNS, rows
from tests.seaweed import ADMIN

PART_ROWS = 250_000


def fill(url: str, size: int) -> int:
    """Put one CSV of about ``size`` bytes, in parts of 250,000 rows; the addresses of each part are others. Returns its bytes."""
    admin = client(url, ADMIN.access_key, ADMIN.secret_key)
    admin.create_bucket(Bucket=BUCKET)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(islice(rows(PART_ROWS, PART_ROWS), PART_ROWS))
    body = text.getvalue().encode()
    upload = admin.create_multipart_upload(Bucket=BUCKET, Key="large.csv")["UploadId"]
    parts: list[dict[str, object]] = []
    written = 0
    while written < size:
        number = len(parts) + 1
        part = (b"" if parts else ",".join(COLUMNS).encode() + b"\n") + body.replace(b"@", b".%d@" % number)
        told = admin.upload_part(Bucket=BUCKET, Key="large.csv", UploadId=upload, PartNumber=number, Body=part)
        parts.append({"ETag": told["ETag"], "PartNumber": number})
        written += len(part)
    admin.complete_multipart_upload(Bucket=BUCKET, Key="large.csv", UploadId=upload, MultipartUpload={"Parts": parts})
    return written


def main(gigabytes: float) -> None:
    """Measure, and print a row of the table."""
    with served() as url:
        size = fill(url, int(gigabytes * 1e9))
        scan = in_a_process("scans", url)
        rate = f"{scan['rows'] / scan['seconds'][0]:,.0f} rows/s"
        print(f"| one object of {size / 1e9:.1f} GB, {scan['rows']:,} rows | {rate}, peak {scan['peak_mib']:.0f} MiB |")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
