"""Durable work by DBOS (MIT), through its public calls only: no Conductor, no telemetry, no paid feature.

On SQLite its records stand in ``durable.db`` beside the state: in one file with ours, its commits and ours would wait for each
other. On PostgreSQL they stand in the schema ``reeve_durable`` of the state's database, which the role must be able to create
once, or own.

DBOS knows one function of ours, which looks the named one up; so it never refuses a name, and one name more is no change to it.
Texts of its log are not passed on, since they may quote a driver; what is left is level, place and class of the error.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine

from engine.base.durable.records import durable_url, json_serializer, log, make_engine, quieten, translated
from engine.base.durable.seam import QUEUE, Arguments, DurableStatus, Function, check_arguments
from engine.base.errors import BadInput, ConfigError, NotFound, ReeveError
from engine.base.ids import TenantId

if TYPE_CHECKING:
    from dbos import DBOS as Dbos  # noqa: N811 - the class is the module's whole interface
    from dbos import WorkflowStatus

SCHEMA = "reeve_durable"
_RUN = "reeve.work"
_STATES: Mapping[str, Any] = {
    "ENQUEUED": "queued",
    "DELAYED": "queued",
    "PENDING": "running",
    "CANCELLED": "cancelled",
    "SUCCESS": "done",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
}


class DbosDurable:
    """:class:`~engine.base.durable.Durable` on DBOS. At most one is launched in a process.

    Args:
        state_url: of the state; see the module for where the records go.
        tenant_id: whose work it is: executors of other tenants do not see it.
        queues: how many functions of each queue this process runs at once.
        poll_seconds: how often a queue is looked at.
    """

    def __init__(
        self,
        state_url: URL,
        tenant_id: TenantId,
        queues: Mapping[str, int] | None = None,
        *,
        poll_seconds: float = 0.5,
    ) -> None:
        self.url = durable_url(state_url)
        self.application = f"reeve-{tenant_id}"
        self.queues = dict(queues or {QUEUE: 1})
        self._poll = poll_seconds
        self._functions: dict[str, Function] = {}
        self._run: Callable[[str, dict[str, Any]], dict[str, Any]] = self.call
        self._engine: Engine | None = None

    def register(self, name: str, function: Function) -> None:
        """See Durable."""
        if name in self._functions or self._engine is not None:
            raise BadInput("a function of that name is registered, or the engine runs already")
        self._functions[name] = function

    def launch(self, executor_id: str) -> None:
        """See Durable."""
        _claim(self)
        try:
            with translated():
                self._launch(executor_id)
        except BaseException:
            self.shutdown()
            raise

    def shutdown(self) -> None:
        """See Durable."""
        if not _release(self):
            return
        from dbos import DBOS

        with translated():
            DBOS.destroy(destroy_registry=True)
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def dispatch(self, name: str, key: str, arguments: Arguments, queue: str = QUEUE) -> None:
        """See Durable."""
        check_arguments(arguments)
        if queue not in self.queues:
            raise BadInput("there is no such queue")
        with self._dbos() as dbos:
            from dbos import SetWorkflowID

            with SetWorkflowID(self._identifier(key)):
                dbos.enqueue_workflow(self._queue(queue), self._run, name, dict(arguments))

    def cancel(self, key: str) -> None:
        """See Durable."""
        with self._dbos() as dbos:
            dbos.cancel_workflow(self._identifier(key))

    def resume(self, key: str) -> None:
        """See Durable."""
        with self._dbos() as dbos:
            found = dbos.list_workflows(workflow_ids=[self._identifier(key)], load_input=False, load_output=False)
            if not found:
                raise NotFound("there is no durable work under that key")
            self._requeue(dbos, found[0])

    def adopt(self, executor_ids: Iterable[str]) -> list[str]:
        """See Durable."""
        dead = sorted(set(executor_ids))
        if not dead:
            return []
        with self._dbos() as dbos:
            if dbos.executor_id in dead:
                raise BadInput("an executor does not adopt from itself")
            left = dbos.list_workflows(
                status="PENDING",
                executor_id=dead,
                application_name=self.application,
                load_input=False,
                load_output=False,
            )
            for one in left:
                self._requeue(dbos, one)
        return [one.workflow_id.removeprefix(f"{self.application}/") for one in left]

    def status(self, key: str) -> DurableStatus | None:
        """See Durable."""
        with self._dbos() as dbos:
            found = dbos.list_workflows(workflow_ids=[self._identifier(key)], load_input=False)
        return _status(found[0]) if found else None

    def forget(self, before: datetime, limit: int = 1000) -> int:
        """See Durable."""
        with self._dbos() as dbos:
            ended = dbos.list_workflows(
                status=["SUCCESS", "ERROR", "CANCELLED"],
                completed_before=before.astimezone(UTC).isoformat(),
                application_name=self.application,
                limit=limit,
                load_input=False,
                load_output=False,
            )
            dbos.delete_workflows([one.workflow_id for one in ended])
        return len(ended)

    def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call a function and fold how it ended into a value: an error's text may quote data, so its code alone is kept."""
        function = self._functions.get(name)
        if function is None:
            return {"failure": "unknown_function"}
        try:
            return {"outcome": function(arguments)}
        except ReeveError as exc:
            return {"failure": exc.code}
        except Exception as exc:  # noqa: BLE001 - the outermost loop of durable work
            log.error("durable work %s ended in %s", name, type(exc).__name__)
            return {"failure": type(exc).__name__}

    def _launch(self, executor_id: str) -> None:
        if os.environ.get("DBOS__CLOUD") or os.environ.get("DBOS__VMID"):
            raise ConfigError("environment variables of DBOS Cloud are set; Reeve does not run there")
        quieten()
        from dbos import DBOS

        self._engine = make_engine(self.url)
        DBOS(
            config={
                "name": self.application,
                "system_database_engine": self._engine,
                "system_database_url": self.url.render_as_string(hide_password=False),
                "dbos_system_schema": SCHEMA,
                "application_version": self.application,  # constant: an upgrade strands nothing
                "executor_id": executor_id,
                "serializer": json_serializer(),
                "enable_otlp": False,
                "use_listen_notify": False,  # polls alone: no connection that waits, no trigger in the state's database
                "scheduler_polling_interval_sec": 3600.0,  # its schedules are not used
                "notification_listener_polling_interval_sec": 0.1,  # nothing notifies, but shutdown waits for this sleep
                "log_level": "WARNING",
            }
        )

        def run(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
            return self.call(name, arguments)

        self._run = DBOS.workflow(name=_RUN, max_recovery_attempts=None)(run)
        DBOS.listen_queues([self._queue(name) for name in self.queues])
        DBOS.launch()
        for name, width in self.queues.items():
            DBOS.register_queue(
                self._queue(name),
                worker_concurrency=width,
                polling_interval_sec=self._poll,
                on_conflict="always_update",
            )

    def _requeue(self, dbos: type[Dbos], one: WorkflowStatus) -> None:
        """On its own queue, or on our first one: a cancelled call has lost its queue."""
        dbos.resume_workflow(one.workflow_id, queue_name=one.queue_name or self._queue(next(iter(self.queues))))

    def _queue(self, name: str) -> str:
        return f"{self.application}.{name}"

    def _identifier(self, key: str) -> str:
        return f"{self.application}/{key}"

    @contextlib.contextmanager
    def _dbos(self) -> Iterator[type[Dbos]]:
        if self._engine is None:
            raise BadInput("the engine of durable work is not launched")
        from dbos import DBOS

        with translated():
            yield DBOS


_place = threading.Lock()
_launched: DbosDurable | None = None


def _claim(one: DbosDurable) -> None:
    global _launched  # noqa: PLW0603 - DBOS itself is one a process
    with _place:
        if _launched is not None:
            raise BadInput("an engine of durable work runs in this process already")
        _launched = one


def _release(one: DbosDurable) -> bool:
    global _launched  # noqa: PLW0603 - DBOS itself is one a process
    with _place:
        if _launched is not one:
            return False
        _launched = None
        return True


def _status(found: WorkflowStatus) -> DurableStatus:
    state, executor = _STATES[found.status], found.executor_id or ""
    result = found.output if isinstance(found.output, dict) else {}
    if state == "done" and "failure" in result:
        return DurableStatus("failed", executor, failure=result["failure"])
    if state == "failed":
        return DurableStatus("failed", executor, failure=str(found.error or "engine_failed"))
    return DurableStatus(state, executor, result.get("outcome"))
