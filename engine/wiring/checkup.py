"""Is this installation sound? `alongside doctor` asks all of it; `serve` and `worker` ask the fatal part at start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engine.model.errors import AlongsideError, VersionNotFound
from engine.model.version import Version
from engine.settings import Settings
from engine.store.product import Remembered
from engine.store.vitals import DatabaseSilent, Vitals, look_at
from engine.wiring.check_database import FUTURE_KNOWN, check_database
from engine.wiring.check_machine import check_folder, check_ways_out
from engine.wiring.finding import FATAL, FINE, WARNING, Finding, judged
from engine.wiring.review import AHEAD

_LONDON = ZoneInfo("Europe/London")
RESTORED = "restored"


class NotFit(AlongsideError):
    """The installation may not be run as it is; the text says why and how to mend it, a sentence each."""


def check_up(settings: Settings, real: datetime | None = None) -> Sequence[Finding]:
    """Everything there is to find, which reads the whole database; `real` is the machine's time, UTC."""
    return [*_all(settings, real or datetime.now(UTC), deep=True)]


def must_be_fit(settings: Settings, real: datetime | None = None) -> Sequence[Finding]:
    """The part that decides about a start, which takes some tens of milliseconds. Raises NotFit.

    Given back is what must be said: warnings, and with `settings.testing` what a test's database was let pass.
    """
    found = [each for each in _at_start(settings, real or datetime.now(UTC)) if each.at_start and each.level != FINE]
    refused = [each for each in found if each.is_fatal and not (each.for_tests and settings.testing)]
    if refused:
        raise NotFit("\n".join(map(str, refused)))
    return found


def clock_is_right(settings: Settings) -> datetime | None:
    """Keep that entries from the future are known of, and the clock is right now; up to which moment, None for none."""
    newest = look_at(settings.database, deep=True).newest
    if newest is None:
        return None
    remembered = Remembered(settings.database)
    remembered.write(FUTURE_KNOWN, newest.isoformat())
    remembered.close()
    return newest


def _at_start(settings: Settings, real: datetime) -> Iterator[Finding]:
    yield from check_folder(settings)
    yield from _database(settings, real, deep=False)


def _all(settings: Settings, real: datetime, *, deep: bool) -> Iterator[Finding]:
    yield from check_folder(settings)
    yield from check_ways_out(settings, deep=deep)
    found = list(_database(settings, real, deep=deep))
    yield from found
    if not any(each.is_fatal and each.about in ("database", "migrations") for each in found):
        yield from _policy(settings, real)


def _database(settings: Settings, real: datetime, *, deep: bool) -> Iterator[Finding]:
    try:
        vitals = look_at(settings.database, deep=deep)
    except DatabaseSilent as silent:
        mend = "Start it, or mend ALONGSIDE_DATABASE; `alongside migrate` makes the tables."
        yield Finding("database", FATAL, str(silent), mend, at_start=True)
        return
    yield Finding("database", FINE, f"The database answers; it holds {vitals.size_bytes / 1e6:,.1f} MB.")
    yield from check_database(vitals, real + vitals.clock_offset if settings.demo else real)
    yield from _restored(vitals)


def _restored(vitals: Vitals) -> Iterator[Finding]:
    """What is known of the last restore."""
    if RESTORED in vitals.remembered:
        yield Finding("restored", FINE, vitals.remembered[RESTORED])


def _policy(settings: Settings, real: datetime) -> Iterator[Finding]:
    """Whether a policy is in force, and whether somebody should look at it again."""
    from engine.wiring.build import build

    alongside = build(settings, queued=False)
    try:
        today = alongside.now().astimezone(_LONDON).date() if settings.demo else real.astimezone(_LONDON).date()
        with alongside.uow.read() as tx:
            version = tx.policies.in_force(today)
    except VersionNotFound:
        said = "No policy is in force: no case can be started."
        yield Finding("policy", FATAL, said, "`alongside publish --by A --approved-by B` puts the pack in force.")
        return
    finally:
        alongside.close()
    yield Finding("policy", FINE, f"Version {version.number} of the policy is in force.")
    yield check_review(version, today)


def check_review(version: Version, today: date) -> Finding:
    """Whether somebody should look at the policy again."""
    day = version.review_date
    if day is None:
        return Finding("review", WARNING, f"Version {version.number} has no review date.", "Its owner sets one.")
    is_near = today >= day - AHEAD
    return judged(
        "review",
        holds=not is_near,
        fine=f"The policy is to be reviewed by {day:%d %B %Y}.",
        wrong=f"The review of the policy {'was due on' if today > day else 'is due on'} {day:%d %B %Y}.",
        mend="Its owner reviews it, and publishes a version with the next date.",
        level=WARNING,
    )
