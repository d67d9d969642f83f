"""An operator hears of every problem at once, in words."""

from __future__ import annotations

import pytest

from portal.core.settings import Settings, SettingsError

COMPLETE = {
    "DATABASE_URL": "postgres://soundcheck:secret@db/soundcheck",
    "REDIS_URL": "redis://valkey:6379/0",
    "SECRET_KEY": "k" * 40,
    "SECURITY_PASSWORD_SALT": "s" * 40,
    "STORAGE_DIR": "/srv/soundcheck",
}


def test_a_complete_environment_is_read() -> None:
    settings = Settings.from_env({**COMPLETE, "PUBLIC_URL": "https://apply.example.edu/", "SMTP_PORT": "587"})

    assert settings.database_url == "postgresql+psycopg://soundcheck:secret@db/soundcheck"
    assert settings.public_url == "https://apply.example.edu"
    assert settings.secure_cookies
    assert settings.smtp_port == 587
    assert not settings.demo_mode


def test_every_problem_is_listed_not_only_the_first() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"SECRET_KEY": "short", "SMTP_PORT": "99999", "SMTP_SECURITY": "ssl3", "PUBLIC_URL": "apply"})

    assert caught.value.problems == [
        "DATABASE_URL is not set.",
        "REDIS_URL is not set.",
        "SECRET_KEY must have at least 32 random characters.",
        "SECURITY_PASSWORD_SALT is not set.",
        "STORAGE_DIR is not set.",
        "SMTP_PORT must be a whole number from 1 to 65535, not '99999'.",
        "SMTP_SECURITY must be one of none, starttls, tls, not 'ssl3'.",
        "PUBLIC_URL must be an address such as https://apply.example.edu.",
    ]
