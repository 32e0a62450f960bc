"""Other policies tried out over HTTP and in the console: what they would decide, before anybody puts them into force."""

from __future__ import annotations

from typing import Any

import pytest

from engine.base.actors.roles import Scope
from tests.api.conftest import POLICY, Served
from tests.api.test_scans import post
from tests.api.test_shell import problem

OTHER = """
version: 1
rules:
  letters:
    title: Letters go after a year
    select: {store: files, asset: letters.csv, field: "*"}
    require: {retention: {maximum: P1Y, from: {column: note}}, disposal: delete}
"""


@pytest.fixture
def client(governed: Served) -> Any:
    return governed.client(governed.key(Scope.POLICIES_READ, days=90))


def mistakes(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 422
    told: Any = problem(answer)
    assert told["code"] == "policies_refused"
    return list(told["errors"])


def simulate(client: Any, *texts: str, name: str = "other.yaml", **more: Any) -> Any:
    files = [{"name": name if number == 0 else f"{number}.yaml", "text": text} for number, text in enumerate(texts)]
    return post(client, "/v1/policies/simulate", files=files, **more)


def test_the_present_policies_change_nothing(client: Any) -> None:
    told = simulate(client, POLICY).json()
    assert told["before"] == told["after"]
    assert (told["changed_assets"], told["changed"], told["assets"]) == (0, [], 4)
    assert told["rules"] == {"added": [], "removed": [], "changed": []}
    assert told["retention"]["expires"] == {"before": 1, "after": 1}


def test_beside_the_present_ones_or_instead(client: Any) -> None:
    beside = simulate(client, OTHER, beside=True).json()
    assert beside["rules"] == {"added": ["letters"], "removed": [], "changed": []}
    assert [one["asset"] for one in beside["changed"]] == ["letters.csv"]
    (decision,) = [one for one in beside["changed"][0]["decisions"] if one["what"] == "retention"]
    assert (decision["before"]["decision"], decision["after"]["decision"]) == ("no_rule", "expires")
    instead = simulate(client, OTHER).json()
    assert instead["rules"]["removed"] == ["contacts", "labelled"]
    assert instead["retention"]["expires"] == {"before": 1, "after": 1}
    same_name = simulate(client, OTHER, name="policies.yaml", beside=True).json()
    assert same_name["after"] == instead["after"], "a file of the same name takes the present one's place"


def test_what_is_changed_of_a_rule_is_named_and_the_files_stay(governed: Served, client: Any) -> None:
    file = governed.settings.file.parent / "policies.yaml"
    before, rules = file.read_bytes(), client.get("/v1/policies").json()
    told = simulate(client, POLICY.replace("P2Y", "P1Y")).json()
    assert told["rules"]["changed"] == [{"rule": "contacts", "parts": ["retention"]}]
    assert [one["asset"] for one in told["changed"]] == ["customers"]
    assert (file.read_bytes(), client.get("/v1/policies").json()) == (before, rules)


def test_changed_assets_are_listed_in_parts(client: Any) -> None:
    all_of_them = simulate(client, OTHER).json()
    assert all_of_them["changed_assets"] == len(all_of_them["changed"]) > 1
    parts = [
        simulate(client, OTHER, skip=number, limit=1).json()["changed"]
        for number in range(all_of_them["changed_assets"])
    ]
    assert [one for part in parts for one in part] == all_of_them["changed"]


def test_mistakes_are_told_with_their_lines(client: Any) -> None:
    wrong = POLICY.replace("maximum", "maximun").replace("purpose", "purpos")
    told = mistakes(simulate(client, OTHER, wrong, name="one.yaml"))
    assert [(one["file"], one["line"]) for one in told] == [("1.yaml", "8"), ("1.yaml", "15")]
    assert "maximum" in told[0]["hint"]
    twice = mistakes(simulate(client, POLICY, name="again.yaml", beside=True))
    assert [(one["file"], one["line"], one["detail"]) for one in twice] == [
        ("again.yaml", "4", "there is a rule `contacts` in policies.yaml:4 already"),
        ("again.yaml", "12", "there is a rule `labelled` in policies.yaml:12 already"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"files": []},
        {"files": [{"name": "a.yaml", "text": "x" * 300_000}]},
        {"files": [{"name": "../a.yaml", "text": ""}]},
        {"files": [{"name": "a.yaml", "text": "", "path": "x"}]},
        {"files": [{"name": "a.yaml", "text": ""}], "limit": 0},
    ],
)
def test_what_does_not_fit_is_refused(client: Any, body: dict[str, Any]) -> None:
    assert problem(post(client, "/v1/policies/simulate", **body))["code"] == "invalid"


def test_a_small_file_that_grows_is_refused(client: Any) -> None:
    levels = "\n".join(f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]" for number in range(1, 9))
    answer = simulate(client, f"version: 1\na0: &a0 [x, x]\n{levels}\nrules: {{}}")
    assert mistakes(answer)[0]["file"] == "other.yaml"


def test_without_the_scope_it_is_refused_and_present_mistakes_are_the_servers(governed: Served) -> None:
    other = governed.client(governed.key(Scope.INVENTORY_READ, name="other"))
    assert simulate(other, OTHER).status_code == 403
    reader = governed.client(governed.key(Scope.POLICIES_READ, name="reader"))
    (governed.settings.file.parent / "policies.yaml").write_text(POLICY.replace("maximum", "maximun"))
    assert simulate(reader, OTHER).status_code == 503
