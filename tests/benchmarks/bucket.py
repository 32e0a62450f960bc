"""A bucket of many objects, half of them packed or Parquet: a scan against a bare loop that downloads and parses the same."""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from botocore.config import Config

from tests.benchmarks.measure import in_a_process
from tests.benchmarks.tables import COLUMNS, rows
from tests.peak import peak
from tests.seaweed import ADMIN, SCANNER, Server

BUCKET = "bench-lake"
KINDS = ("csv", "jsonl", "parquet", "csv.gz")
ROWS = 1_050  # of an object: about 200 kB


DISTINCT = {"near": "a tenth distinct, repeated in the same object", "far": "a tenth distinct", "never": "all distinct"}


def _rows(objects: int, repeats: str) -> Iterator[tuple[object, ...]]:
    """Values that repeat ten times: ``near`` one another, in the same object, ``far``, anywhere in the bucket, or ``never``."""
    total = objects * ROWS
    if repeats == "near":
        rng = random.Random(21)
        source = rows(total // 10, total // 10)
        for _ in range(objects):
            columns = list(zip(*islice(source, ROWS // 10), strict=True))
            for _ in range(ROWS):
                yield tuple(rng.choice(column) for column in columns)
    else:
        yield from rows(total, total if repeats == "never" else total // 10)


def bodies(objects: int, repeats: str) -> Iterator[tuple[str, bytes]]:
    """Keys and contents."""
    source = _rows(objects, repeats)
    for number in range(objects):
        table = pa.table(dict(zip(COLUMNS, map(list, zip(*islice(source, ROWS), strict=True)), strict=True)))
        kind = KINDS[number % len(KINDS)]
        yield f"people/dt=2026-{number:06}/part-{number:05}.{kind}", _encoded(table, kind)


def _encoded(table: pa.Table, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "parquet":
        pq.write_table(table, out)
    elif kind == "jsonl":
        out.writelines(json.dumps(row).encode() + b"\n" for row in table.to_pylist())
    else:
        pyarrow.csv.write_csv(table, out)
    return gzip.compress(out.getvalue(), 6) if kind.endswith("gz") else out.getvalue()


def fill(url: str, objects: int, repeats: str) -> int:
    """Make the bucket; its bytes."""
    s3 = client(url, ADMIN.access_key, ADMIN.secret_key)
    s3.create_bucket(Bucket=BUCKET)
    size = 0
    for key, body in bodies(objects, repeats):
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        size += len(body)
    return size


def client(url: str, key: str, secret: str) -> Any:
    """Of S3."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(s3={"addressing_style": "path"}, signature_version="s3v4"),
    )


def bare(url: str) -> dict[str, Any]:
    """Download and parse every object with the product's parsers, and nothing else."""
    from engine.estate.formats.detect import detect
    from engine.estate.formats.format import Budget
    from engine.estate.formats.registry import open_detected

    s3 = client(url, SCANNER.access_key, SCANNER.secret_key)
    began, count = time.perf_counter(), 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for item in page.get("Contents", ()):
            body = s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read()
            raw = io.BytesIO(body)
            form, source = open_detected(raw, detect(raw, item["Key"], len(body)))
            count += sum(chunk.rows for chunk in form.chunks(source, None, Budget()))
    return {"seconds": time.perf_counter() - began, "rows": count}


def scans(url: str) -> dict[str, Any]:
    """A first scan and a second one of the unchanged bucket."""
    from engine.base.clock import SystemClock
    from engine.base.settings import load_settings
    from engine.base.state.opening import open_state
    from engine.base.work.pace import Limits
    from engine.estate.detectors.pack import load_pack
    from engine.estate.scan.run import Scanner
    from engine.estate.stores.declared import DeclaredStore
    from engine.estate.stores.s3 import Access, S3Store

    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "reeve.yaml"
        config.write_text("stores: {}\n")
        settings = load_settings(config)
        database = open_state(settings, SystemClock())
        access = Access(BUCKET, url, "us-east-1", SCANNER.access_key, SCANNER.secret_key)
        stores = [DeclaredStore(S3Store("lake", access), limits=Limits())]  # as the configuration gives it
        scanner = Scanner(database, stores, frozenset({"lake"}), load_pack(), settings.config_hash)
        times = []
        for _ in range(2):
            began = time.perf_counter()
            result = scanner.run()
            times.append(time.perf_counter() - began)
        database.close()
    return {"seconds": times, "rows": result.rows, "status": result.status, "peak_mib": peak() / 2**20}


@contextmanager
def served() -> Iterator[str]:
    """An S3 server without buckets: its URL."""
    server = Server(str(Path(sys.executable).with_name("weed")))
    try:
        server.wait()
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()


@contextmanager
def lake(objects: int, repeats: str) -> Iterator[tuple[str, int]]:
    """A server with the bucket: its URL and the bytes in it."""
    with served() as url:
        yield url, fill(url, objects, repeats)


def figures(objects: int) -> Iterator[tuple[str, str]]:
    """Rows of the table."""
    for repeats, name in DISTINCT.items():
        with lake(objects, repeats) as (url, size):
            loop = in_a_process("bare", url)
            scan = in_a_process("scans", url)
            first, second = scan["seconds"]
            rate = f"{scan['rows'] / first:,.0f} rows/s, {loop['seconds'] / first:.2f}x the rate of the bare loop"
            yield (
                f"bucket of {objects:,} objects, {size / 1e9:.2f} GB, {name}",
                f"{rate}; peak {scan['peak_mib']:.0f} MiB",
            )
            yield f"the same unchanged, {name}", f"{second:.1f} s, {second / first:.1%} of the first time"


if __name__ == "__main__":
    for what, figure in figures(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000):
        print(f"| {what} | {figure} |", flush=True)
