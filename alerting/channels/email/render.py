"""A notice as an e-mail: plain text, threaded by its headers, with an id that is the same when it is sent again."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from alerting.channels.words import cut, plain
from sluice.incident.notice import Notice

BODY_MAX: Final = 64 * 1024
SUBJECT_MAX: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """From whom, to whom, and when; ``root`` is the id of the conversation's first mail, None where this is it."""

    sender: str
    recipients: tuple[str, ...]
    at: datetime
    root: str | None = None


def message(notice: Notice, envelope: Envelope) -> EmailMessage:
    """The mail."""
    sender, root = envelope.sender, envelope.root
    mail = EmailMessage()
    mail["From"] = Address("Sluice", addr_spec=sender)
    mail["To"] = ", ".join(envelope.recipients)
    mail["Subject"] = cut(f"{'Re: ' if root else ''}[{_mark(notice)}] {notice.headline}", SUBJECT_MAX)
    mail["Date"] = format_datetime(envelope.at)
    mail["Message-ID"] = message_id(notice, sender)
    if root:
        mail["In-Reply-To"] = root
        mail["References"] = root
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notice answers
    mail["X-Sluice-Incident-Thread"] = notice.thread
    mail.set_content(plain(notice, BODY_MAX), cte="quoted-printable")
    return mail


def message_id(notice: Notice, sender: str) -> str:
    """The same for the same notice, so that a mail that came twice is one."""
    return f"<{notice.key}@{sender.partition('@')[2]}>"


def _mark(notice: Notice) -> str:
    if notice.test:
        return "test"
    return "resolved" if notice.over else notice.severity.value
