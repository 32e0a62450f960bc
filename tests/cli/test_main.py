"""What stands before a command, and that a command is found however little of the rest was made."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from api.cli.main import app, only
from tests.cli.reeve import reeve


def names(one: typer.Typer) -> set[str | None]:
    return {each.name for each in one.registered_commands} | {str(each.name) for each in one.registered_groups}


@pytest.mark.parametrize("name", sorted(str(name) for name in names(app)))
def test_every_command_is_found_by_itself(name: str, tmp_path: Path) -> None:
    assert names(only([name, "--json"])) == {name}
    told = reeve(name, "--help", folder=tmp_path)
    assert told.code == 0
    assert f" {name} [OPTIONS] " in told.out  # what stands before it is how the tests were started


@pytest.mark.parametrize("before", [["--config", "scan"], ["--config=scan"], ["--config", "x", "--config", "scan"]])
def test_a_configuration_that_is_called_like_a_command_is_none(before: list[str], tmp_path: Path) -> None:
    (tmp_path / "scan").write_text("tenant: other\nstate: sqlite:///here.db\n")
    ran = reeve(*before, "hold", "list", "--json", folder=tmp_path)
    assert (ran.code, (tmp_path / "here.db").exists()) == (0, True)


@pytest.mark.parametrize(
    "asked", [[], ["--help"], ["--version"], ["--config"], ["--", "scan"], ["scam"], ["-x", "scan"]]
)
def test_the_whole_answers_where_no_command_is_named(asked: list[str], tmp_path: Path) -> None:
    assert only(asked) is app


def test_a_command_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    ran = reeve("scam", folder=tmp_path)
    assert ran.code == 2
    assert "No such command 'scam'. Did you mean 'scan'" in " ".join(ran.err.replace("│", " ").split())
    listed = reeve("--help", folder=tmp_path).out
    assert all(str(name) in listed for name in names(app))
