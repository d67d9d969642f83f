"""The settings of an installation with a mail server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.core.settings import Settings
from tests.services.mail import SmtpServer


@pytest.fixture
def with_server(settings: Settings, smtp_server: SmtpServer) -> Settings:
    return replace(
        settings,
        smtp_host=smtp_server.host,
        smtp_port=smtp_server.port,
        mail_from="School of Music <admissions@school.example>",
        school_name="School of Music",
        public_url="https://apply.school.example",
    )
