"""What the player steps through: for each entry the version, where the case was, and the way it took."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.audit.timeline import Moment
from engine.audit.way import path_of
from engine.web.diagrams import drawings
from engine.web.replay.record import WHOLE, Record, strands_of
from engine.web.words import day, local_date


def frames_of(record: Record) -> dict[str, Any]:
    """Frames in the journal's order, with the diagrams and strands of each version that a step ran on."""
    digests = dict.fromkeys(moment.entry.policy_digest for moment in record.moments)
    return {
        "versions": {digest: _version(digest) for digest in digests},
        "frames": [_frame(record, moment) for moment in record.moments],
    }


def _version(digest: str) -> dict[str, Any]:
    strands = strands_of(digest)
    taken = {process: strand.id for strand in strands for process in strand.processes}
    return {
        "strands": {strand.id: list(strand.processes) for strand in strands},
        "diagrams": {
            process: {
                "name": drawn.name,
                "strand": taken.get(process, WHOLE.id),
                "url": url_for("policy.diagram", digest=digest, process_id=process),
            }
            for process, drawn in drawings(digest).items()
        },
    }


def _frame(record: Record, moment: Moment) -> dict[str, Any]:
    entry = moment.entry
    return {
        "seq": entry.seq,
        "version": entry.policy_digest,
        "date": local_date(entry.recorded_at).isoformat(),
        "day": day(entry.recorded_at),
        "sentence": record.line(entry.seq).sentence,
        "at": [[token.process_id, token.element_id, token.kind] for token in moment.tokens],
        "passed": [[passed.process_id, passed.element_id] for passed in path_of(entry)],
    }
