"""What a look at the database means: whether it keeps its word, is this release's, and agrees about the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version

from engine.model.anchor import anchor_from
from engine.store.migrate import WORKS_FROM, revisions
from engine.store.vitals import Vitals
from engine.wiring.finding import FATAL, WARNING, Finding, judged
from engine.wiring.queue import RELEASE

#: PostgreSQL before this lacks what the product is tested on.
OLDEST_POSTGRESQL = 15
#: Seconds between two machines' clocks: what somebody should look at, and what nothing may be recorded with.
SKEW_WARNING, SKEW_FATAL = 2.0, 30.0
#: How far ahead of now the newest entry may be: a commit takes its time, and clocks are slewed.
AHEAD = timedelta(seconds=60)
#: How old the newest anchor may be; a worker makes one each night.
ANCHORED = timedelta(days=7)
#: Under this name is kept up to when entries from a future are known of, and the clock is right all the same.
FUTURE_KNOWN = "future_known_until"
_ANCHOR = (
    "See that a worker runs, which makes one each night, or run `alongside anchor` now; then carry it off this machine "
    "(docs/how-to/audit-a-case.md)."
)
_COMPARE = "Compare every record with the copies of the anchors: `alongside verify --all --anchors FOLDER --key FILE`."
_MIGRATE = "Run `alongside migrate` (docs/how-to/run-in-production.md says in which order)."


def check_database(vitals: Vitals, now: datetime) -> Iterator[Finding]:
    """Every finding about one database; `now` is the product's time."""
    yield from (check(vitals) for check in _PROMISES[vitals.kind])
    yield from _tables(vitals)
    yield from _clock(vitals, now)
    yield from _anchors(vitals, now)
    yield from _advice(vitals)


def _postgresql_version(vitals: Vitals) -> Finding:
    found = ".".join(map(str, vitals.version))
    return judged(
        "version",
        holds=vitals.version[:1] >= (OLDEST_POSTGRESQL,),
        fine=f"PostgreSQL {found}.",
        wrong=f"This is PostgreSQL {found}; the product needs {OLDEST_POSTGRESQL} or later.",
        mend="Move to a later server: back up, then restore there.",
        at_start=True,
    )


def _kept(name: str, bad: str, wrong: str) -> Callable[[Vitals], Finding]:
    """A promise of PostgreSQL that must not be off."""

    def check(vitals: Vitals) -> Finding:
        return judged(
            name,
            holds=vitals.settings.get(name) != bad,
            fine=f"{name} is {vitals.settings.get(name)}.",
            wrong=f"{name} is {bad}: {wrong}",
            mend=f"Set `{name} = on` in postgresql.conf (or for the role or database that sets it), and reload.",
            at_start=True,
            for_tests=True,
        )

    return check


def _encoding(vitals: Vitals) -> Finding:
    found = vitals.settings.get("server_encoding")
    return judged(
        "encoding",
        holds=found == "UTF8",
        fine="The database keeps text as UTF-8.",
        wrong=f"The database keeps text as {found}, which cannot hold every name.",
        mend="Create it with `ENCODING 'UTF8'`, and restore a backup into it.",
        at_start=True,
    )


def _primary(vitals: Vitals) -> Finding:
    return judged(
        "standby",
        holds=not vitals.is_standby,
        fine="The server takes writes.",
        wrong="The server is a standby: nothing can be written to it.",
        mend="Point ALONGSIDE_DATABASE at the primary, or promote this one if the primary is gone for good.",
        at_start=True,
    )


def _wal(vitals: Vitals) -> Finding:
    mode = vitals.settings.get("journal_mode")
    return judged(
        "wal",
        holds=mode == "wal",
        fine="SQLite writes ahead (WAL).",
        wrong=f"SQLite keeps its journal in mode {mode}, not WAL: a crash could lose what was acknowledged.",
        mend="Put the file on a local disk that is not a network drive, where its folder can be written to.",
        at_start=True,
        for_tests=True,
    )


def _full(vitals: Vitals) -> Finding:
    level = vitals.settings.get("synchronous")
    return judged(
        "synchronous",
        holds=level in ("full", "extra"),
        fine=f"SQLite waits for the disk at every commit (synchronous {level}).",
        wrong=f"SQLite does not wait for the disk at every commit (synchronous {level}).",
        mend="The product asks for FULL; whatever took it back must go.",
        at_start=True,
        for_tests=True,
    )


def _integrity(vitals: Vitals) -> Finding:
    return judged(
        "integrity",
        holds=not vitals.faults,
        fine="No damage was found in the database file.",
        wrong=f"The database file is damaged: {'; '.join(vitals.faults[:5])}.",
        mend="Stop everything, keep a copy of the file, restore the last good backup, and check the disk.",
    )


_PROMISES: Mapping[str, tuple[Callable[[Vitals], Finding], ...]] = {
    "postgresql": (
        _postgresql_version,
        _kept("fsync", "off", "a power cut would lose or damage what was acknowledged."),
        _kept("synchronous_commit", "off", "a crash would lose the last commits that were acknowledged."),
        _kept("full_page_writes", "off", "a power cut in the middle of a write would damage the database."),
        _encoding,
        _primary,
    ),
    "sqlite": (_wal, _full, _integrity),
}


def _tables(vitals: Vitals) -> Iterator[Finding]:
    """Whether the tables are this release's."""
    yield _migrations(vitals)
    yield _queue(vitals)


def _migrations(vitals: Vitals) -> Finding:
    head = revisions()[-1]
    if vitals.unknown:
        later, works_from = vitals.unknown[0], vitals.remembered.get(WORKS_FROM, "")
        still = bool(works_from) and works_from <= head
        return Finding(
            "migrations",
            WARNING if still else FATAL,
            f"The database has the tables of a later release ({later}; this one knows {head})"
            + (", on which this release still works." if still else "."),
            "Finish the upgrade: start this process from the later release.",
            at_start=True,
        )
    return judged(
        "migrations",
        holds=not vitals.missing,
        fine=f"The tables are this release's ({head}).",
        wrong="The database does not have this release's tables: "
        f"{len(vitals.missing)} of {len(revisions())} migrations are not applied.",
        mend=_MIGRATE,
        at_start=True,
    )


def _queue(vitals: Vitals) -> Finding:
    ours, theirs = version("dbos"), vitals.remembered.get(RELEASE, "")
    if vitals.has_queue and theirs and _number(theirs) > _number(ours):
        said = f"The queue's tables are of a later release of the queue ({theirs}; this one has {ours})."
        return Finding("queue", WARNING, said, "Finish the upgrade.", at_start=True)
    return judged(
        "queue",
        holds=vitals.has_queue and theirs == ours,
        fine=f"The queue's tables are there ({ours}).",
        wrong=f"The queue's tables are of release {theirs}, not {ours}."
        if vitals.has_queue and theirs
        else "The queue's tables are missing, so that no letter could leave.",
        mend=_MIGRATE,
        at_start=True,
    )


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part.isdigit())


def _clock(vitals: Vitals, now: datetime) -> Iterator[Finding]:
    """Whether this machine, the database and the record agree about the time."""
    skew = vitals.skew_seconds
    if vitals.kind == "postgresql":
        yield judged(
            "clock",
            holds=abs(skew) < SKEW_WARNING,
            fine="This machine's clock and the database's agree.",
            wrong=f"The database's clock is {abs(skew):.0f} seconds {'ahead of' if skew > 0 else 'behind'} ours.",
            mend="Have both keep time by the same source (chrony or systemd-timesyncd).",
            level=FATAL if abs(skew) >= SKEW_FATAL else WARNING,
            at_start=True,
        )
    yield _record(vitals, now)


def _record(vitals: Vitals, now: datetime) -> Finding:
    """Whether the record is in the past: an entry from the future means that a clock is or was wrong."""
    newest, known = vitals.newest, vitals.remembered.get(FUTURE_KNOWN, "")
    accepted = datetime.fromisoformat(known) if known else None
    is_past = newest is None or newest <= now + AHEAD
    if not is_past and newest is not None and accepted is not None and newest <= accepted:
        said = f"Entries up to {newest:%d %B %Y, %H:%M} UTC are from the future; that is known, and the clock is right."
        return Finding("record", WARNING, said, "", at_start=True)
    return judged(
        "record",
        holds=is_past,
        fine="Nothing was recorded in the future.",
        wrong=f"The newest entry is of {newest:%d %B %Y, %H:%M} UTC, which by our clock is yet to come."
        if newest
        else "",
        mend="Set the clock right. If it is right now and was wrong then, say so: `alongside doctor --clock-is-right`.",
        at_start=True,
    )


def _anchors(vitals: Vitals, now: datetime) -> Iterator[Finding]:
    """Whether the record is pinned: without an anchor, who can write to the database could forge the past unnoticed."""
    if vitals.newest_anchor is None:
        return
    wrong, made_at = "", None
    try:
        made_at = anchor_from(vitals.newest_anchor).made_at if vitals.newest_anchor else None
    except ValueError:
        wrong = "The newest anchor in the database is not one any more: it was changed after it was made."
    if made_at is not None and now - made_at > ANCHORED:
        wrong = f"The newest anchor is of {made_at:%d %B %Y}: what was recorded since could be changed unnoticed."
    if not vitals.newest_anchor and vitals.newest is not None:
        wrong = "No anchor was ever made: what is recorded could be changed unnoticed."
    yield judged(
        "anchors",
        holds=not wrong,
        fine=f"The newest anchor is of {made_at:%d %B %Y}." if made_at else "Nothing is recorded yet to be anchored.",
        wrong=wrong,
        mend=_COMPARE if vitals.newest_anchor and not made_at else _ANCHOR,
        level=WARNING,
    )


def _advice(vitals: Vitals) -> Iterator[Finding]:
    """What is not wrong, and better otherwise."""
    if vitals.kind != "postgresql":
        return
    yield judged(
        "history",
        holds=not vitals.may_change_history,
        fine="This role cannot change or remove history.",
        wrong="This role could change or remove history: only triggers keep it from that.",
        mend="Let pages and workers connect as the application's role (docs/how-to/run-in-production.md).",
        level=WARNING,
    )
    yield judged(
        "checksums",
        holds=vitals.settings.get("data_checksums") == "on",
        fine="The server checks its pages.",
        wrong="The server keeps no checksums of its pages: damage by a disk would not be noticed.",
        mend="Stop it once and run `pg_checksums --enable`.",
        level=WARNING,
    )
