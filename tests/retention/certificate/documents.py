"""Any certificate that adds up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from retention.certificate import document as doc
from retention.certificate.words import Level

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WORDS = st.text("abc_", min_size=1, max_size=8)
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
COUNTS = st.integers(0, 10**9)
SENSITIVITIES = st.sampled_from(["public", "internal", "confidential", "restricted"])


@st.composite
def certificates(draw: st.DrawFn) -> doc.Certificate:
    """A certificate as a plan could come to one."""
    treated = draw(st.lists(st.tuples(TEXTS, COUNTS, COUNTS), min_size=1, max_size=4))
    assets = tuple(_treated(draw, *one) for one in treated)
    done = sum(one.rows_done for one in assets)
    if done == 0:
        assets = (_treated(draw, "person", 0, 1), *assets[1:])
        done = sum(one.rows_done for one in assets)
    found = draw(st.integers(0, done - 1))
    left = tuple(
        doc.LeftRoots(asset=draw(TEXTS), reason=draw(WORDS), roots=draw(st.integers(1, 99)))
        for _ in range(draw(st.integers(0, 3)))
    )
    known = st.builds(doc.RemainingCopy, kind=WORDS, lasts=st.just("P35D"), until=INSTANTS)
    unknown = st.builds(doc.RemainingCopy, kind=WORDS, lasts=st.none(), until=st.none())
    copies = tuple(draw(st.lists(known | unknown, max_size=3)))
    batches, not_begun = draw(st.integers(1, 999)), draw(st.integers(0, 1))
    if not_begun:
        left = (*left, doc.LeftRoots(asset=draw(TEXTS), reason=doc.STOPPED, roots=draw(st.integers(1, 99))))
    given_up: st.SearchStrategy[doc.Outcome] = st.sampled_from(["cancelled", "expired"])
    outcome = draw(given_up) if not_begun else "complete_with_exceptions" if found or left else "done"
    excluded = st.builds(doc.ExcludedRows, asset=TEXTS, reason=WORDS, detail=TEXTS, rows=COUNTS)
    return doc.Certificate(
        certificate=draw(st.uuids()),
        tenant=draw(st.uuids()),
        issued_at=draw(INSTANTS),
        extent="partial" if not_begun else "whole",
        store=draw(_of(doc.Store, name=TEXTS, kind=WORDS, server=st.none() | WORDS, server_version=st.none() | TEXTS)),
        assets=assets,
        before=tuple(draw(st.lists(_before(), max_size=3))),
        method=doc.Method(level=draw(st.sampled_from(Level)), nist="none"),
        tool=doc.Tool(name="reeve", version=draw(WORDS), config_hash=draw(st.none() | HASHES)),
        plan=doc.Planned(
            plan=draw(st.uuids()), root=draw(HASHES), outcome=outcome,
            maker=draw(st.uuids()), schedule=draw(TEXTS), due_at=draw(INSTANTS), policies=draw(st.just("") | HASHES),
            rules=tuple(draw(st.lists(TEXTS, max_size=3))),
        ),
        counts=doc.Counts(
            rows_planned=sum(one.rows_planned for one in assets), rows_done=done, rows_found_again=found,
            rows_certified=done - found, rows_resolved=draw(COUNTS),
            roots_planned=assets[0].rows_done + sum(one.roots for one in left), roots_done=assets[0].rows_done, left=left,
            excluded=tuple(draw(st.lists(excluded, max_size=3))),
            excluded_root=draw(HASHES),
        ),
        batches=doc.Batches(planned=batches + not_begun, done=batches),
        verification=doc.Verification(
            method="reread_by_key_and_value", batches=batches, rows=done, found=found, began_at=draw(INSTANTS),
            ended_at=draw(INSTANTS),
        ),
        validation=draw(
            st.builds(
                doc.Validation, approval=st.uuids(), approver=st.uuids(), kind=st.sampled_from(["plan", "standing"]),
                signed_sha256=HASHES, statement_sha256=HASHES, given_at=INSTANTS, expires_at=INSTANTS,
            )
        ),
        performer=doc.Performer(actor=draw(st.none() | st.uuids()), workers=tuple(draw(st.lists(st.uuids(), max_size=3)))),
        times=doc.Times(
            planned_at=draw(INSTANTS), approved_at=draw(st.none() | INSTANTS), began_at=draw(INSTANTS),
            committed_at=draw(st.none() | INSTANTS), ended_at=draw(INSTANTS),
        ),
        warnings=tuple(draw(st.lists(st.builds(doc.Warned, kind=WORDS, asset=TEXTS, detail=TEXTS), max_size=2))),
        copies=doc.Copies(counted_from=draw(INSTANTS), remaining=copies, end_at=doc.last_end(copies)),
    )  # fmt: skip


def _of(part: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(part, jurisdiction=TEXTS, **fields)


def _treated(draw: st.DrawFn, asset: str, more: int, done: int) -> doc.Treated:
    action, technique = draw(st.sampled_from([("delete", "DELETE"), ("detach", "UPDATE"), ("anonymise", "UPDATE")]))
    return doc.Treated.model_validate(
        {
            "asset": asset,
            "action": action,
            "technique": technique,
            "rows_planned": done + more,
            "rows_done": done,
            "table_rows": draw(st.none() | COUNTS),
        }
    )


def _before() -> st.SearchStrategy[doc.Before]:
    classes = st.builds(
        doc.Class, field=TEXTS, entity=WORDS, subtype=TEXTS, category=WORDS, sensitivity=SENSITIVITIES,
        decided_by=st.sampled_from(["scan", "person"]),
    )  # fmt: skip
    return st.builds(
        doc.Before, asset=TEXTS, judged=st.booleans(), sensitivity=st.none() | SENSITIVITIES,
        classes=st.lists(classes, max_size=3).map(tuple),
    )  # fmt: skip
