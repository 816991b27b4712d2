"""What the processes log: plain lines, or one JSON object a line, on standard error; never what a person typed.

Every line goes through here, our own and the libraries'. An error is told by its kind and by where in the code it
happened: its message may hold a value, such as the parameters of a statement.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog

from engine.settings import Settings

#: Who signed in and who was refused: told whatever the level is.
SECURITY = "alongside.security"
#: Libraries that say much at INFO and nothing that an operator needs.
TALKATIVE = ("alembic", "dbos", "waitress", "sqlalchemy", "httpx", "urllib3")
_MOST_PLACES = 12

Error = tuple[type[BaseException], BaseException, TracebackType | None]
Event = MutableMapping[str, Any]


class ToStderr(logging.StreamHandler[TextIO]):
    """Writes to standard error; a line that cannot be written is let go.

    `logging` would tell of it with a stack trace, which quotes the message of the error that was being logged.
    """

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- the name that logging calls
        """Nothing: a full disk under the log must neither stop the work nor spill what a person typed."""


def log_to_stderr(settings: Settings) -> None:
    """Send every line of this process to standard error in the format of the settings; again replaces what was set."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = ToStderr(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(settings.log_format)],
        )
    )
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.getLogger(SECURITY).setLevel(logging.INFO)
    if settings.log_level != "DEBUG":
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
    _take_over_from_queue(settings.log_level)


def _take_over_from_queue(level: str) -> None:
    """The queue's library sets up lines of its own, unless it finds a handler; and it sets its level back."""
    logger = logging.getLogger("dbos")
    logger.handlers[:], logger.filters[:], logger.propagate = [logging.NullHandler()], [], True
    if level != "DEBUG":
        logger.addFilter(lambda record: record.levelno >= logging.WARNING)


def without_messages(_logger: Any, _name: str, event: Event) -> Event:
    """An error as its kind and where it happened, innermost last; its message stays unsaid."""
    given = event.pop("exc_info", None)
    error = _error(given)
    if error is not None:
        event["error"] = type(error).__name__
        event["where"] = places(error)
    return event


def places(error: BaseException) -> list[str]:
    """Where in the code an error happened: file, line and function of the innermost frames."""
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_PLACES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def _error(given: Any) -> BaseException | None:
    """The error that a logger was given, in any of the ways in which it may be."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        found = given[1]
        return found if isinstance(found, BaseException) else None
    return sys.exc_info()[1] if given else None


def _renderer(log_format: str) -> Any:
    """One JSON object a line, or words."""
    if log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return _plain


def _plain(_logger: Any, _name: str, event: Event) -> str:
    """`2026-03-02T09:30:00Z INFO alongside.web what happened name=value`."""
    head = [str(event.pop(name, "")) for name in ("timestamp", "level", "logger", "event")]
    head[1] = head[1].upper()
    return " ".join([*head, *(f"{name}={value}" for name, value in event.items())])
