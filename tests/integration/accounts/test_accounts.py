"""From an address to an account, and back in after a forgotten password: by mails and pages, as a person does it."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Person
from portal.core.db import db, transaction
from portal.core.outbox import OutboxMail
from portal.web import limits
from tests.services.page import Page, send, visit

PASSWORD = "a long enough passphrase"
NEW_PASSWORD = "another long passphrase"
WRONG = "Address and password do not belong together"


def register(client: FlaskClient, email: str = "ziggy@example.org") -> Page:
    page = visit(client, "/register")
    return send(
        client, page, "/register", email=email, full_name="Ziggy Zeder", password=PASSWORD, password_confirm=PASSWORD
    )


def sign_in(client: FlaskClient, password: str = PASSWORD, *, status: int = 200) -> Page:
    return send(client, visit(client, "/login"), "/login", email="ziggy@example.org", password=password, status=status)


def newest_mail(app: Flask) -> OutboxMail:
    with app.app_context():
        return db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.created_at.desc())).first()


def link_in(mail: OutboxMail) -> str:
    found = re.search(r"http://localhost(/\S+)", mail.body)
    assert found, mail.body
    return found[1]


def person(app: Flask) -> Person:
    with app.app_context():
        return db.session.scalars(sa.select(Person)).one()


def test_register_confirm_sign_in(app: Flask, client: FlaskClient) -> None:
    said = register(client)
    mail = newest_mail(app)

    assert "open the link in the mail" in said.words
    assert (mail.to_address, mail.subject) == ("ziggy@example.org", "Confirm your mail address")
    assert "Ziggy Zeder" in mail.body
    assert "2 days" in mail.body
    assert WRONG in sign_in(client).words
    assert person(app).confirmed_at is None

    confirmed = visit(client, link_in(mail))
    assert "your address is confirmed" in confirmed.words
    assert person(app).confirmed_at is not None

    assert "My applications" in sign_in(client).words


def test_the_confirming_link_opened_twice_is_no_error(app: Flask, client: FlaskClient) -> None:
    register(client)
    link = link_in(newest_mail(app))
    visit(client, link)

    assert "You can sign in" in visit(client, link).words


def test_signing_in_needs_no_turn_among_those_who_write(app: Flask, client: FlaskClient) -> None:
    register(client)
    visit(client, link_in(newest_mail(app)))

    with app.app_context(), transaction() as session:
        session.add(Person(email="ada@example.org", full_name="Ada"))
        session.flush()
        assert "My applications" in sign_in(client).words


def test_a_forgotten_password_is_set_anew_by_mail(app: Flask, client: FlaskClient) -> None:
    register(client)
    visit(client, link_in(newest_mail(app)))

    said = send(client, visit(client, "/reset"), "/reset", email="ziggy@example.org")
    mail = newest_mail(app)
    assert "mail with a link is on its way" in said.words
    assert mail.subject == "Set a new password"
    link = link_in(mail)
    send(client, visit(client, link), link, password=NEW_PASSWORD, password_confirm=NEW_PASSWORD)

    other = app.test_client()
    assert WRONG in sign_in(other, status=200).words
    assert "My applications" in sign_in(other, NEW_PASSWORD).words


def test_nobody_learns_whether_an_account_exists(app: Flask, client: FlaskClient) -> None:
    register(client)
    with app.app_context():
        mails = db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail))

    again = register(app.test_client())
    unknown = send(client, visit(client, "/reset"), "/reset", email="nobody@example.org")

    assert "open the link in the mail" in again.words
    assert "mail with a link is on its way" in unknown.words
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) in (mails, (mails or 0) + 1)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


@pytest.mark.parametrize("password", ["short", "elevenchars"])
def test_a_short_password_is_refused_in_words(app: Flask, client: FlaskClient, password: str) -> None:
    page = send(
        client,
        visit(client, "/register"),
        "/register",
        email="a@example.org",
        full_name="A",
        password=password,
        password_confirm=password,
    )

    assert "at least 12 characters" in page.words
    with app.app_context():
        assert db.session.scalars(sa.select(Person)).all() == []


def test_guessing_is_slowed_down_for_one_account(app: Flask, client: FlaskClient) -> None:
    tries = int(limits.PER_ACCOUNT.split()[0])
    for _ in range(tries):
        sign_in(client, "wrong password here", status=200)

    stopped = sign_in(client, "wrong password here", status=429)

    assert "Please wait a few minutes" in stopped.words
