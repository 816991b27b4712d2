"""The environment, read once and refused in words."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from engine.settings import SettingsRefused, from_environment, report_to_nobody, secret, with_changes


def test_nothing_set_means_one_file_and_no_demo(tmp_path):
    settings = from_environment({"ALONGSIDE_HOME": str(tmp_path)})
    assert settings.database == f"sqlite:///{tmp_path / 'var' / 'alongside.db'}"
    assert settings.is_embedded
    assert not settings.demo
    assert settings.demo_password == ""
    assert settings.base_url == "http://127.0.0.1:8000"
    assert not settings.https


def test_the_demo_catches_mail_unless_a_server_is_named():
    assert from_environment({"ALONGSIDE_DEMO": "1"}).uses_mailbox
    assert not from_environment({"ALONGSIDE_DEMO": "1", "ALONGSIDE_SMTP_HOST": "mail.example"}).uses_mailbox
    assert not from_environment({}).uses_mailbox


@pytest.mark.parametrize(("security", "port"), [("none", 25), ("starttls", 587), ("tls", 465)])
def test_the_mail_port_follows_its_security(security, port):
    assert from_environment({"ALONGSIDE_SMTP_SECURITY": security}).mail.port == port


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALONGSIDE_PORT", "many"),
        ("ALONGSIDE_PORT", "0"),
        ("ALONGSIDE_PORT", "70000"),
        ("ALONGSIDE_PORT", "²"),
        ("ALONGSIDE_DEMO", "perhaps"),
        ("ALONGSIDE_SWEEP_SECONDS", "-1"),
        ("ALONGSIDE_SWEEP_SECONDS", "nan"),
        ("ALONGSIDE_SMTP_SECURITY", "rot13"),
        ("ALONGSIDE_SMTP_PATIENCE_SECONDS", "0"),
        ("ALONGSIDE_LOG_LEVEL", "LOUD"),
        ("ALONGSIDE_DATABASE", "sqlite:///:memory:"),
        ("ALONGSIDE_DATABASE", "mysql://x"),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(SettingsRefused, match=name):
        from_environment({name: value})


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///?timeout=3", "sqlite:///file:x?mode=memory&uri=true"],
)
def test_a_database_in_memory_is_refused_for_nothing_would_be_kept(url):
    with pytest.raises(SettingsRefused, match=r"ALONGSIDE_DATABASE .* nothing would be kept"):
        from_environment({"ALONGSIDE_DATABASE": url})
    with pytest.raises(SettingsRefused, match=r"--database .* nothing would be kept"):
        with_changes(from_environment({}), database=url)


@pytest.mark.parametrize(
    "url",
    ["", "foo", "mysql://x", "postgresql://u:hush@h/x", "postgresql+psycopg://u:hush@h:many/x", "sqlite://h/x.db"],
)
def test_a_url_of_no_database_is_refused_and_not_repeated(url):
    with pytest.raises(SettingsRefused, match="--database must be sqlite:///PATH or postgresql") as refused:
        with_changes(from_environment({}), database=url)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///relative.db",
        "sqlite:////var/lib/along side/a.db",
        "sqlite:///a.db?timeout=3",
        "postgresql+psycopg://db/alongside",
        "postgresql+psycopg://u:p%40ss/word@db.internal:5432/alongside?sslmode=verify-full",
        "postgresql+psycopg://u@[::1]:5432/x",
        "postgresql+psycopg://postgres@/x?host=/run/postgresql",
    ],
)
def test_urls_that_can_be_used(url):
    assert from_environment({"ALONGSIDE_DATABASE": url}).database == url


def test_the_command_line_comes_last():
    settings = with_changes(from_environment({"ALONGSIDE_PORT": "8001"}), port=9000, database="postgresql+psycopg:///x")
    assert (settings.port, settings.base_url) == (9000, "http://127.0.0.1:9000")
    assert not settings.is_embedded
    behind = from_environment({"ALONGSIDE_BASE_URL": "https://alongside.example"})
    assert with_changes(behind, port=9000).base_url == "https://alongside.example"


def test_passwords_are_not_shown():
    given = {"ALONGSIDE_SMTP_PASSWORD": "hush-1", "ALONGSIDE_DATABASE": "postgresql+psycopg://u:hush-2@h/d"}
    assert "hush" not in repr(from_environment(given))


def test_a_secret_is_made_once_and_read_by_its_owner_only(tmp_path: Path):
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path / "var")})
    first = secret(settings, "web")
    assert len(first) == 32
    assert secret(settings, "web") == first
    assert secret(settings, "other") != first
    assert stat.S_IMODE((tmp_path / "var" / "web.key").stat().st_mode) == 0o600


def test_nothing_makes_a_library_report_to_anybody(monkeypatch):
    monkeypatch.setenv("DBOS__CLOUD", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example")
    report_to_nobody()
    assert not [name for name in os.environ if name.startswith(("DBOS_", "OTEL_"))]
