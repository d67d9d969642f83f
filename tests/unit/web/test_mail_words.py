"""Every mail that is owed reads as a sentence about something that staff know, before and after it is written."""

from portal.core.outbox import OutboxMail
from portal.notifications.recipients import RECIPIENTS
from portal.notifications.wording import TEXTS
from portal.web.mail_words import MAILS, mail_to, mail_words


def test_every_kind_of_mail_has_words_and_no_words_are_left_over():
    assert set(MAILS) == set(TEXTS) | set(RECIPIENTS)


def test_the_words_hold_no_machine_word():
    assert all("_" not in words and "." not in words and ":" not in words for words in MAILS.values())
    assert mail_words(OutboxMail(kind="lease.end_early", subject="")) == "lease: end early"


def test_a_written_mail_is_called_by_its_subject():
    assert mail_words(OutboxMail(kind="checks.done", subject="Your recordings are checked")).startswith("Your")
    assert mail_words(OutboxMail(kind="checks.done", subject="")) == "The recordings are checked"


def test_a_notice_says_whom_it_is_for():
    own = {kind for kind in RECIPIENTS if mail_to(OutboxMail(kind=kind, to_address="")) == "the applicant"}
    assert own == {"application.submitted", "application.withdrawn", "application.reopened", "checks.done"}
    assert mail_to(OutboxMail(kind="checks.done", to_address="")) == "the applicant"
    assert mail_to(OutboxMail(kind="extension.asked", to_address="")) == "the staff"
    assert mail_to(OutboxMail(kind="extension.asked", to_address="g@example.edu")) == "g@example.edu"
