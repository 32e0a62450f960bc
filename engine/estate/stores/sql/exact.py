"""Which types of columns can be keys by which rows are found again."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.estate.stores.schema import Server

_EXACT: Mapping[Server, re.Pattern[str]] = {
    Server.POSTGRESQL: re.compile(
        r"(smallint|integer|bigint|text|character varying|character|uuid|date|numeric|bytea|boolean"
        r"|timestamp(\(\d\))? with(out)? time zone)(\(\d+(,-?\d+)?\))?"
    ),
    Server.MYSQL: re.compile(
        r"(tinyint|smallint|mediumint|int|bigint|year|decimal|char|varchar|binary|varbinary|date|datetime|timestamp|uuid)\b.*"
    ),
    Server.SQLITE: re.compile(r"(?!.*(REAL|FLOA|DOUB)).*", re.IGNORECASE | re.DOTALL),
}


def is_exact(server: Server, kind: str) -> bool:
    """Whether values of a type come back as parameters exactly, and are ordered the same by ORDER BY and by ``>``."""
    return _EXACT[server].fullmatch(kind) is not None
