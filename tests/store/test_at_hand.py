"""SQLite's connections that wait at hand between two transactions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from engine.store import upgrade
from engine.store.database import AT_HAND, AtHand, open_database, reading, writing


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A fresh database."""
    url = f"sqlite:///{tmp_path / 'alongside.db'}"
    upgrade(url)
    opened = open_database(url)
    yield opened
    opened.dispose()


def pool(engine: Engine) -> AtHand:
    assert isinstance(engine.pool, AtHand)
    return engine.pool


def test_the_next_transaction_has_the_same_connection(engine: Engine) -> None:
    with writing(engine) as first:
        pass
    with reading(engine) as second:
        assert second is first
    assert pool(engine).checkedout() == 1


def test_a_transaction_within_another_has_its_own(engine: Engine) -> None:
    with writing(engine) as outer, reading(engine) as inner:
        assert inner is not outer
        assert inner.connection.dbapi_connection is not outer.connection.dbapi_connection


def test_one_whose_transaction_failed_is_not_kept(engine: Engine) -> None:
    def fails() -> None:
        with writing(engine) as connection:
            connection.execute(text("INSERT INTO product (name, value) VALUES ('a', 'b')"))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fails()
    assert pool(engine).checkedout() == 0
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM product WHERE name = 'a'")).scalar() == 0


def test_a_write_given_up_half_way_leaves_no_lock(engine: Engine) -> None:
    block = writing(engine)
    block.__enter__()
    block.gen.close()
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO product (name, value) VALUES ('a', 'b')"))


def test_only_so_many_wait_that_a_busy_moment_finds_others(engine: Engine) -> None:
    blocks = [reading(engine) for _ in range(AT_HAND + 4)]
    for block in blocks:
        block.__enter__()
    assert pool(engine).checkedout() == AT_HAND + 4
    for block in blocks:
        block.__exit__(None, None, None)
    assert pool(engine).checkedout() == AT_HAND


def test_none_is_open_when_the_store_is_closed(engine: Engine) -> None:
    with reading(engine) as connection:
        driver = connection.connection.dbapi_connection
    engine.dispose()
    assert driver is not None
    with pytest.raises(Exception, match="closed database"):
        driver.cursor()
