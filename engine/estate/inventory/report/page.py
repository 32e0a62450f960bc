"""The inventory as one HTML file for a privacy officer."""

from __future__ import annotations

from typing import BinaryIO

from markupsafe import Markup

from classifiers.detector import Sensitivity
from engine.base.render.html import asset, environment, write_page
from engine.base.render.svg import Segment, legend, stacked_bar
from engine.estate.inventory.report import summary, words
from engine.estate.inventory.report.changes import change_lines
from engine.estate.inventory.view import COVERAGE_ORDER, AssetView, FieldView, InventoryView, bound_words

PACKAGE = "engine.estate.inventory"
FOLDER = "report"
LONG = 2_000  # fields from which paper goes without evidence: browsers fail on thousands of pages
FIRST_ROWS = 200  # rows of a live table that are laid out at once: STEP in page.js
GAP_WORDS = {"full": "read in full", "sampled": "sampled", "skipped": "skipped by rule", "failed": "failed"}


def write_html(view: InventoryView, stream: BinaryIO) -> None:
    """Write the report. The same view always gives the same bytes."""
    found, counted = summary.gaps(view), summary.figures(view)
    env = environment(PACKAGE, FOLDER)
    write_page(
        stream,
        env,
        "report.html",
        style=asset("report.css", PACKAGE, FOLDER),
        view=view,
        figures=counted,
        long=counted.fields > LONG,
        banner=summary.banner(view, found),
        stores=summary.store_lines(view),
        levels=[level.label for level in Sensitivity],
        heat=summary.heat_map(view),
        risks=summary.risk_lines(view),
        riskiest=summary.RISKIEST,
        gaps=found,
        changes=change_lines(view.drift),
        coverage=[(state, view.coverage_counts()[state]) for state in COVERAGE_ORDER],
        coverage_words=GAP_WORDS,
        disagreements=summary.disagreements(view),
        first_rows=FIRST_ROWS,
        level_bar=level_bar,
        coverage_bar=coverage_bar,
        level_legend=legend([(level.label, level.label) for level in Sensitivity]),
        coverage_legend=legend([(GAP_WORDS[state], state) for state in COVERAGE_ORDER]),
        entity_words=words.entity_words,
        category_words=words.category_words,
        bound_words=bound_words,
        flags=flags,
    )


def level_bar(line: summary.StoreLine) -> Markup:
    """Fields of a store by sensitivity, the worst on the left."""
    segments = [Segment(level.label, count, level.label) for level, count in zip(Sensitivity, line.counts, strict=True)]
    return stacked_bar(segments[::-1], label="Fields by sensitivity")


def coverage_bar(counts: list[tuple[str, int]]) -> Markup:
    """Objects by what was read of them."""
    return stacked_bar(
        [Segment(GAP_WORDS[state], count, state) for state, count in counts], label="Objects by coverage"
    )


def flags(place: int, owner: AssetView, item: FieldView | None) -> str:
    """What the filters of the table ask for, as words without anything from the estate in them."""
    found = [f"s{place}"]
    if owner.coverage != "full":
        found.append("gap")
    if item is None:
        return " ".join(found)
    found.append(item.sensitivity.label)
    marks = {
        "told": bool(item.entities or item.disagreement or item.excluded),
        "excluded": bool(item.excluded),
        "personal": summary.personal(item),
        "differs": bool(item.disagreement),
        "person": bool(item.disagreement) or any(entity.decided_by == "person" for entity in item.entities),
        "changed": bool(item.change or owner.change),
    }
    return " ".join([*found, *(name for name, given in marks.items() if given)])
