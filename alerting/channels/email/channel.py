"""Sends notices by SMTP: one connection a notice, encrypted before a password is told."""

import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Final

from alerting.channels.email.render import Envelope, message, message_id
from alerting.channels.email.section import ADDRESS, Email
from alerting.channels.outcome import Later, Outcome, Reference, Refused, Retry, Sent
from sluice.incident.notice import Notice

FINAL_FROM: Final = 500  # RFC 5321, 4.2.1: 4yz may work later, 5yz never


class EmailChannel:
    """One server; ``target`` is one address: each has letters of its own, so that none waits for another."""

    def __init__(self, section: Email, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self.retry = Retry(attempts=section.attempts, first=30, longest=1800)
        self._section = section

    def send(self, notice: Notice, target: str, reference: Reference | None) -> Outcome:
        """Send one mail; a quiet notice is none."""
        if notice.quiet and reference is not None:
            return Sent(nothing=True)
        recipients = (target,) if target else self._section.to
        if not recipients or not all(re.fullmatch(ADDRESS, one) for one in recipients):
            return Refused(why="there is no address to send to")
        root = (reference or {}).get("root")
        sender = self._section.sender
        mail = message(notice, Envelope(sender=sender, recipients=recipients, at=self._clock(), root=root))
        outcome = self._post(mail, recipients)
        return outcome or Sent(reference={"root": root or message_id(notice, sender)})

    def close(self) -> None:
        """Nothing is kept open."""

    def _post(self, mail: EmailMessage, recipients: tuple[str, ...]) -> Later | Refused | None:
        """None where every recipient's mail was taken."""
        try:
            with self._connection() as connection:
                left_out = connection.send_message(mail, self._section.sender, list(recipients))
        except smtplib.SMTPRecipientsRefused as error:
            return _by_code(max((code for code, _ in error.recipients.values()), default=FINAL_FROM))
        except smtplib.SMTPNotSupportedError:
            return Refused(why="it cannot do what is asked of it (STARTTLS, or a login)")
        except smtplib.SMTPResponseException as error:
            return _by_code(error.smtp_code)
        except ssl.SSLCertVerificationError:
            return Refused(why="its certificate is not trusted (name the authority by ca_file)")
        except (smtplib.SMTPException, OSError) as error:
            return Later(why=f"it cannot be reached ({type(error).__name__})")
        if not left_out:
            return None
        codes = ", ".join(sorted({str(code) for code, _ in left_out.values()}))  # the others have it: no other try
        return Refused(why=f"it refused {len(left_out)} of {len(recipients)} addresses (it answered {codes})")

    def _connection(self) -> smtplib.SMTP:
        section, trust = self._section, ssl.create_default_context(cafile=self._section.ca_file)
        if section.tls == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                section.host, section.port, timeout=section.timeout_seconds, context=trust
            )
        else:
            connection = smtplib.SMTP(section.host, section.port, timeout=section.timeout_seconds)
        try:
            if section.tls == "starttls":
                connection.starttls(context=trust)
            if section.username and section.password:
                connection.login(section.username, section.password.get_secret_value())
        except BaseException:
            connection.close()
            raise
        return connection


def _by_code(code: int) -> Later | Refused:
    return Refused(why=f"it answered {code}") if code >= FINAL_FROM else Later(why=f"it answered {code}")
