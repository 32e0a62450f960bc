"""Names in texts: ours beside Presidio's default with the same spaCy model, in one run on one core.

    python -m tests.benchmarks.names GOLD.json score_spans.py

``GOLD.json`` is a list of ``{"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}``, such as
``synth_dataset_v2.json`` of presidio-research; ``score_spans.py`` is the script that scores it. Figures are printed and kept
nowhere: say beside them which data they are of, and whether anything was tuned on it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import tldextract
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

from classifiers.texts import find
from engine.base.resources import NAME_MODEL, installed_names
from engine.estate.detectors.pack import load_pack

ENTITIES = ("PERSON", "LOCATION", "ORGANIZATION")
SAMPLE = 20  # texts that each is warmed up with
Spans = list[tuple[str, int, int]]
Analyse = Callable[[Sequence[str]], list[Spans]]


def main(gold: Path, scorer: Path) -> None:
    """Print a Markdown table."""
    items = json.loads(gold.read_text(encoding="utf-8"))
    texts = [item["full_text"] for item in items]
    print(f"{len(texts)} texts, {sum(map(len, texts)):,} characters of {gold.name}\n")
    print("| what | texts/s | " + " | ".join(f"{entity} P / R / F1" for entity in ENTITIES) + " |")
    print("|---|---" + "|---" * len(ENTITIES) + "|", flush=True)
    module = _script(scorer)
    for name, analyse in (
        ("rules and names", _ours(names=True)),
        ("rules only", _ours(names=False)),
        ("names only", _names_only()),
        ("Presidio as it comes", _presidio(batched=False)),
        ("Presidio in batches", _presidio(batched=True)),
    ):
        analyse(texts[:SAMPLE])
        began = time.process_time()
        found = analyse(texts[SAMPLE:])
        rate = (len(texts) - SAMPLE) / (time.process_time() - began)
        scores = _scores(module, items[SAMPLE:], found)
        print(f"| {name} | {rate:,.0f} | " + " | ".join(scores) + " |", flush=True)


def _ours(*, names: bool) -> Analyse:
    pack = load_pack(names=installed_names() if names else None)

    def analyse(texts: Sequence[str]) -> list[Spans]:
        return [_spans(found) for found in find(pack.matcher, texts, names=pack.names)]

    return analyse


def _names_only() -> Analyse:
    names = installed_names()
    assert names is not None
    return lambda texts: [_spans(one for one in found if one.score >= 0.5) for found in names.find(texts)]


def _presidio(*, batched: bool) -> Analyse:
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    models = [{"lang_code": "en", "model_name": NAME_MODEL}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    if batched:
        batches = BatchAnalyzerEngine(engine)
        return lambda texts: [_results(found) for found in batches.analyze_iterator(list(texts), "en", batch_size=128)]
    return lambda texts: [_results(engine.analyze(text, language="en")) for text in texts]


def _spans(found: Iterable[Any]) -> Spans:
    return [(one.entity, one.start, one.end) for one in found]


def _results(found: Iterable[Any]) -> Spans:
    return [(one.entity_type, one.start, one.end) for one in found]


def _scores(scorer: Any, items: Sequence[Any], found: Sequence[Spans]) -> list[str]:
    hit, wrong, missed = scorer.score(items, dict(enumerate(found)))
    figures = [scorer.figures(hit[entity], wrong[entity], missed[entity]) for entity in ENTITIES]
    return [f"{precision:.3f} / {recall:.3f} / {f1:.3f}" for precision, recall, f1, _ in figures]


def _script(path: Path) -> Any:
    """The scorer, which leaves organisations out by itself: here they count."""
    spec = spec_from_file_location("score_spans", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ENTITIES = [*module.ENTITIES, "ORGANIZATION"]
    module.NEUTRAL = module.NEUTRAL - {"ORGANIZATION"}
    return module


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
