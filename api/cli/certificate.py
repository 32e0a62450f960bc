"""``reeve certificate``: the record of what was disposed of, to look at and to hand out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err, out, print_json

if TYPE_CHECKING:
    from engine.ledger.log.ledger import Ledger

app = typer.Typer(
    help="Certificates of disposal: what was done, how it was checked, and what remains until when.",
    no_args_is_help=True,
)
Which = Annotated[
    str, typer.Argument(help="The certificate's id, its plan's, or as much of the end as is unique.", metavar="CERT")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]


@app.command("list")
def show_all(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="Only those that are open, or closed.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many certificates.")] = 20,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many certificates first.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List certificates, newest first."""
    from api.cli.certificate_print import line_document, print_line
    from api.cli.home import open_home
    from retention.certificate.view import count_certificates, list_certificates

    with open_home(context.obj).database.snapshot() as session:
        total, found = count_certificates(session, state), list_certificates(session, limit, skip=skip, state=state)
    if as_json:
        print_json({"total": total, "skip": skip, "certificates": [line_document(one) for one in found]})
        return
    for one in found:
        print_line(out(), one)
    if total > skip + len(found):
        err().print(f"{total - skip - len(found)} more: --skip {skip + len(found)}")
    if not total:
        err().print("there is none")


@app.command("show")
def show(context: typer.Context, certificate: Which, as_json: AsJson = False) -> None:
    """Show a certificate: what was done, left out and found again, who accepted it, and which copies remain."""
    from api.cli.certificate_print import print_certificate, whole_document
    from api.cli.home import open_home
    from retention.certificate.view import find_certificate, show_certificate

    with open_home(context.obj).database.snapshot() as session:
        found = show_certificate(session, find_certificate(session, certificate))
    if as_json:
        print_json(whole_document(found))
        return
    print_certificate(out(), found)


@app.command("issue")
def issue(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(help="The plan's id, or as much of its end as is unique.", metavar="PLAN")],
    as_json: AsJson = False,
) -> None:
    """Issue the certificate of a plan that has ended, if a worker has not yet. There is one already: shows that."""
    from api.cli.certificate_print import line_document
    from api.cli.home import open_home
    from engine.governance.change.view import find_plan
    from retention.certificate.chores import installation_of
    from retention.certificate.issuing import issue_certificate
    from retention.certificate.view import show_certificate

    home = open_home(context.obj)
    with home.database.transaction() as session:
        made = issue_certificate(session, find_plan(session, plan).id, installation_of(home.settings))
        line = show_certificate(session, made).line
    if as_json:
        print_json(line_document(line))
        return
    err().print(f"certificate {line.id}")


@app.command("export")
def export(
    context: typer.Context,
    certificate: Which,
    folder: Annotated[Path, typer.Argument(help="Made if it is missing.", metavar="DIR")],
    names: Annotated[
        bool, typer.Option("--names", help="With names of persons on the page, beside the ids of their actors.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a certificate to a folder: JSON, a page for people, and the proof that it stands in the signed ledger."""
    from api.cli.home import open_home
    from engine.ledger.log.ledger import Ledger
    from retention.certificate.exporting import export_certificate
    from retention.certificate.view import find_certificate

    home = open_home(context.obj)
    with home.database.snapshot() as session:
        certificate_id = find_certificate(session, certificate)
    ledger = Ledger(home.database, home.settings.ledger)
    _settle(ledger)
    done = export_certificate(home.database, ledger, certificate_id, folder, names=names)
    if as_json:
        print_json(
            {"certificate": str(certificate_id), "folder": str(folder), "files": done.files, "proved": done.proved}
        )
        return
    err().print(f"written to {folder}: {', '.join(done.files)}", markup=False)
    if done.proved:
        err().print(
            "check it without Reeve: [bold]python verify_reeve_log.py --proof certificate.tlog-proof "
            "--entry certificate.entry --vkey KEY[/]; README.txt says how"
        )


def _settle(ledger: Ledger) -> None:
    """Give places and sign, so that there is a proof. What cannot be published yet is no reason to write nothing."""
    from engine.base.errors import DependencyFailed

    try:
        ledger.settle()
    except DependencyFailed as exc:
        err().print(f"signed, but not published: {exc.message}", markup=False)
