"""The report for machines: one canonical JSON document, so that its bytes follow from what it says."""

from __future__ import annotations

from typing import BinaryIO

from engine.base.state.canonical import JsonValue, canonical
from engine.base.state.events import timestamp
from engine.evidence.criteria import SERIES
from engine.evidence.readiness import Standing, by_category
from engine.evidence.report.model import LIMITS, TypeOne
from engine.evidence.view import Entry, ItemView

FORMAT = "reeve.type_1/1"


def write_json(report: TypeOne, stream: BinaryIO) -> None:
    """Write the report. The same report always gives the same bytes."""
    stream.write(canonical(document(report)) + b"\n")


def document(report: TypeOne) -> dict[str, JsonValue]:
    """The report as a tree. Keys stay what they are within a version of ``format``."""
    run = report.run
    return {
        "format": FORMAT,
        "type": 1,
        "at": timestamp(report.at),
        "made_at": timestamp(report.made_at),
        "scope": {
            "tenant": run.description.get("tenant"),
            "code_version": run.code_version,
            "config_hash": run.config_hash,
            "library_hash": run.library_hash,
        },
        "evidence": {
            "run": str(run.id),
            "collected_at": timestamp(run.collected_at),
            "period": {"from": timestamp(run.period.begin), "to": timestamp(run.period.end)},
            "schedule": run.schedule,
            "records": run.records,
            **_entry(run.entry),
        },
        "system": dict(run.description),
        "readiness": {
            name: {word.value: count for word, count in row.items()}
            for name, row in by_category(report.standings).items()
        },
        "totals": {word.value: count for word, count in report.totals.items()},
        "criteria": [_criterion(report, one) for one in report.standings],
        "controls": [_control(report, one) for one in report.run.items],
        "gaps": [one.criterion.id for one in report.gaps],
        "from_people": [one.criterion.id for one in report.people],
        "exceptions": [
            {"control": one.control.control, "what": one.what, "subject": one.subject, "at": one.at, "cited": one.cited}
            for one in report.exceptions
        ],
        "limits": list(LIMITS),
    }


def _entry(entry: Entry) -> dict[str, JsonValue]:
    return {"place": entry.place, "event_sha256": entry.sha256}


def _criterion(report: TypeOne, one: Standing) -> JsonValue:
    return {
        "id": one.criterion.id,
        "title": one.criterion.title,
        "category": one.criterion.category,
        "series": SERIES[one.criterion.series],
        "class": one.criterion.cls.value,
        "why": one.criterion.why,
        "input": one.criterion.input,
        "readiness": one.readiness.value,
        "controls": [_reference(report, item) for item in one.carried],
        "supported_by": [_reference(report, item) for item in one.supported],
        "todo": list(one.todo),
    }


def _reference(report: TypeOne, item: ItemView) -> JsonValue:
    return {
        "control": item.control,
        "conclusion": report.word(item),
        "item_sha256": item.sha256,
        **_entry(item.entry),
    }


def _control(report: TypeOne, item: ItemView) -> JsonValue:
    return {
        **item.document,
        "at_date": report.word(item),
        "todo": report.advice(item),
        "expires_at": timestamp(item.expires_at),
        "item_sha256": item.sha256,
        **_entry(item.entry),
    }
