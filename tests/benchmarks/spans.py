"""How right findings in texts are, on sentences by a generator that no rule was made with. ``python -m tests.benchmarks.spans``.

The sentences are those of ``labelled/written*.py``: values by Faker in locales that no other file of these tests uses and by
arithmetic of our own, in templates for mails, tickets, logs, forms and rows; a third holds decoys or nothing. Scores the held-out
half, ours beside all rules of Presidio with their context words, in the same run. ``--development`` does so on the half by which
rules may be mended, with every error. ``--gold FILE`` adds the figure of a labelled set in the format of presidio-research.

The rule is that of ``score_spans.py``: a finding is right when its entity is that of a marked span and their characters overlap
by half of their union (IoU >= 0.5); neighbouring spans of one entity are joined first; PATTERN is all but PERSON, LOCATION,
DATE_TIME and NRP. Only entities that are marked somewhere count. Beyond it: a finding on what is true but not marked counts
neither way for that very entity only, and *any entity* lets every other entity that is found count as wrong, too.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from classifiers.catalogue import catalogue
from classifiers.matching.matcher import Matcher
from classifiers.texts import find
from tests.benchmarks.labelled.written import Span, Text, texts
from tests.benchmarks.labelled.written_development import DEVELOPMENT
from tests.benchmarks.labelled.written_held_out import HELD_OUT
from tests.benchmarks.presidio import MODEL
from tests.classifiers.test_presidio import recognizers

SOMETHING, NOTHING = 2_000, 1_200
NEED_MODEL = frozenset({"PERSON", "LOCATION", "DATE_TIME", "NRP"})
SAME = dict.fromkeys(("STREET_ADDRESS", "ADDRESS", "GPE", "ZIP_CODE"), "LOCATION") | {"DOMAIN_NAME": "URL"}
NEUTRAL = frozenset({"TITLE", "PREFIX", "AGE", "ORGANIZATION"})
GOLD = frozenset(
    "PERSON LOCATION DATE_TIME NRP PHONE_NUMBER EMAIL_ADDRESS CREDIT_CARD IBAN_CODE US_SSN IP_ADDRESS URL "
    "US_DRIVER_LICENSE".split()
)
"""What ``score_spans.py`` counts."""
EVERYTHING = frozenset({"*"})
PRESIDIO_THRESHOLD = 0.35

Found = Sequence[Span]
Finder = Callable[[Sequence[str]], list[Found]]


class Counts(NamedTuple):
    """By entity."""

    hit: Counter[str]
    wrong: Counter[str]
    missed: Counter[str]


def ours() -> Finder:
    """The whole catalogue, as ``reeve classify --rules-only`` runs it."""
    matcher = Matcher(catalogue())
    return lambda some: [[Span(one.entity, one.start, one.end) for one in found] for found in find(matcher, some)]


def presidio() -> Finder:
    """All recognizers by rule, of any language, with spaCy's lemmas for their context words; no look-up leaves the machine."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    rules: list[Any] = [*recognizers(), PhoneRecognizer()]
    for rule in rules:
        rule.supported_language = "en"
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": MODEL}]}
    )
    engine: Any = AnalyzerEngine(
        registry=RecognizerRegistry(rules),
        nlp_engine=provider.create_engine(),
        supported_languages=["en"],
        default_score_threshold=PRESIDIO_THRESHOLD,
    )
    return lambda some: [
        [Span(one.entity_type, one.start, one.end) for one in engine.analyze(text, language="en")] for text in some
    ]


def counts(gold: Sequence[Text], found: Sequence[Found], entities: frozenset[str]) -> Counts:
    """Right, wrong and missed spans of these entities, or of every one."""
    told = Counts(Counter(), Counter(), Counter())
    for text, some in zip(gold, found, strict=True):
        want = joined([one for one in text.spans if one.entity], text.text)
        want = [one for one in want if entities is EVERYTHING or one.entity in entities]
        got = joined([one for one in some if entities is EVERYTHING or one.entity in entities], text.text)
        left = list(want)
        for one in got:
            match = next((other for other in left if other.entity == one.entity and iou(one, other) >= 0.5), None)
            if match is not None:
                left.remove(match)
                told.hit[one.entity] += 1
            elif not any(iou(one, other) > 0 and allows(other, one.entity) for other in text.spans):
                told.wrong[one.entity] += 1
        told.missed.update(one.entity for one in left)
    return told


def allows(span: Span, entity: str) -> bool:
    """Whether this entity may be found there, and counts neither way."""
    return entity in span.allowed or span.allowed is EVERYTHING


def joined(spans: Iterable[Span], text: str) -> list[Span]:
    """Neighbouring spans of one entity, with no letter or digit and at most three characters between them, as one."""
    out: list[Span] = []
    for one in sorted(spans, key=lambda span: (span.start, span.end)):
        last = out[-1] if out else None
        near = last is not None and last.entity == one.entity and one.start - last.end <= 3
        if last is not None and near and not any(char.isalnum() for char in text[last.end : one.start]):
            out[-1] = Span(one.entity, last.start, max(one.end, last.end))
        else:
            out.append(one)
    return out


def iou(one: Span, other: Span) -> float:
    """Characters of both, of those of either."""
    both = min(one.end, other.end) - max(one.start, other.start)
    return both / (max(one.end, other.end) - min(one.start, other.start)) if both > 0 else 0.0


def figures(told: Counts, entities: Iterable[str]) -> tuple[float, float, float, int]:
    """Precision, recall, F1 and how many there are."""
    hit, wrong, missed = (sum(one[entity] for entity in entities) for one in told)
    precision, recall = hit / max(hit + wrong, 1), hit / max(hit + missed, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), hit + missed


def report(gold: Sequence[Text], finders: dict[str, Finder]) -> None:
    """Print the tables."""
    found = {name: finder([one.text for one in gold]) for name, finder in finders.items()}
    marked = frozenset(one.entity for text in gold for one in text.spans if one.entity)
    shared = (
        marked & {entity for rule in recognizers() for entity in rule.supported_entities} | {"PHONE_NUMBER"} & marked
    )
    pattern = sorted(marked - NEED_MODEL)
    empty = [at for at, one in enumerate(gold) if not one.holds_something]
    print(
        f"{len(gold)} sentences, {len(empty)} of which hold nothing; {sum(len(one.spans) > 0 for one in gold)} hold values\n"
    )
    print("| what | of | precision | recall | F1 | spans |\n|---|---|---|---|---|---|")
    for name, some in found.items():
        told = counts(gold, some, marked)
        strict = counts(gold, some, EVERYTHING)
        rows = {
            "PATTERN": (told, pattern),
            "PATTERN, entities that Presidio has": (told, sorted(shared - NEED_MODEL)),
            "PATTERN, any entity": (strict, sorted({*strict.hit, *strict.wrong, *strict.missed} - NEED_MODEL)),
        }
        rows |= {entity: (told, [entity]) for entity in sorted(marked)} if name == "ours" else {}
        for what, (seen, entities) in rows.items():
            precision, recall, f1, number = figures(seen, entities)
            print(f"| {name} | {what} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {number} |")
    for name, some in found.items():
        hit = sum(any(_is_wrong(one, gold[at], pattern) for one in some[at]) for at in empty)
        every = sum(any(_is_wrong(one, gold[at], None) for one in some[at]) for at in empty)
        print(f"\n{name}: found one of these in {hit} of {len(empty)} sentences that hold nothing, anything in {every}")


def _is_wrong(one: Span, text: Text, entities: Sequence[str] | None) -> bool:
    counted = one.entity not in NEED_MODEL if entities is None else one.entity in entities
    return counted and not any(iou(one, other) > 0 and one.entity in other.allowed for other in text.spans)


def errors(gold: Sequence[Text], found: Sequence[Found]) -> None:
    """Print every wrong and missed span. Only for what rules are mended by."""
    for text, some in zip(gold, found, strict=True):
        told = counts([text], [some], EVERYTHING)
        lost, wrong = sorted(told.missed.elements()), sorted(told.wrong.elements())
        if lost or wrong:
            said = [(one.entity, text.text[one.start : one.end]) for one in some]
            print(f"{text.locale} missed {lost} wrong {wrong}: {text.text!r} -> {said}")


def labelled(path: Path) -> list[Text]:
    """A set in the format of presidio-research, with what ``score_spans.py`` takes as the same and as neither."""
    out = []
    for item in json.loads(path.read_text(encoding="utf-8")):
        spans = [
            Span(SAME.get(one["entity_type"], one["entity_type"]), one["start_position"], one["end_position"])
            for one in item["spans"]
        ]
        spans = [Span("", one.start, one.end, EVERYTHING) if one.entity in NEUTRAL else one for one in spans]
        out.append(Text(item["full_text"], tuple(one for one in spans if not one.entity or one.entity in GOLD), ""))
    return out


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--development", action="store_true")
    parser.add_argument("--gold", type=Path, help="a labelled set in the format of presidio-research")
    parser.add_argument("--alone", action="store_true", help="without Presidio, which takes minutes")
    arguments = parser.parse_args()
    finders = {"ours": ours()} | ({} if arguments.alone else {"Presidio": presidio()})
    if arguments.gold:
        gold = labelled(arguments.gold)
        told = counts(gold, finders["ours"]([one.text for one in gold]), GOLD)
        print(
            "{}: PATTERN P {:.3f} R {:.3f} F1 {:.3f} n={}\n".format(
                arguments.gold.name, *figures(told, GOLD - NEED_MODEL)
            )
        )
    made = texts(DEVELOPMENT if arguments.development else HELD_OUT, SOMETHING, NOTHING)
    if arguments.development:
        errors(made, finders["ours"]([one.text for one in made]))
    report(made, finders)


if __name__ == "__main__":
    main()
