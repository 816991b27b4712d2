"""The worker beside the pages: started again whenever it ends, and no more after a polite stop."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from queue import Queue

import pytest

from engine.cli.beside import FIRST, MOST, kept_beside, next_pause, worker_like
from engine.settings import environment_of, from_environment, with_changes

PATIENCE = 60.0
FOR_EVER = [sys.executable, "-c", "import time; time.sleep(3600)"]


def starting(command: list[str], started: Queue) -> object:
    """What starts the command, and tells of each process."""

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command)
        started.put(process)
        return process

    return start


def test_one_that_is_killed_is_replaced_and_the_last_is_stopped(caplog):
    started: Queue = Queue()
    told = threading.Event()
    with caplog.at_level(logging.WARNING), kept_beside(starting(FOR_EVER, started), told, first=0.01):
        first = started.get(timeout=PATIENCE)
        first.kill()
        second = started.get(timeout=PATIENCE)
        assert second.pid != first.pid
        assert second.poll() is None
    assert second.poll() is not None
    assert told.is_set()
    assert started.empty()
    assert [record.getMessage().partition(" after")[0] for record in caplog.records] == [
        "the worker was killed by signal 9"
    ]


def test_after_a_polite_stop_no_more_are_started():
    started: Queue = Queue()
    told = threading.Event()
    with kept_beside(starting(FOR_EVER, started), told, first=0.0):
        only = started.get(timeout=PATIENCE)
        told.set()
        only.kill()
        only.wait(PATIENCE)
    assert started.empty()


def test_a_stop_does_not_wait_for_the_pause():
    started: Queue = Queue()
    with kept_beside(starting([sys.executable, "-c", ""], started), threading.Event(), first=PATIENCE * 60):
        started.get(timeout=PATIENCE).wait(PATIENCE)
    assert started.empty()


def test_one_that_cannot_be_started_is_tried_again(caplog):
    tried: Queue = Queue()

    def fails() -> subprocess.Popen[bytes]:
        tried.put(None)
        raise OSError(11, "Resource temporarily unavailable")

    with caplog.at_level(logging.WARNING), kept_beside(fails, threading.Event(), first=0.01):
        tried.get(timeout=PATIENCE)
        tried.get(timeout=PATIENCE)
    assert "could not be started (Resource temporarily unavailable)" in caplog.text


def test_pauses_grow_and_begin_anew_after_a_minute():
    pauses, pause = [], 0.0
    for lived in (3600.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 60.0, 59.0):
        pause = next_pause(pause, lived)
        pauses.append(pause)
    assert pauses == [FIRST, 2.0, 4.0, 8.0, 16.0, MOST, MOST, FIRST, 2.0]


def test_the_worker_is_told_of_the_command_line_but_not_by_one(monkeypatch):
    told = {}
    monkeypatch.setattr(subprocess, "Popen", lambda command, env: told.update(command=command, env=env))
    url = "postgresql+psycopg://u:hush@db/x"
    settings = with_changes(from_environment({}), database=url, port=9000)
    worker_like(settings)()
    assert not any("hush" in word for word in told["command"])
    assert from_environment(told["env"]).database == url
    assert environment_of(settings)["ALONGSIDE_BASE_URL"] == "http://127.0.0.1:9000"


@pytest.mark.parametrize(("lived", "pause"), [(0.0, 2.0), (61.0, 1.0)])
def test_only_who_lives_begins_anew(lived, pause):
    assert next_pause(1.0, lived) == pause
