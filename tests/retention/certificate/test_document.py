"""The document of a certificate: one spelling, read back as it was, and nothing that does not add up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.base.errors import IntegrityViolated
from engine.base.state.canonical import canonical
from engine.governance.change.effect import Action, Reason
from retention.certificate.document import Certificate, Copies, Part, RemainingCopy, last_end
from retention.certificate.words import ACTIONS, LEVELS, TECHNIQUES, Level
from tests.docs.generate import DOCS
from tests.properties import tries
from tests.retention.certificate.documents import certificates

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
Change = Callable[[dict[str, Any]], object]


@settings(max_examples=tries(60), suppress_health_check=[HealthCheck.too_slow])
@given(certificates())
def test_what_was_written_is_read_back(made: Certificate) -> None:
    data = made.to_bytes()
    assert Certificate.from_bytes(data) == made
    assert canonical(json.loads(data)) == data


@settings(max_examples=tries(60), suppress_health_check=[HealthCheck.too_slow])
@given(certificates(), st.data())
def test_any_other_spelling_is_refused(made: Certificate, data: st.DataObject) -> None:
    text = made.to_bytes().decode()
    at = data.draw(st.integers(0, len(text)))
    other = data.draw(
        st.sampled_from([text[:at] + " " + text[at:], text[:at], text + "\n", json.dumps(json.loads(text))])
    )
    try:
        found = Certificate.from_bytes(other.encode())
    except IntegrityViolated:
        return
    assert (
        found.to_bytes() == other.encode()
    )  # a blank within a name: another document, and no second spelling of this one


CHANGES: dict[str, Change] = {
    "another version": lambda told: told.update(version=2),
    "another type": lambda told: told.update(type="reeve.plan"),
    "closed by itself": lambda told: told.update(status="closed"),
    "a key more": lambda told: told.update(note="x"),
    "a level of media": lambda told: told["method"].update(level="purge"),
    "a claim": lambda told: told["method"].update(nist="Clear"),
    "more certified": lambda told: told["counts"].update(rows_certified=told["counts"]["rows_certified"] + 1),
    "more done": lambda told: told["assets"][0].update(rows_done=told["assets"][0]["rows_done"] + 1),
    "less read again": lambda told: told["verification"].update(batches=told["verification"]["batches"] - 1),
    "the maker as approver": lambda told: told["validation"].update(approver=told["plan"]["maker"]),
    "copies that end sooner": lambda told: told["copies"].update(
        remaining=[{"kind": "backup", "lasts": None, "until": None}], end_at="2026-01-01T00:00:00.000000Z"
    ),
    "a copy whose end nobody declared": lambda told: told["copies"].update(
        remaining=[{"kind": "backup", "lasts": None, "until": "2026-01-01T00:00:00.000000Z"}],
        end_at="2026-01-01T00:00:00.000000Z",
    ),
    "all of it, or not": lambda told: told.update(extent="whole" if told["extent"] == "partial" else "partial"),
    "more batches done than planned": lambda told: told["batches"].update(planned=told["batches"]["done"] - 1),
    "an instant without a zone": lambda told: told.update(issued_at="2026-01-01T00:00:00"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(made=certificates())
def test_what_does_not_add_up_is_refused(change: Change, made: Certificate) -> None:
    told = json.loads(made.to_bytes())
    change(told)
    with pytest.raises(IntegrityViolated):
        Certificate.from_bytes(canonical(told))


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(certificates())
def test_done_is_not_said_of_exceptions(made: Certificate) -> None:
    told = json.loads(made.to_bytes())
    told["plan"]["outcome"] = (
        "complete_with_exceptions" if told["plan"]["outcome"] == "done" else "done"
    )  # whichever it was not
    with pytest.raises(IntegrityViolated):
        Certificate.from_bytes(canonical(told))


def test_the_last_copy_counts_and_one_that_nobody_knows_leaves_all_open() -> None:
    early = RemainingCopy(kind="wal", lasts="PT1H", until=AT)
    late = RemainingCopy(kind="backup", lasts="P1D", until=AT + timedelta(days=1))
    assert last_end((late, early)) == late.until
    assert last_end((late, RemainingCopy(kind="export", lasts=None, until=None))) is None
    assert last_end(()) is None
    with pytest.raises(ValidationError):
        Copies(counted_from=AT, remaining=(late, early), end_at=early.until)


def test_each_word_of_plans_has_words_here() -> None:
    assert set(ACTIONS) == set(TECHNIQUES) == {one.value for one in Action}
    assert set(LEVELS) == set(Level)


def test_every_key_has_its_line_in_the_reference() -> None:
    page = (DOCS / "reference" / "certificates.md").read_text(encoding="utf-8")
    keys, parts = set[str](), [Certificate]
    for part in parts:
        for name, info in part.model_fields.items():
            keys.add(name)
            parts += [one for one in (info.annotation, *get_args(info.annotation)) if _is_part(one)]
    assert len(parts) > 15
    assert not {key for key in keys if f"`{key}`" not in page}
    assert not {one.value for one in (*Reason, *Level) if f"`{one.value}`" not in page}


def _is_part(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, Part)
