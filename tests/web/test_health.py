"""Alive, ready, measured: what a balancer and a monitor are told, and who may read how much."""

from __future__ import annotations

import threading
from dataclasses import replace
from http.client import HTTPConnection

import pytest

from engine.cli.service import _listening
from engine.settings import from_environment
from engine.web import create_app
from engine.web.stopping import run_until_told
from engine.wiring import build, migrate, queue
from engine.wiring.measures import Measures, may_read
from tests.web.conftest import Alongside, Site
from tests.worker import small

TOKEN = "a token that nobody will guess"


def served(site: Site, **changed: object):
    """A client of the same office under other settings."""
    settings = replace(site.alongside.settings, **changed)
    app = create_app(Alongside(site.alongside.uow, site.alongside.machine, settings))
    return app.test_client()


def test_alive_says_nothing_of_the_database(site: Site):
    answer = served(site, database="sqlite:////nowhere/at/all.db").get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_ready_when_tables_queue_and_policy_are_there(site: Site):
    assert site.app.test_client().get("/ready").json == {
        "status": "not ready",
        "reasons": ["The queue's tables are missing."],
    }
    queue.migrate(site.alongside.settings)
    answer = served(site).get("/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_not_ready_without_a_database_or_a_policy(site: Site, tmp_path):
    answer = served(site, database="sqlite:////nowhere/at/all.db").get("/ready")
    assert (answer.status_code, answer.json["reasons"]) == (503, ["The database does not answer."])
    empty = from_environment({"ALONGSIDE_VAR": str(tmp_path / "empty")})
    migrate(empty)
    assert served(site, database=empty.database).get("/ready").json["reasons"] == ["No policy is in force."]


def test_not_ready_on_another_releases_tables(site: Site):
    import sqlite3

    with sqlite3.connect(site.alongside.settings.database.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alongside_version SET version_num = '0005'")
    connection.close()
    assert served(site).get("/ready").json["reasons"] == ["The database does not have this release's tables."]


def test_an_answer_about_readiness_is_given_again_for_a_second(site: Site, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr("engine.wiring.measures.not_ready", lambda url, _today: asked.append(url) or ())
    monkeypatch.setattr("engine.wiring.measures.FRESH", 3600.0)
    client = served(site)
    assert {client.get("/ready").status_code for _ in range(5)} == {200}
    assert len(asked) == 1


def values(text: str) -> dict[str, float]:
    """The samples by name and labels."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_what_is_measured(site: Site):
    task = site.office.start().opened[0]
    wes = site.sign_in("wes")
    wes.get(f"/tasks/{task}")
    sent = {"key": wes.hidden("key"), "seen_version": wes.hidden("seen_version"), "finding": "yes"}
    assert wes.post(f"/tasks/{task}", {**sent, "do": "save"}).status_code == 303
    assert wes.post(f"/tasks/{task}", sent).status_code == 303
    assert wes.get("/cases/nothing").status_code == 404
    found = values(wes.get("/metrics").text)
    assert found["alongside_completions_total"] == 1
    route = 'method="GET",route="/tasks/<task_id>",status="200"'
    assert found[f"alongside_request_seconds_count{{{route}}}"] == 1
    assert found['alongside_request_seconds_count{method="GET",route="/cases/<case_id>",status="404"}'] == 1
    assert found["alongside_database_up"] == 1
    assert found['alongside_jobs{state="waiting"}'] >= 1  # a notice at least
    assert found["alongside_oldest_open_job_seconds"] == 0  # the office's clock stands still
    assert found["alongside_incidents_open"] == 0
    assert found["alongside_timers_overdue"] == 0
    assert found["process_resident_memory_bytes"] > 1e6
    assert task not in wes.get("/metrics").text


def test_lateness_is_measured(site: Site):
    from datetime import timedelta

    site.office.start("timed")
    site.alongside.moment += timedelta(days=15)
    found = values(site.app.test_client().get("/metrics").text)
    assert found["alongside_timers_overdue"] >= 1
    assert found["alongside_timers_worst_lateness_seconds"] >= 86_400
    assert found["alongside_oldest_open_job_seconds"] == 15 * 86_400


def test_measures_are_given_although_the_database_is_silent(site: Site):
    found = values(served(site, database="sqlite:////nowhere/at/all.db").get("/metrics").text)
    assert found["alongside_database_up"] == 0
    assert "alongside_jobs" not in found


@pytest.mark.parametrize(
    ("changed", "address", "headers", "status"),
    [
        ({}, "127.0.0.1", {}, 200),
        ({}, "10.0.0.9", {}, 404),
        ({"metrics_token": TOKEN}, "10.0.0.9", {}, 404),
        ({"metrics_token": TOKEN}, "10.0.0.9", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ({"metrics_token": TOKEN}, "10.0.0.9", {"Authorization": f"Bearer {TOKEN}x"}, 404),
        ({"metrics_token": TOKEN}, "10.0.0.9", {"Authorization": "Bearer é"}, 404),
        ({}, "10.0.0.9", {"Authorization": "Bearer "}, 404),
        # behind a proxy that is not known, everybody seems to be on this machine
        ({"base_url": "https://alongside.example"}, "127.0.0.1", {}, 404),
        ({"base_url": "https://alongside.example", "proxy": "127.0.0.1"}, "127.0.0.1", {}, 200),
        ({"base_url": "https://alongside.example", "proxy": "127.0.0.1"}, "10.0.0.9", {}, 404),
    ],
)
def test_who_may_read_the_measures(site: Site, changed, address, headers, status):
    answer = served(site, **changed).get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


@pytest.mark.parametrize("proxy", ["127.0.0.1", ""])
def test_only_the_proxy_that_is_named_may_say_for_whom_it_asks(site: Site, proxy: str):
    settings = replace(
        site.alongside.settings, base_url="https://alongside.example", proxy=proxy, port=small.free_port()
    )
    server = _listening(create_app(Alongside(site.alongside.uow, site.alongside.machine, settings)), settings)
    told = threading.Event()
    thread = threading.Thread(target=run_until_told, args=(server, told), daemon=True)
    thread.start()
    try:
        asked = {"Host": "alongside.example", "X-Forwarded-For": "10.0.0.9", "X-Forwarded-Proto": "https"}
        page, _ = _asked(settings.port, "/sign-in", asked)
        outside, outside_status = _asked(settings.port, "/metrics", asked)
        inside, inside_status = _asked(settings.port, "/metrics", {"Host": "127.0.0.1"})
    finally:
        told.set()
        thread.join(30)
    assert ("strict-transport-security" in page) == bool(proxy)
    assert (outside_status, inside_status) == (404, 200 if proxy else 404)
    assert outside["content-type"].startswith("text/html")
    assert inside["content-type"].startswith("text/plain" if proxy else "text/html")


def _asked(port: int, path: str, headers: dict[str, str]) -> tuple[dict[str, str], int]:
    """The headers and status of an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return {name.lower(): value for name, value in answer.getheaders()}, answer.status


def test_a_token_that_is_not_set_opens_nothing():
    assert not may_read(from_environment({}), "", "Bearer ")


def test_a_worker_tells_how_it_is_on_a_port_of_its_own(site: Site):
    from urllib.error import HTTPError
    from urllib.request import urlopen

    from engine.worker.sweep import sweep
    from engine.worker.vitals import telling

    settings = replace(site.alongside.settings, metrics_port=small.free_port())
    product = build(settings, queued=False)
    with telling(settings, Measures(settings, product.now).with_sweeps()) as port:
        before = values(_read(f"http://127.0.0.1:{port}/metrics"))
        sweep(product)
        after = values(_read(f"http://127.0.0.1:{port}/metrics"))
        assert _read(f"http://127.0.0.1:{port}/health") == '{"status": "ok"}'
        with pytest.raises(HTTPError) as missing:
            urlopen(f"http://127.0.0.1:{port}/tasks", timeout=30)
        missing.value.close()
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{port}/ready", timeout=30)
        assert (refused.value.code, missing.value.code) == (503, 404)
        assert "queue's tables" in refused.value.read().decode()
        refused.value.close()
    assert after["alongside_sweep_seconds_count"] == before["alongside_sweep_seconds_count"] + 1
    product.close()


def test_a_worker_without_a_port_tells_nobody(site: Site):
    from engine.worker.vitals import telling

    settings = site.alongside.settings
    with telling(settings, Measures(settings, site.alongside.now)) as port:
        assert port == 0


def _read(url: str) -> str:
    from urllib.request import urlopen

    with urlopen(url, timeout=30) as answer:  # noqa: S310 - our own server
        return str(answer.read().decode())
