"""Everything that may differ between two installations, read once and checked at start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.core.retention import FOREVER, Retention


@dataclass(frozen=True)
class S3Place:
    """Which bucket of which S3-compatible store, and with which keys; `public_endpoint` where browsers reach it."""

    bucket: str
    endpoint: str | None
    region: str
    access_key: str
    secret_key: str
    public_endpoint: str | None = None


SMTP_SECURITIES = ("none", "starttls", "tls")
MIN_SECRET_CHARS = 32
GIB = 1024**3


class SettingsError(ValueError):
    """All problems at once, so that an operator mends the environment in one go."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Soundcheck cannot start:\n" + "\n".join(f"- {p}" for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str
    secret_key: str
    password_salt: str
    storage_dir: Path
    s3: S3Place | None = None
    public_url: str = "http://localhost:8000"
    school_name: str = "Soundcheck"
    mail_from: str = "Soundcheck <no-reply@localhost>"
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_security: str = "none"
    demo_mode: bool = False
    trusted_proxies: int = 0
    max_upload_bytes: int = 2 * GIB
    rate_limits_enabled: bool = True
    retention: Retention = FOREVER

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check the environment.

        Raises SettingsError with every problem found, never only the first.
        """
        reader = _Reader(environ)
        settings = cls(
            database_url=_modern_postgres_url(reader.required("DATABASE_URL")),
            redis_url=reader.required("REDIS_URL"),
            secret_key=reader.secret("SECRET_KEY"),
            password_salt=reader.secret("SECURITY_PASSWORD_SALT"),
            storage_dir=Path(reader.required("STORAGE_DIR")),
            s3=_s3_place(reader),
            public_url=reader.text("PUBLIC_URL", "http://localhost:8000").rstrip("/"),
            school_name=reader.text("SCHOOL_NAME", "Soundcheck"),
            mail_from=reader.text("MAIL_FROM", "Soundcheck <no-reply@localhost>"),
            smtp_host=environ.get("SMTP_HOST") or None,
            smtp_port=reader.whole("SMTP_PORT", 25, low=1, high=65535),
            smtp_user=environ.get("SMTP_USER") or None,
            smtp_password=environ.get("SMTP_PASSWORD") or None,
            smtp_security=reader.choice("SMTP_SECURITY", "none", SMTP_SECURITIES),
            demo_mode=reader.flag("DEMO_MODE"),
            trusted_proxies=reader.whole("TRUSTED_PROXIES", 0, low=0, high=5),
            max_upload_bytes=reader.whole("MAX_UPLOAD_BYTES", 2 * GIB, low=1, high=100 * GIB),
            retention=Retention(
                replaced_days=reader.days("KEEP_REPLACED_DAYS", least=1),
                unsent_days=reader.days("KEEP_UNSENT_DAYS", least=7),
                decided_days=reader.days("KEEP_DECIDED_DAYS", least=30),
            ),
        )
        if not re.match(r"^https?://[^/\s]+", settings.public_url):
            reader.problems.append("PUBLIC_URL must be an address such as https://apply.example.edu.")
        if reader.problems:
            raise SettingsError(reader.problems)
        return settings


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name) or default

    def required(self, name: str) -> str:
        value = self.environ.get(name, "")
        if not value:
            self.problems.append(f"{name} is not set.")
        return value

    def secret(self, name: str) -> str:
        value = self.required(name)
        if value and len(value) < MIN_SECRET_CHARS:
            self.problems.append(f"{name} must have at least {MIN_SECRET_CHARS} random characters.")
        return value

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        raw = self.environ.get(name)
        if not raw:
            return default
        if not raw.isdecimal() or not low <= int(raw) <= high:
            self.problems.append(f"{name} must be a whole number from {low} to {high}, not {raw!r}.")
            return default
        return int(raw)

    def address(self, name: str) -> str | None:
        """The origin of a web address, None when it is not set."""
        raw = self.environ.get(name, "").rstrip("/")
        if raw and not re.fullmatch(r"https?://[^/\s]+", raw):
            self.problems.append(f"{name} must be an address such as https://files.example.edu, not {raw!r}.")
        return raw or None

    def days(self, name: str, *, least: int) -> int | None:
        """None, for ever, when it is not set."""
        return self.whole(name, least, low=least, high=36_500) if self.environ.get(name) else None

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
        return value

    def flag(self, name: str) -> bool:
        return self.choice(name, "0", ("0", "1")) == "1"


def named_bucket(environ: Mapping[str, str]) -> S3Place:
    """The bucket that the environment names, whether files live there already or not. Raises SettingsError."""
    reader = _Reader(environ)
    place = _bucket(reader)
    if reader.problems:
        raise SettingsError(reader.problems)
    return place


def _s3_place(reader: _Reader) -> S3Place | None:
    return _bucket(reader) if reader.choice("STORAGE", "folder", ("folder", "s3")) == "s3" else None


def _bucket(reader: _Reader) -> S3Place:
    return S3Place(
        bucket=reader.required("S3_BUCKET"),
        endpoint=reader.environ.get("S3_ENDPOINT") or None,
        region=reader.text("S3_REGION", "us-east-1"),
        access_key=reader.required("S3_ACCESS_KEY"),
        secret_key=reader.required("S3_SECRET_KEY"),
        public_endpoint=reader.address("S3_PUBLIC_ENDPOINT"),
    )


def _modern_postgres_url(url: str) -> str:
    """Name the driver we ship; operators paste plain postgres:// addresses."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
