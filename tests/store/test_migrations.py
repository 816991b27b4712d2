"""What a database held before a migration it holds after it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from engine.store.database import open_database, writing
from engine.store.migrate import bring_to

#: A case with two open tasks, each offered once, and one request: as the release with ten migrations wrote them.
_HELD = """
INSERT INTO cases (id, title, team, status, version, policy_digest, policy_number, opened_at, outcome, state, tokens,
                   journal_seq, journal_hash)
VALUES ('AL-1', '', '', 'open', 1, '', '', '2026-03-02T00:00:00.000000Z', '', '', '[]', 1, '');
INSERT INTO tasks (id, case_id, local_id, element_id, process_id, place, name, form_id, roles, due_order, team,
                   opened_at, opened_version, properties, documentation, closed)
VALUES ('AL-1.2', 'AL-1', '2', 'e', 'p', '', 'n', '', '[]', '2026-03-09T00:00:00.000000Z', 'north',
        '2026-03-02T00:00:00.000000Z', 1, '{}', '', ''),
       ('AL-1.3', 'AL-1', '3', 'e', 'p', '', 'n', '', '[]', '2026-03-09T00:00:00.000000Z', 'north',
        '2026-03-02T00:00:00.000000Z', 1, '{}', '', '');
INSERT INTO offers (task_id, role, case_id, team, due_order, is_open, is_free)
VALUES ('AL-1.2', 'worker', 'AL-1', 'north', '2026-03-09T00:00:00.000000Z', 1, 1),
       ('AL-1.3', 'worker', 'AL-1', 'north', '2026-03-09T00:00:00.000000Z', 1, 0);
INSERT INTO requests VALUES ('k', 'complete_task AL-1.1', 'ann', x'7b7d', '2026-03-02T00:00:00.000000Z')
"""


def test_offers_and_requests_come_through_their_new_tables(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    file.touch()
    engine = open_database(f"sqlite:///{file}")
    with writing(engine) as connection:
        bring_to(connection, "0010")
        for statement in _HELD.split(";"):
            connection.exec_driver_sql(statement)
    with writing(engine) as connection:
        before = _rows(connection)
        bring_to(connection)
        after = _rows(connection)
        connection.exec_driver_sql("UPDATE tasks SET closed_at = '2026-03-03T00:00:00.000000Z' WHERE id = 'AL-1.2'")
        still_open = connection.exec_driver_sql("SELECT task_id FROM offers WHERE is_open").scalars().all()
    engine.dispose()
    assert [len(rows) for rows in before] == [2, 1]
    assert after == before
    assert still_open == ["AL-1.3"]


def _rows(connection: Connection) -> list[list[object]]:
    asked = ("SELECT * FROM offers ORDER BY task_id", "SELECT * FROM requests")
    return [[tuple(row) for row in connection.exec_driver_sql(statement)] for statement in asked]
