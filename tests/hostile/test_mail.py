"""The mail server that trials tell what to do, spoken to by the product's own channel."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime

import pytest

from engine.hostile.mail import ACCEPTED, ADDRESS, ARRIVED, GREETING, HangUp, Silent, mail_server
from handlers.channels.email import Server, send
from handlers.job import JobRefused, Mail

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MAIL = Mail("key", ("ann@example.org", "ben@example.org"), "About AL-1", "Hello\n.\nWorld\n", ())


@pytest.fixture
def office():
    with mail_server() as (inbox, port):
        yield inbox, Server("127.0.0.1", port, timeout=0.5)


def _says(where, reply):
    """A script that does one thing at one point."""

    def script(point, what):
        if point != where:
            return ""
        if isinstance(reply, type):
            raise reply
        return reply if isinstance(reply, str) else reply(what)

    return script


def test_a_mail_is_taken_with_its_addresses_and_its_identity(office):
    inbox, server = office
    identity = send(server, MAIL, {}, NOW)
    assert [(each.message_id, each.to) for each in inbox.taken()] == [(identity, MAIL.to)]
    assert inbox.of("AL-1") == inbox.taken()
    assert inbox.times() == {identity: 1}


@pytest.mark.parametrize(
    ("where", "reply", "trouble"),
    [
        (GREETING, "421 not now", smtplib.SMTPConnectError),
        (GREETING, HangUp, smtplib.SMTPServerDisconnected),
        (ARRIVED, HangUp, smtplib.SMTPServerDisconnected),
        (ARRIVED, Silent, OSError),
        (ARRIVED, "451 not now", smtplib.SMTPDataError),
        (ADDRESS, "550 nobody", JobRefused),
    ],
)
def test_a_mail_that_was_not_taken_is_not_counted(office, where, reply, trouble):
    inbox, server = office
    inbox.script = _says(where, reply)
    with pytest.raises(trouble):
        send(server, MAIL, {}, NOW)
    assert inbox.taken() == []


def test_a_server_that_falls_over_after_its_word_has_taken_the_mail(office):
    inbox, server = office
    inbox.script = _says(ACCEPTED, HangUp)
    send(server, MAIL, {}, NOW)
    assert len(inbox.taken()) == 1


def test_one_address_refused_leaves_the_mail_to_the_others(office):
    inbox, server = office
    inbox.script = _says(ADDRESS, lambda address: "550 nobody" if address.startswith("ben") else "")
    with pytest.raises(JobRefused, match=r"ben@example\.org"):
        send(server, MAIL, {}, NOW)
    assert [each.to for each in inbox.taken()] == [("ann@example.org",)]
