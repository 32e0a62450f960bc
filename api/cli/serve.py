"""``reeve serve``: the API and the console over HTTP."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import err
from engine.base.errors import BadInput, DependencyFailed

if TYPE_CHECKING:
    from engine.base.settings import Settings
    from engine.base.settings.server import ServerSettings
    from engine.base.state.database import Database

GRACE_SECONDS = 20
"""How long requests that are worked on may take to end once the server was asked to."""
KEEP_ALIVE_SECONDS = 15
BACKLOG = 1024
MOST_CONNECTIONS = 500


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Where to listen, instead of `server: host:`.")] = None,
    port: Annotated[int | None, typer.Option(help="On which port; 0 for any free one.", min=0, max=65535)] = None,
    behind_proxy: Annotated[
        bool,
        typer.Option(
            "--behind-proxy", help="A proxy in front speaks TLS; name its address under `server: trusted_proxies:`."
        ),
    ] = False,
) -> None:
    """Serve the API and the console until it is stopped (Ctrl-C or SIGTERM); requests that are worked on end first.

    It keeps the ledger up to date, too, as a worker does. It listens on this machine alone unless told otherwise, and then only
    with TLS or behind a proxy that has it.
    """
    from api.cli.home import open_home

    home = open_home(context.obj)
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    server = home.settings.server.model_copy(update=given)
    if not server.on_loopback and not server.has_tls and not behind_proxy:
        raise BadInput(
            "others could reach this address, and what is sent would not be encrypted",
            hint="give `server: tls_certificate:` and `tls_key:`, or --behind-proxy if a proxy in front speaks TLS",
        )
    settings = home.settings.model_copy(update={"server": server})
    _log_to_stderr()
    _tell_first_steps(home.database)
    _run(settings, home.database, behind_proxy=behind_proxy)
    err().print("serve: ended")


def _run(settings: Settings, database: Database, *, behind_proxy: bool) -> None:
    import uvicorn

    from api.app import make_app
    from api.shell.protocol import TimedProtocol
    from engine.base.actors.attempts import forget_attempts
    from engine.base.actors.sessions import forget_ended
    from engine.ledger.log.keeper import Keeper
    from engine.ledger.log.ledger import Ledger

    server = settings.server
    app = make_app(settings, database, behind_proxy=behind_proxy)
    config = uvicorn.Config(
        app,
        host=server.host,
        port=server.port,
        ssl_certfile=server.tls_certificate,
        ssl_keyfile=_text(server.tls_key),
        http=TimedProtocol,
        log_config=None,
        access_log=False,  # ours holds no query strings
        proxy_headers=False,  # ours trusts only the proxies that are named
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=32 << 10,
        ws="none",
    )
    try:
        socket = config.bind_socket()
    except SystemExit:  # uvicorn has told why
        raise DependencyFailed(
            "the address cannot be listened on", hint="is another server there? --port takes another one"
        ) from None
    socket.listen(BACKLOG)  # whoever reads the next line may connect at once, and waits until all is ready
    err().print(f"serve: {_address(server, socket.getsockname()[1])}  (Ctrl-C ends it)", soft_wrap=True)
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn ends in good order, then raises them once more: to us
        signal.signal(number, lambda *_: None)
    keeper = Keeper(Ledger(database, settings.ledger), database, chores=(forget_ended, forget_attempts))
    keeper.start()
    try:
        uvicorn.Server(config).run([socket])
    finally:
        keeper.stop()
        database.close()


def _address(server: ServerSettings, port: int) -> str:
    if server.public_url:
        return server.public_url
    name = f"[{server.host}]" if ":" in server.host else server.host
    return f"{'https' if server.has_tls else 'http'}://{name}:{port}"


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _tell_first_steps(database: Database) -> None:
    """Say how the first administrator comes to be, while there is none."""
    from engine.base.actors.granting import list_actors
    from engine.base.actors.roles import Role

    with database.snapshot() as session:
        if any(Role.ADMINISTRATOR in one.roles for one in list_actors(session)):
            return
    err().print("serve: there is no administrator yet. In another terminal, on this machine:")
    for line in ("reeve actor add NAME --role administrator", "reeve actor password NAME"):
        err().print(f"  {line}", soft_wrap=True)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for name, level in (("reeve", logging.INFO), ("uvicorn", logging.WARNING)):
        log = logging.getLogger(name)
        log.addHandler(handler)
        log.setLevel(level)
        log.propagate = False
