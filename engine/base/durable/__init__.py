"""Work that is done in the end, whatever dies meanwhile. Importing this does not import the engine behind it."""

from engine.base.durable.seam import (
    MAX_ARGUMENTS,
    QUEUE,
    Arguments,
    Durable,
    DurableState,
    DurableStatus,
    Function,
    check_arguments,
)

__all__ = [
    "MAX_ARGUMENTS",
    "QUEUE",
    "Arguments",
    "Durable",
    "DurableState",
    "DurableStatus",
    "Function",
    "check_arguments",
]
