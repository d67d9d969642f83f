"""The servers that tests and the demo stand on are real, and set up the way production is."""

import re
import smtplib
from email.message import EmailMessage

import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.bootstrap import SETTINGS
from portal.core.db import db
from portal.stack import valkey
from portal.stack.postgres import Postgres
from tests.services.mail import SmtpServer


def test_the_broker_never_evicts_and_writes_everything_down(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        settings = client.config_get("maxmemory-policy", "appendonly", "bind")
    assert settings == {"maxmemory-policy": "noeviction", "appendonly": "yes", "bind": "127.0.0.1"}


def test_the_broker_turns_away_who_has_no_password(valkey_url: str) -> None:
    without_password = re.sub(r":[^@/]+@", "", valkey_url)
    with pytest.raises(redis.AuthenticationError):
        valkey.ping(without_password, within_s=2)


def test_postgres_asks_for_a_password_and_listens_on_no_port(postgres_server: Postgres) -> None:
    engine = sa.create_engine(postgres_server.url())
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SHOW listen_addresses")) == ""
        methods = connection.scalars(sa.text("SELECT DISTINCT auth_method FROM pg_hba_file_rules"))
        assert set(methods) == {"scram-sha-256"}
    engine.dispose()


def test_mail_arrives_as_it_was_sent(smtp_server: SmtpServer) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "school@example.edu", "ann@example.org", "Your receipt"
    message.set_content("Grüße")
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        client.send_message(message)
    [kept] = smtp_server.messages
    assert kept["Subject"] == "Your receipt"
    assert kept.get_content().strip() == "Grüße"
    assert smtp_server.recipients == [["ann@example.org"]]


def test_each_test_has_a_migrated_database_of_the_kind_it_says(
    database_kind: str, app: Flask, session: Session
) -> None:
    engine = db.engine
    assert engine.url == sa.make_url(app.extensions[SETTINGS].database_url)
    assert engine.dialect.name == database_kind
    assert session.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1
