"""All formats by name, and the way from an opened file to its records."""

from __future__ import annotations

from typing import BinaryIO

from engine.estate.formats.avro import AvroFormat
from engine.estate.formats.csv import CsvFormat
from engine.estate.formats.detect import Detection
from engine.estate.formats.format import Format, Source
from engine.estate.formats.json import JsonFormat, JsonLinesFormat
from engine.estate.formats.parquet import ParquetFormat
from engine.estate.formats.source import open_source
from engine.estate.formats.text import TextFormat

FORMATS = ("csv", "json", "jsonl", "parquet", "avro", "text")
"""The names of all formats that are read."""


def format_of(detection: Detection) -> Format:
    """The reader for a file that ``detect`` has seen.

    Raises:
        KeyError: it is to be skipped.
    """
    if detection.format == "csv":
        return CsvFormat(detection.dialect)
    plain: dict[str, type[Format]] = {
        "json": JsonFormat,
        "jsonl": JsonLinesFormat,
        "parquet": ParquetFormat,
        "avro": AvroFormat,
        "text": TextFormat,
    }
    return plain[detection.format]()


def open_detected(raw: BinaryIO, detection: Detection) -> tuple[Format, Source]:
    """A file's reader, and its bytes as that reader wants them."""
    return format_of(detection), open_source(raw, packed=detection.packed, encoding=detection.encoding)
