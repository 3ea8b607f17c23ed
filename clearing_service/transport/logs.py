"""Structured logs: one JSON object a line, and only the fields that were allowed by name.

A secret cannot be forgotten in a log line, because a field that nobody thought about is not
written: only its name is, under `withheld`.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

ALLOWED_FIELDS = frozenset(
    {
        "address",
        "code",
        "count",
        "duration_ms",
        "epoch",
        "error_type",
        "event",
        "generation",
        "issuer_id",
        "level",
        "logger",
        "method",
        "operation_id",
        "party",
        "payment_id",
        "peer",
        "place",
        "port",
        "reason",
        "response_code",
        "role",
        "service",
        "state",
        "store",
        "terminal_id",
        "timestamp",
    }
)

_TEXT_MAX_CHARACTERS = 200
_Event = MutableMapping[str, Any]


def withhold_unknown_fields(_logger: object, _method: str, event: _Event) -> _Event:
    """Keep allowed fields that hold short text or numbers; name the others and drop their values."""
    kept = {name: value for name, value in event.items() if _may_be_written(name, value)}
    withheld = sorted(set(event) - set(kept))
    if withheld:
        kept["withheld"] = withheld
    return kept


def configure_logs(stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard error by default) as JSON."""
    target = stream or sys.stderr
    timestamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            timestamp,
            withhold_unknown_fields,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, withhold_foreign_text, timestamp],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            withhold_unknown_fields,
            renderer,
        ],
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)


def withhold_foreign_text(_logger: object, _method: str, event: _Event) -> _Event:
    """Keep the text of our own loggers; of a library's, only that it said something.

    A library may quote a message it could not handle, and we cannot know what is in it.
    """
    name = str(event["_record"].name)
    if not name.startswith("clearing_service"):
        event["event"] = "a library logged something"
    event["logger"] = name
    return event


def _may_be_written(name: str, value: object) -> bool:
    if name not in ALLOWED_FIELDS:
        return False
    if isinstance(value, str):
        return len(value) <= _TEXT_MAX_CHARACTERS
    return isinstance(value, int | float)
