"""Handing worded mail to a mail server: one connection for a batch, TLS as the settings say, a time limit on all."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from types import TracebackType

from portal.core.outbox import OutboxMail
from portal.core.settings import Settings
from portal.notifications.errors import TryLater, Undeliverable
from portal.notifications.words import Words

TIMEOUT_S = 15.0
MAX_SUBJECT_CHARS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def build(mail: OutboxMail, words: Words, settings: Settings) -> EmailMessage:
    """The message as it travels. Its Message-ID follows from the row, so that a repeated delivery can be recognised.

    Raises Undeliverable when the address is not one.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender = _address(settings.mail_from)
    message["To"] = _address(mail.to_address)
    message["Subject"] = one_line(words.subject)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    # RFC 3834: keeps holiday notices from answering.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words.body, charset="utf-8")
    for file in words.attachments:
        maintype, _, subtype = file.kind.partition("/")
        # As bytes, so that no mail program touches a line end of what is signed.
        message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
    return message


def one_line(text: str) -> str:
    """A header's text: whatever would end the line is a space."""
    return _CONTROL.sub(" ", text).strip()[:MAX_SUBJECT_CHARS]


def _address(text: str) -> Address:
    name, address = parseaddr(text) if "<" in text else ("", text)
    if _CONTROL.search(text) or "@" not in address:
        raise Undeliverable("The mail address cannot be written to.")
    try:
        return Address(display_name=name, addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise Undeliverable("The mail address cannot be written to.") from error


class Connection:
    """A connection that is opened by the first mail and kept for the following ones."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Return when the server has taken the mail. Raises Undeliverable or TryLater with what the server said."""
        server = self._open()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            raise _refusal(code, words) from refused
        except smtplib.SMTPDataError as refused:
            raise _refusal(refused.smtp_code, refused.smtp_error) from refused
        except smtplib.SMTPNotSupportedError as error:
            raise Undeliverable("The mail server does not take addresses with such letters.") from error
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise _trouble(error) from error

    def _open(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise _trouble(error) from error
        return self._server

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        host, port = settings.smtp_host or "", settings.smtp_port
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        try:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _close(self) -> None:
        if self._server is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server.close()
            self._server = None


def _trouble(error: Exception) -> TryLater:
    """Away, busy, or not as the settings say: whoever runs the server has to look; the mail waits meanwhile."""
    return TryLater(f"The mail server could not be used: {one_line(str(error)) or type(error).__name__}")


def _refusal(code: int, words: bytes | str) -> TryLater | Undeliverable:
    """4xx asks to try again, 5xx is for good (RFC 5321, 4.2.1)."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    sentence = f"The mail server answered: {code} {one_line(said)}"
    return Undeliverable(sentence) if code >= 500 else TryLater(sentence)
