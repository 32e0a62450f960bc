"""``reeve policy``: policy files are checked, described to editors, and begun from a starter.

What a policy means for the estate is told by the commands of :mod:`api.cli.policy_estate`, which joins this group.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, print_json
from engine.base.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.governance.policy.model import Policies
    from engine.governance.policy.words import Words

app = typer.Typer(help="Policies: what must hold of which data, in files of YAML.", no_args_is_help=True)

Files = Annotated[
    list[Path] | None,
    typer.Argument(help="Policy files or folders; without any, those of the configuration.", metavar="FILE"),
]
Detectors = Annotated[
    list[Path] | None,
    typer.Option(
        "--detectors",
        help="YAML file with detectors of your own, whose entities policies may name; may be given again. "
        "Without it, those of the configuration, where there is one.",
        metavar="FILE",
    ),
]


@app.command("check")
def check(
    context: typer.Context,
    files: Files = None,
    detectors: Detectors = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check policy files, and tell all that is wrong with them: file, line, and what was probably meant.

    Files that are given are checked as those that are used together. Neither stores nor their secrets are needed.
    """
    from engine.governance.policy.documents import policy_files
    from engine.governance.policy.language import read_policies
    from engine.governance.policy.problems import PoliciesRefused

    try:
        found = policy_files(_places(context, files))
        policies = read_policies(found, words_here(context, detectors))
    except PoliciesRefused as exc:
        errors: Sequence[ConfigError] = exc.errors
    except ConfigError as exc:
        errors = [exc]
    else:
        _tell_right(found, policies, as_json=as_json)
        return
    _tell_wrong(errors, as_json=as_json)
    raise typer.Exit(ConfigError.exit_code)


def _places(context: typer.Context, files: Sequence[Path] | None) -> Sequence[Path]:
    if files:
        return files
    from engine.base.settings.files import load_files

    configured = load_files(context.obj)
    if not configured.policies:
        raise ConfigError(
            "no policies are named here",
            file=str(configured.file),
            hint="add `policies: [policies]`, a list of files and folders; or give the files to check",
        )
    return configured.policies


def words_here(context: typer.Context, detectors: Sequence[Path] | None) -> Words:
    """The words that policies may select by: with the entities of one's own detectors.

    Raises:
        ConfigError: the configuration or a file of detectors is wrong.
    """
    from engine.base.settings import configuration_file
    from engine.base.settings.files import load_files
    from engine.estate.detectors.own import own_detectors
    from engine.governance.policy.words import words_with

    if not detectors and (context.obj is not None or configuration_file().exists()):
        detectors = load_files(context.obj).detectors
    return words_with(own_detectors(detectors or ()))


def _tell_right(files: Sequence[Path], policies: Policies, *, as_json: bool) -> None:
    if as_json:
        rules = [{"name": one.name, "file": one.place.file, "line": one.place.line} for one in policies.rules]
        told = {"files": list(map(str, files)), "rules": rules, "hash": policies.hash, "errors": []}
        print_json(told)
        return
    count = len(policies.rules)
    sys.stdout.write(
        f"{count} rule{'s'[: count != 1]} in {len(files)} file{'s'[: len(files) != 1]}, and nothing wrong with "
        f"{'them' if count != 1 or len(files) != 1 else 'it'}\nhash {policies.hash}\n"
    )


def _tell_wrong(errors: Sequence[ConfigError], *, as_json: bool) -> None:
    if as_json:
        told = [{"file": one.file, "line": one.line, "message": _bare(one), "hint": one.hint} for one in errors]
        print_json({"files": [], "rules": [], "hash": None, "errors": told})
        return
    from rich.text import Text

    console = err()
    lines: dict[str, list[str]] = {}
    for one in errors:
        console.print(Text.assemble((f"{_place(one)}: ", "bold"), _bare(one)), soft_wrap=True)
        if excerpt := _excerpt(one, lines):
            console.print(Text.assemble((f"{one.line:>6} | ", "dim"), excerpt), soft_wrap=True)
        if one.hint:
            console.print(Text.assemble(("   try: ", "bold"), one.hint), soft_wrap=True)
    count = len(errors)
    console.print(Text.assemble((f"{count} mistake{'s'[: count != 1]}", "bold red")))


def _place(one: ConfigError) -> str:
    return f"{one.file}:{one.line}" if one.line else one.file


def _bare(one: ConfigError) -> str:
    """The message without the place before it."""
    return one.message.removeprefix(f"{_place(one)}: ")


def _excerpt(one: ConfigError, lines: dict[str, list[str]]) -> str:
    """The line itself, from the user's own file."""
    if one.file not in lines:
        try:
            text = Path(one.file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            text = ""
        lines[one.file] = text.split("\n")
    there = lines[one.file]
    return there[one.line - 1].rstrip()[:160] if 0 < one.line <= len(there) else ""


@app.command("schema")
def schema(context: typer.Context, detectors: Detectors = None) -> None:
    """Print the JSON Schema (2020-12) of policy files, for editors: they complete keys and words, and mark what is wrong."""
    from engine.governance.policy.grammar import schema as grammar_schema

    print_json(grammar_schema(words_here(context, detectors)))


@app.command("starter")
def starter(
    name: Annotated[str | None, typer.Argument(help="Which one; without it they are listed.", metavar="NAME")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the starter policies.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="List them as one JSON document.")] = False,
) -> None:
    """Print a policy to begin with: gdpr, ccpa, hipaa, pci-dss or soc2. None of them is legal advice; each says what to adapt."""
    from engine.governance.policy.starter import STARTERS, starter_text

    if name is not None and not listed and not as_json:
        sys.stdout.write(starter_text(name))
    elif as_json:
        print_json({"starters": [{"name": one.name, "title": one.title} for one in STARTERS]})
    else:
        for one in STARTERS:
            sys.stdout.write(f"{one.name:10}{one.title}\n")
        err().print("`reeve policy starter NAME > policies/NAME.yaml` begins with one of them")
