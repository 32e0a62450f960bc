"""``reeve policy explain``, ``violations``, ``ageing`` and others: what policies mean for the estate as it is known.

Nothing here reads a store or changes anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.cli.home import Home
    from engine.governance.policy.facts import Estate
    from engine.governance.policy.looking import Looks
    from engine.governance.policy.model import Policies
    from engine.governance.policy.waiving import WaiverFact

JSON = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]
Place = Annotated[
    str, typer.Argument(help="store/asset, or store/asset.field; all assets if left out.", metavar="NAME")
]
Limit = Annotated[int, typer.Option(min=1, help="At most so many lines.")]
Skip = Annotated[int, typer.Option(min=0, help="Leave out so many first.")]


def join(app: typer.Typer) -> None:
    """Put these commands into the group ``policy``."""
    for command in (explain, violations, ageing, lint, diff, simulate):
        app.command(command.__name__)(command)


def explain(
    context: typer.Context, name: Place = "", limit: Limit = 100, skip: Skip = 0, as_json: JSON = False
) -> None:
    """Tell every decision about an asset or a field: the rule that won, and why the others lost.

    Without a name it lists all assets, each with what is decided about its rows.
    """
    from api.cli.policy_print import print_decided, print_explanation
    from engine.governance.policy.as_json import decided_document
    from engine.governance.policy.configured import find_place
    from engine.governance.policy.decide import Decider
    from engine.governance.policy.explain import explain as explained

    store = name.partition("/")[0]
    policies, estate, waivers = _known(_home(context), store=store)
    decider = Decider(policies.rules, waivers)
    if name:
        asset, field = find_place(estate, name)
        found = explained(decider, asset, field)
        if as_json:
            print_json(found.document())
        else:
            print_explanation(found)
        return
    shown = [decider.decide(asset) for asset in estate.assets[skip : skip + limit]]
    if as_json:
        documents = [decided_document(one, fields=False) for one in shown]
        print_json({"total": len(estate.assets), "skip": skip, "assets": documents})
        return
    print_decided(shown)
    if (left := len(estate.assets) - skip - len(shown)) > 0:
        err().print(f"{left} more: --skip {skip + limit}")


def violations(
    context: typer.Context,
    fail: Annotated[bool, typer.Option("--fail", help="Exit with 1 if there are any that no waiver accepts.")] = False,
    limit: Limit = 100,
    skip: Skip = 0,
    as_json: JSON = False,
) -> None:
    """List decisions that reality breaks, as far as our own records show, the open ones first.

    Rows over their maximum are known as of the last `reeve sweep plan`, or the last scheduled one; nothing is read here.
    """
    from api.cli.policy_print import print_violation
    from engine.governance.policy.as_json import violation_document
    from engine.governance.policy.decide import Decider
    from engine.governance.policy.violations import worst_first

    home = _home(context)
    policies, estate, waivers = _known(home)
    decided = Decider(policies.rules, waivers).decide_all(estate.assets)
    found = worst_first(decided, waivers, _looks(home, policies))
    still = sum(not one.waived for one in found)
    shown = found[skip : skip + limit]
    if as_json:
        listed = list(map(violation_document, shown))
        print_json({"total": len(found), "open": still, "skip": skip, "violations": listed})
    else:
        for one in shown:
            print_violation(one)
        out().print(f"{still} open and {len(found) - still} accepted, over {len(estate.assets):,} assets")
        if (left := len(found) - skip - len(shown)) > 0:
            err().print(f"{left} more: --skip {skip + limit}")
    if fail and still:
        raise typer.Exit(1)


def ageing(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=0, help="Only what has been found for so many days.")] = 0,
    limit: Limit = 100,
    skip: Skip = 0,
    as_json: JSON = False,
) -> None:
    """Tell how many rows are over their maximum, how many have not begun to age, and since when, the longest wait first.

    As of the last `reeve sweep plan`, or the last scheduled one; nothing is read here.
    """
    from api.cli.policy_print import print_ageing
    from engine.governance.policy.ageing import ageing as aged
    from engine.governance.policy.ageing import oldest_first
    from engine.governance.policy.as_json import ageing_document
    from engine.governance.policy.decide import Decider

    home = _home(context)
    policies, estate, waivers = _known(home)
    lines = aged(Decider(policies.rules, waivers).decide_all(estate.assets), _looks(home, policies))
    found = oldest_first(one for one in lines if one.days >= days)
    shown = found[skip : skip + limit]
    if as_json:
        print_json({"total": len(found), "skip": skip, "ageing": list(map(ageing_document, shown))})
        return
    for one in shown:
        print_ageing(one)
    if not found:
        out().print("no rule lets rows go in time" if not days else f"nothing has been found for {days} days")
    if (left := len(found) - skip - len(shown)) > 0:
        err().print(f"{left} more: --skip {skip + limit}")


def lint(
    context: typer.Context,
    fail: Annotated[
        bool, typer.Option("--fail", help="Exit with 1 if something is found that is no mere note.")
    ] = False,
    as_json: JSON = False,
) -> None:
    """Tell what is wrong with the policies as a whole: gaps, contradictions, dead rules, clocks that can never start."""
    from api.cli.policy_print import finding_document, print_finding
    from engine.governance.policy.lint import lint as linted

    policies, estate, _ = _known(_home(context))
    found = linted(policies, estate)
    wrong = sum(not one.note for one in found)
    if as_json:
        print_json(
            {"hash": policies.hash, "assets": len(estate.assets), "findings": list(map(finding_document, found))}
        )
    else:
        for one in found:
            print_finding(one)
        out().print(f"{wrong} to mend and {len(found) - wrong} notes, over {len(estate.assets):,} assets")
    if fail and wrong:
        raise typer.Exit(1)


Before = Annotated[Path, typer.Argument(help="A policy file or folder, as it was.", metavar="BEFORE")]
After = Annotated[
    Path | None, typer.Argument(help="As it is now; the policies of the configuration if left out.", metavar="AFTER")
]


def diff(context: typer.Context, before: Before, after: After = None, as_json: JSON = False) -> None:
    """Tell what differs between two sets of policies: rules, and which decisions about today's estate."""
    from api.cli.policy_print import print_diff
    from engine.governance.policy.configured import policies_at
    from engine.governance.policy.diff import diff as compared

    home = _home(context)
    old = policies_at(home.settings, [before])
    policies, estate, waivers = _known(home)
    new = policies if after is None else policies_at(home.settings, [after])
    found = compared(old, new, estate, waivers)
    if as_json:
        print_json({"before": old.hash, "after": new.hash, **found.document()})
        return
    print_diff(found)


Proposed = Annotated[
    list[Path], typer.Argument(help="Policy files or folders, in place of the present ones.", metavar="FILE")
]


def simulate(context: typer.Context, files: Proposed, limit: Limit = 100, as_json: JSON = False) -> None:
    """Tell what other policies would do to today's estate: decisions before and after, counted, and asset by asset.

    It counts decisions, not rows: how many rows would go, only a plan over the store tells.
    """
    from api.cli.policy_print import print_simulation
    from engine.governance.policy.configured import policies_at
    from engine.governance.policy.simulate import simulate as simulated

    home = _home(context)
    policies, estate, waivers = _known(home)
    proposed = policies_at(home.settings, files)
    found = simulated(policies, proposed, estate, waivers)
    if as_json:
        print_json({"before": policies.hash, "after": proposed.hash, **found.document()})
        return
    print_simulation(found, limit)


def _home(context: typer.Context) -> Home:
    from api.cli.home import open_home

    return open_home(context.obj)


def _looks(home: Home, policies: Policies) -> Looks:
    """What the last looks for rows over their maximum found."""
    from engine.governance.change.looks import looks_now

    with home.database.snapshot() as session:
        return looks_now(session, policies.hash)


def _known(home: Home, *, store: str = "") -> tuple[Policies, Estate, Sequence[WaiverFact]]:
    """The configuration's policies, the estate (or one store of it), and the waivers in force."""
    from engine.governance.policy.configured import configured_policies
    from engine.governance.policy.reading import read_estate
    from engine.governance.policy.waivers import waivers_in_force

    policies = configured_policies(home.settings)
    if not home.settings.policies:
        err().print("no policies are named in the configuration: `policies: [policies]`, a list of files and folders")
    with home.database.snapshot() as session:
        return policies, read_estate(session, store=store), waivers_in_force(session)
