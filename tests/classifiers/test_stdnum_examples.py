"""The examples in python-stdnum's documentation: valid numbers in usual spellings, which others wrote down."""

from __future__ import annotations

import ast
import doctest
from collections import defaultdict
from functools import cache
from importlib import import_module

import pytest

from classifiers.catalogue import catalogue
from classifiers.checks.sampled import Stdnum
from classifiers.detector import Detector
from tests.classifiers.pack import matches

LEFT_OUT = {
    "FR 61 954 506 077": "a VAT number in groups of three",
    "B64717838": "a company of Spain",
    "X-5253868-R": "a foreigner in Spain: ES_NIE finds it",
    "M-1234567-L": "a hyphen behind the first letter",
    "x-2482300w": "in small letters",
    "00743110157": "a company of Italy: IT_VAT_CODE finds it",
    "NL4495445B01": "leading zeros left out",
    "NL002455799B11": "with its prefix: VAT_NUMBER finds it",
    "12. ABC.345 /01DE–35": "letters in a CNPJ",
    "10117410": "without its check digit a DNI is any eight digits",
    "9991603": "any seven digits",
    "2660-3": "a hyphen in any five digits",
    "1282182 W": "any seven digits and a letter",
    "121J": "any three digits and a letter",
    "ABNA BE 2A": "words of capital letters",
    "54362315K": "a citizen of Spain: ES_NIF finds it, by a check of our own",
    "1123": "any year",
    "7103192745": "a person of Czechia: CZ_RC finds it",
    "640903926": "a person of Czechia: CZ_RC/BEFORE_1954 finds it",
    "35686800-004141-20": "without its check digit an IMEI is any fourteen digits",
}
"""Spellings that no rule covers, with the reason."""

NO_CHECK_DIGIT = frozenset(
    "al.nipt bic cr.cpj cr.cr cu.ni id.nik imsi in_.pan ke.pin my.nric nl.identiteitskaartnummer pk.cnic tn.mf us.ein "
    "us.ptin".split()
)
"""Modules that judge structure only, so that most changes of one digit leave a number valid."""

UNGUARDED = frozenset({"ec.ruc", "es.cae", "eu.oss", "id.npwp", "si.maticna"})
"""Modules whose check digit does not cover the office or unit behind it."""


@cache
def _detectors() -> dict[str, list[Detector]]:
    """By the module that their check asks."""
    found: dict[str, list[Detector]] = defaultdict(list)
    for detector in catalogue():
        if isinstance(detector.check, Stdnum):
            found[detector.check.module].append(detector)
    return found


def _valid(module: str) -> list[str]:
    """The arguments of those calls of ``validate`` in the module's docstring that raise nothing."""
    document = import_module(f"stdnum.{module}").__doc__ or ""
    values = []
    for example in doctest.DocTestParser().get_examples(document):
        call = ast.parse(example.source).body[0]
        if example.exc_msg is not None or not isinstance(call, ast.Expr) or not isinstance(call.value, ast.Call):
            continue
        if ast.unparse(call.value.func) == "validate" and not call.value.keywords:
            values.append(str(ast.literal_eval(call.value.args[0])))
    return values


EXAMPLES = {module: _valid(module) for module in _detectors()}
WITH_EXAMPLES = [module for module, values in EXAMPLES.items() if values]


def _accepted(module: str, value: str) -> bool:
    return any(matches(detector, value) for detector in _detectors()[module])


def test_most_modules_have_examples() -> None:
    assert len(WITH_EXAMPLES) > 0.9 * len(EXAMPLES)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_valid_examples_are_found(module: str) -> None:
    values = [value for value in EXAMPLES[module] if value not in LEFT_OUT]
    assert [value for value in values if not _accepted(module, value)] == []


@pytest.mark.parametrize("module", [one for one in WITH_EXAMPLES if one not in NO_CHECK_DIGIT | UNGUARDED])
def test_numbers_with_one_digit_changed_pass_no_more_often_than_chance(module: str) -> None:
    changed = {
        value[:place] + digit + value[place + 1 :]
        for value in EXAMPLES[module]
        for place, old in enumerate(value)
        for digit in "0123456789"
        if old.isdigit() and digit != old
    }
    # the chance of some includes a date, which a change elsewhere leaves right: of these the check digit is judged
    chance = max(0.1, *(detector.chance for detector in _detectors()[module]))
    passed = sum(_accepted(module, value) for value in changed)
    assert passed <= 1.5 * chance * len(changed) + 3 * (chance * len(changed)) ** 0.5


def test_what_is_left_out_is_an_example() -> None:
    values = {value for some in EXAMPLES.values() for value in some}
    assert set(LEFT_OUT) <= values
    assert set(EXAMPLES) >= NO_CHECK_DIGIT | UNGUARDED
