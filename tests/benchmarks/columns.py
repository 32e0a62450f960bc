"""How right verdicts on columns are, on columns whose meaning is known. ``python -m tests.benchmarks.columns``.

Prints precision, recall, F1 and the reliability curve on what was held out. ``--development`` does so on what verdicts are fitted
on, with every error, and ``--fit`` fits ``classifiers/columns/calibration.py`` to that.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pyarrow as pa

from classifiers.catalogue import catalogue
from classifiers.columns.calibration import AS_IT_IS
from classifiers.columns.verdicts import Judge, Verdict
from classifiers.detector import DetectorKey
from classifiers.matching.matcher import Matcher
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from classifiers.sketches.sketch import Sketch
from tests.benchmarks.labelled import Labelled, Table, decoys, development, held_out, more_decoys

KEY = HashKey(bytes(range(16)), 1)
EDGES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """A column, what it was taken for, and the entities that its values cannot be told from."""

    asset: str
    column: Labelled
    verdict: Verdict
    alike: frozenset[str]

    @property
    def said(self) -> str | None:
        """The main entity."""
        return self.verdict.entities[0].entity if self.verdict.entities else None

    def right(self, *, exact: bool) -> bool:
        """Whether the main entity is the true one; or, unless ``exact``, one whose rules hold for the values as well."""
        return self.said == self.column.truth or (not exact and self.said is not None and self.said in self.alike)


@cache
def matcher() -> Matcher:
    """Of the whole catalogue."""
    return Matcher(catalogue())


def sketches(table: Table) -> dict[str, Sketch]:
    """Those of a table's columns."""
    cells = {column.header: pa.array(list(column.cells), pa.string()) for column in table.columns}
    return observe(cells, matcher(), KEY)


def judged(judge: Judge, some: Iterable[Table]) -> list[Judged]:
    """Verdicts on all columns."""
    found = []
    for table in some:
        seen = sketches(table)
        verdicts = judge.asset(table.name, seen)
        for column in table.columns:
            alike = _alike(column.truth, seen[column.header]) if column.kind == "hidden" else frozenset[str]()
            found.append(Judged(table.name, column, verdicts[column.header], alike))
    return found


def _alike(truth: str | None, sketch: Sketch) -> frozenset[str]:
    """Entities whose rule and check hold for as many cells as the true one's, and are as strict: no one could choose."""
    if truth is None:
        return frozenset()
    by_key = {one.key: one for one in catalogue()}

    def held(key: DetectorKey) -> float:
        hits = sketch.hits[key]
        return float(hits.whole * hits.ok.mean()) if len(hits.ok) else 0.0

    own = [key for key in sketch.hits if by_key[key].entity == truth]
    if not own:
        return frozenset()
    best = max(own, key=held)
    strict = by_key[best].chance
    return frozenset(
        by_key[key].entity for key in sketch.hits if held(key) >= held(best) and by_key[key].chance <= 1.5 * strict
    )


class Scores(NamedTuple):
    """Of the main entities of columns."""

    precision: float
    recall: float
    f1: float


def scores(some: Sequence[Judged], *, exact: bool) -> Scores:
    """Precision over columns that were tagged, recall over those in which there is something."""
    tagged = [one for one in some if one.said is not None]
    hits = sum(one.right(exact=exact) for one in tagged)
    true = sum(one.column.truth is not None for one in some)
    precision, recall = hits / max(len(tagged), 1), hits / max(true, 1)
    return Scores(precision, recall, 2 * precision * recall / max(precision + recall, 1e-9))


def curve(some: Sequence[Judged]) -> list[tuple[float, float, int, float, float]]:
    """For each bin of confidence: from, to, verdicts, mean confidence, share that is exactly right."""
    rows = []
    for low, high in pairwise(EDGES):
        inside = [one for one in some if one.said and low <= one.verdict.confidence < high]
        if inside:
            mean = sum(one.verdict.confidence for one in inside) / len(inside)
            share = sum(one.right(exact=True) for one in inside) / len(inside)
            rows.append((low, high, len(inside), mean, share))
    return rows


def report(some: Sequence[Judged]) -> None:
    """Print the tables."""
    nothing = [one for one in some if one.column.truth is None]
    print("| columns | number | precision | recall | F1 | F1, exact entity |\n|---|---|---|---|---|---|")
    for name in ("all", "proper", "hidden", "misleading", "listed"):
        part = [one for one in some if one.column.kind == name or (name == "all" and one.column.kind != "listed")]
        lenient, exact = scores(part, exact=False), scores(part, exact=True)
        print(f"| {name} | {len(part)} | {lenient[0]:.3f} | {lenient[1]:.3f} | {lenient[2]:.3f} | {exact[2]:.3f} |")
    print(f"\ndecoys tagged: {sum(one.said is not None for one in nothing)} of {len(nothing)}\n")
    print("| confidence | verdicts | mean | right |\n|---|---|---|---|")
    for low, high, count, mean, share in curve(some):
        print(f"| {low:.2f} to {high:.2f} | {count} | {mean:.3f} | {share:.3f} |")


def errors(some: Sequence[Judged]) -> None:
    """Print every column that was taken for something else. Only for what verdicts are fitted on."""
    for one in some:
        if not one.right(exact=False):
            best = one.verdict.entities[0] if one.verdict.entities else None
            why = f"{best.detector} {best.confidence} {best.reason}" if best else ""
            print(f"{one.column.family} [{one.asset}.{one.column.header}] {one.column.truth} -> {one.said} {why}")


def fitted(some: Sequence[Judged]) -> list[tuple[float, float]]:
    """Points of an ascending curve from the model's probability to the share that is exactly right.

    By pooling adjacent violators (Ayer et al. 1955), of groups of at least 20 verdicts; a group's share is (right + 1/2) /
    (number + 1), so that no small one is called certain.
    """
    tagged = sorted((one for one in some if one.said), key=lambda one: one.verdict.confidence)
    groups: list[list[float]] = []  # number, sum of probabilities, right
    for one in tagged:
        value = (one.verdict.confidence, float(one.right(exact=True)))
        if groups and (groups[-1][0] < 20 or groups[-1][3] == value[0]):
            groups[-1] = [groups[-1][0] + 1, groups[-1][1] + value[0], groups[-1][2] + value[1], value[0]]
        else:
            groups.append([1, *value, value[0]])
    pooled: list[list[float]] = []
    for group in groups:
        pooled.append(group)
        while len(pooled) > 1 and _share(pooled[-2]) >= _share(pooled[-1]):
            last = pooled.pop()
            pooled[-1] = [*(a + b for a, b in zip(pooled[-1][:3], last[:3], strict=True)), last[3]]
    return [(0.0, 0.0), *((round(one[1] / one[0], 3), round(_share(one), 3)) for one in pooled), (1.0, 1.0)]


def _share(group: Sequence[float]) -> float:
    return (group[2] + 0.5) / (group[0] + 1)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--development", action="store_true")
    parser.add_argument(
        "--decoys",
        choices=("first", "second"),
        help="tagged ones of two more sets of decoys; the second is not looked at",
    )
    parser.add_argument("--fit", action="store_true", help="print the points for classifiers/columns/calibration.py")
    arguments = parser.parse_args()
    if arguments.fit:
        print(fitted(judged(Judge(catalogue(), AS_IT_IS), development.everything())))
        return
    judge = Judge(catalogue())
    if arguments.decoys:
        kinds = more_decoys.FIRST if arguments.decoys == "first" else more_decoys.SECOND
        found = judged(judge, decoys.tables_of(kinds, arguments.decoys, rounds=1))
        if arguments.decoys == "first":
            errors(found)
        print(f"decoys tagged: {sum(one.said is not None for one in found)} of {len(found)}")
        return
    if arguments.development:
        found = judged(judge, development.everything())
        errors(found)
    else:
        found = judged(judge, held_out.everything())
        if not held_out.has_mimesis():
            print("mimesis is not installed: without its columns", file=sys.stderr)
    report(found)


if __name__ == "__main__":
    main()
