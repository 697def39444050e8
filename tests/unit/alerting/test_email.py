"""E-mail through a real SMTP server on this machine, with STARTTLS and a login."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import ValidationError

from alerting.channels.email.channel import EmailChannel
from alerting.channels.email.section import Email
from alerting.channels.outcome import Later, Refused, Sent
from alerting.deliver import deliver
from alerting.settings import Alerting, AlertSettings
from local_stack.ports import free_port
from sluice.finding.run import Run
from tests.unit.alerting.notices import FLIGHTS, breach, opened, quiet, resolved
from tests.unit.incident.findings import NOW

PASSWORD = "open-sesame-4711"  # noqa: S105 - the secret that must not leak


@dataclass
class Mailbox:
    """What an SMTP server was given; ``says`` is its answer to a mail.

    ``refuses`` is that to each recipient but the one whom it ``knows``.
    """

    says: str = "250 OK"
    refuses: str = ""
    knows: str = ""
    port: int = 0
    authority: Path = Path()
    mails: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name, and its five arguments
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if not self.refuses or address == self.knows:
            envelope.rcpt_tos.append(address)
        return "250 OK" if not self.refuses or address == self.knows else self.refuses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        del server
        parsed = message_from_bytes(bytes(envelope.content or b""), EmailMessage, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.encrypted.append(session.ssl is not None)
        return self.says


@contextmanager
def smtp(folder: Path, mailbox: Mailbox, *, login: bool = False) -> Iterator[Mailbox]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    mailbox.authority = folder / "ca.pem"
    authority.cert_pem.write_to_path(mailbox.authority)

    def check(*given: Any) -> AuthResult:
        data = given[-1]
        right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        return AuthResult(success=right, handled=False)

    more: dict[str, Any] = {"authenticator": check, "auth_required": True, "require_starttls": True} if login else {}
    mailbox.port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, tls_context=context, **more)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def channel(mailbox: Mailbox, **changed: Any) -> EmailChannel:
    plain = {
        "type": "email",
        "host": "127.0.0.1",
        "port": mailbox.port,
        "sender": "sluice@example.com",
        "to": "owner@example.com",
        "ca_file": mailbox.authority,
    }
    return EmailChannel(Email.model_validate({**plain, **changed}))


def test_a_mail_arrives_encrypted_after_a_login(tmp_path: Path) -> None:
    with smtp(tmp_path, Mailbox(), login=True) as mailbox:
        sent = channel(mailbox, username="sluice", password=PASSWORD).send(opened(), "", None)
    assert sent == Sent(reference={"root": f"<{opened().key}@example.com>"})
    (mail,) = mailbox.mails
    assert (mail["To"], mail["Message-ID"]) == ("owner@example.com", f"<{opened().key}@example.com>")
    assert mailbox.encrypted == [True]
    assert "sluice ledger flights.flight" in mail.get_content()
    assert PASSWORD not in mail.as_string()


def test_what_follows_is_in_the_thread_and_a_quiet_notice_is_no_mail(tmp_path: Path) -> None:
    with smtp(tmp_path, Mailbox()) as mailbox:
        mine = channel(mailbox)
        first = mine.send(opened(), "team@example.com", None)
        assert isinstance(first, Sent)
        assert mine.send(quiet(), "team@example.com", first.reference) == Sent(nothing=True)
        assert mine.send(resolved(), "team@example.com", first.reference) == first
    root, reply = mailbox.mails
    assert root["To"] == "team@example.com"
    assert reply["In-Reply-To"] == reply["References"] == root["Message-ID"]
    assert reply["Subject"].startswith("Re: [resolved]")


@pytest.mark.parametrize(("says", "kind"), [("451 come back", Later), ("554 never", Refused)])
def test_a_servers_code_says_whether_to_come_back(says: str, kind: type, tmp_path: Path) -> None:
    with smtp(tmp_path, Mailbox(says=says)) as mailbox:
        outcome = channel(mailbox).send(opened(), "", None)
    assert isinstance(outcome, kind)
    with smtp(tmp_path, Mailbox(refuses=says)) as mailbox:
        assert isinstance(channel(mailbox).send(opened(), "", None), kind)


def test_a_wrong_password_is_refused_and_not_told(tmp_path: Path) -> None:
    with smtp(tmp_path, Mailbox(), login=True) as mailbox:
        outcome = channel(mailbox, username="sluice", password="wrong-word").send(opened(), "", None)  # noqa: S106 - a wrong one
    assert isinstance(outcome, Refused)
    assert "wrong-word" not in outcome.why


def test_a_server_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    with smtp(tmp_path, Mailbox()) as mailbox:
        outcome = channel(mailbox, ca_file=other).send(opened(), "", None)
    assert outcome == Refused(why="its certificate is not trusted (name the authority by ca_file)")
    assert mailbox.mails == []


def test_a_server_that_is_down_is_tried_later(tmp_path: Path) -> None:
    with smtp(tmp_path, Mailbox()) as mailbox:
        mine = channel(mailbox)
    assert isinstance(mine.send(opened(), "", None), Later)


@pytest.mark.parametrize("target", ["no address", "a@b\r\nBcc: c@d", "a@b,c@d"])
def test_an_address_that_is_none_is_refused(target: str, tmp_path: Path) -> None:
    with smtp(tmp_path, Mailbox()) as mailbox:
        assert isinstance(channel(mailbox).send(opened(), target, None), Refused)
    assert mailbox.mails == []


def test_a_password_is_not_sent_in_the_clear_to_another_machine() -> None:
    told = {"type": "email", "host": "mail.example", "sender": "a@example.com", "username": "a", "password": PASSWORD}
    with pytest.raises(ValidationError, match="in the clear"):
        Email.model_validate({**told, "tls": "none"})


def test_addresses_that_are_refused_while_others_have_it_are_told(tmp_path: Path) -> None:
    with smtp(tmp_path, Mailbox(refuses="550 nobody", knows="owner@example.com")) as mailbox:
        outcome = channel(mailbox, to=["owner@example.com", "gone@example.com"]).send(opened(), "", None)
    assert outcome == Refused(why="it refused 1 of 2 addresses (it answered 550)")
    assert len(mailbox.mails) == 1


def test_each_address_has_a_letter_of_its_own_and_only_those_refused_are_tried_again(tmp_path: Path) -> None:
    with smtp(tmp_path, Mailbox(refuses="451 come back", knows="owner@example.com")) as mailbox:
        told = {
            "type": "email",
            "everything": True,
            "host": "127.0.0.1",
            "port": mailbox.port,
            "sender": "sluice@example.com",
            "to": ["owner@example.com", "late@example.com"],
            "ca_file": mailbox.authority,
        }
        alerting = {
            "database": f"sqlite:///{tmp_path / 'alerts.sqlite'}",
            "patience_seconds": 0,
            "channels": {"mail": told},
        }
        given = AlertSettings(alerting=Alerting.model_validate(alerting))
        done = deliver(
            Run(findings=(breach(),)), {"flights": replace(FLIGHTS, consumers=(), support=(), members=())}, given, NOW
        )
    assert (done.sent, done.waiting) == (1, 1)
    assert [mail["To"] for mail in mailbox.mails] == ["owner@example.com"]
