"""Names of people, towns and companies in fields whose own names say nothing, and words that are none of these."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.catalogue import catalogue
from classifiers.columns.verdicts import Judge, Verdict
from classifiers.detector import LISTED
from classifiers.gazetteers.checks import LookedUp
from classifiers.gazetteers.lists import LISTS, listed, normal
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from tests.classifiers.pack import whole_matcher

KEY = HashKey(bytes(range(16)), 1)
JUDGE = Judge(catalogue())

GIVEN = (
    "Anna Jürgen François Giulia José Ingrid Piotr Katarzyna Mehmet Priya Wei Fatima Oluwaseun Siobhán Björn Chloé Matteo "
    "Lucía João Agnieszka Dmitri Aisha Hiroshi Søren Zuzana László Ioana Nikos Emma Liam"
).split()
FAMILY = (
    "Müller Schmidt Dupont Lefèvre Rossi Bianchi García Fernández Kowalski Nowakowska Novák Dvořáková Andersson Nguyen Patel "
    "Okafor O'Brien MacDonald Jansen Papadopoulos Ivanov Silva Pereira Horvath Johnson Williams Yamamoto Hernandez Larsen"
).split()
TOWNS = (
    "Berlin München Lyon Marseille Torino Napoli Sevilla Porto Kraków Łódź Brno Malmö Aarhus Tampere Utrecht Gent Zürich Graz "
    "Leeds Glasgow Boston Denver Seattle Montréal Mumbai Nairobi Osaka Lima"
).split()
COMPANIES = (
    "Acme Ltd|Nordwind GmbH|Blue River LLC|Hansen & Co|Verde S.p.A.|Lumière SARL|Kvist AB|Delta Oy|Orange Grove Inc|Sol S.L.|"
    "Brick Holdings|Janssen B.V.|Fuji K.K.|Polar AS|Tatra s.r.o.|Oak Partners|Smith and Sons|Rhein AG|Terra Ltda|Baltic Group"
).split("|")
STREETS = (
    "12 Main Street|Hauptstraße 4|Lindenallee 17b|8 rue de la Paix|Via Roma 33|Calle Mayor 5|Storgatan 21|221B Baker St|"
    "Goethestr. 3|77 Sunset Blvd|Rua Augusta 100|ulica Długa 6|900 Oak Hollow|1600 Pine Crossing"
).split("|")

WORDS = {
    "makes": "Toyota Ford Tesla Honda Nissan Mazda Subaru Volvo Saab Audi Porsche Opel Fiat Renault Peugeot Dacia Skoda Seat",
    "months": "January February March April May June July August September October November December",
    "weekdays": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "languages": "English German French Spanish Italian Dutch Polish Czech Russian Arabic Hindi Tamil Urdu Swahili Thai",
    "units": "Sales Marketing Finance Legal Engineering Support Logistics Purchasing Research Quality Security Operations",
    "fruit": "Apple Banana Cherry Mango Papaya Lemon Lime Orange Grape Melon Peach Plum Apricot Fig Date Kiwi",
    "states": "Pending Approved Rejected Shipped Delivered Cancelled Returned Refunded Open Closed",
    "planets": "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune Pluto Ceres Eris",
    "elements": "Hydrogen Helium Lithium Beryllium Boron Carbon Nitrogen Oxygen Fluorine Neon Sodium Magnesium Silicon",
    "mascots": "Phoenix Titan Apollo Orion Atlas Zeus Hermes Athena Falcon Raven Kraken Cobra Viper Panther Lynx",
    "ware": "Auftrag Rechnung Lieferung Bestellung Lager Artikel Kunde Menge Preis Gewicht Farbe Breite Versand Zahlung",
    "flowers": "Rose Lily Violet Daisy Iris Jasmine Tulip Orchid Dahlia Poppy Heather Lavender Magnolia Camellia Begonia",
}


def judged(name: str, cells: list[str]) -> Verdict:
    sketches = observe({name: pa.array(cells, pa.string())}, whole_matcher(), KEY)
    return JUDGE.asset("t1", sketches)[name]


def drawn(words: list[str], count: int = 200) -> list[str]:
    rng = random.Random(1)
    return [rng.choice(words) for _ in range(count)]


@pytest.mark.parametrize(
    ("cells", "detector"),
    [
        (GIVEN, "PERSON/GIVEN_NAME"),
        (FAMILY, "PERSON/FAMILY_NAME"),
        ([f"{one} {other}" for one, other in zip(GIVEN, FAMILY, strict=False)], "PERSON"),
        ([f"{other}, {one}" for one, other in zip(GIVEN, FAMILY, strict=False)], "PERSON"),
        (TOWNS, "LOCATION/CITY"),
        (COMPANIES, "ORGANIZATION"),
        (STREETS, "LOCATION/STREET_ADDRESS"),
    ],
    ids=["given", "family", "full", "family first", "towns", "companies", "streets"],
)
def test_what_a_column_without_a_name_holds(cells: list[str], detector: str) -> None:
    assert [one.detector for one in judged("col1", cells).entities] == [detector]
    assert [one.detector for one in judged("col1", drawn(cells)).entities] == [detector]


@pytest.mark.parametrize("kind", WORDS)
def test_columns_of_words_are_nothing(kind: str) -> None:
    for name in (kind, "col1"):
        assert judged(name, WORDS[kind].split()).entities == ()
        assert judged(name, drawn(WORDS[kind].split())).entities == ()


def test_what_a_list_lacks_counts_only_where_the_name_says_nothing() -> None:
    unheard = [
        f"{one}{two}" for one in ("Qwa", "Xul", "Zyr", "Vrok", "Ghle") for two in ("ndu", "mbira", "thex", "gorn")
    ]
    assert [one.entity for one in judged("first_name", unheard).entities] == ["PERSON"]
    assert judged("first_name", unheard).entities[0].share == 1.0
    assert judged("col1", unheard).entities == ()
    assert [one.entity for one in judged("last_name", ["山田", "佐藤", "鈴木", "高橋"]).entities] == ["PERSON"]


def test_a_name_that_speaks_of_things_takes_names_away() -> None:
    assert judged("product", drawn(GIVEN)).entities == ()


@pytest.mark.parametrize(
    ("check", "yes", "no"),
    [
        ("given", ["Anna", "ANNE-MARIE", "Jean Pierre", "josé"], ["Qwandu", "", "Anna Qwandu", "1"]),
        ("family", ["van den Berg", "O'Neil", "García López", "Dvořáková"], ["Xulmbira", "-"]),
        (
            "full",
            ["Dr. Anna Müller", "Müller, Anna", "Jan van den Berg", "Mary J. Smith Jr."],
            ["Anna", "Oak Table", "J. S."],
        ),
        ("town", ["München", "Boston, MA", "łódź"], ["Qwandu", "", "12"]),
        ("company", ["Acme Ltd.", "Société X S.A.", "A & B GmbH & Co. KG"], ["GmbH", "Oak Table", "Acme"]),
        ("street", ["Am Ufer 3", "12 Main St.", "1 Oak Hollow"], ["Main Street", "12 Oak Tables", "Chapter 12"]),
    ],
)
def test_single_cells(check: str, yes: list[str], no: list[str]) -> None:
    assert [one for one in yes if not LookedUp(check)([one])[0]] == []
    assert [one for one in no if LookedUp(check)([one])[0]] == []


@given(st.text(max_size=30))
def test_a_normal_form_is_its_own(text: str) -> None:
    form = normal(text)
    assert normal(form) == form
    assert form == "" or (form.isascii() and form.isalpha() and form.islower())


@given(
    st.lists(st.text(max_size=12), max_size=20),
    st.sampled_from(["given", "family", "full", "town", "company", "street"]),
)
def test_a_cell_is_judged_by_itself(cells: list[str], check: str) -> None:
    assert list(LookedUp(check)(cells)) == [LookedUp(check)([one])[0] for one in cells]


@pytest.mark.parametrize("name", LISTS)
def test_few_random_words_are_listed(name: str) -> None:
    rng = random.Random(2)
    made = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(5000)]
    assert np.mean(listed(name, made)) < 0.002


def test_sketches_know_the_detectors_that_look_cells_up() -> None:
    assert {one.key for one in catalogue() if one.samples_cells} == LISTED
