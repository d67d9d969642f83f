"""The pages about the checks are generated from the checks: none is missing, each says its standard and its risk."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.checks.registry import all_checks
from tests.services.page import visit

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_every_check_is_listed_and_has_its_page(client: FlaskClient) -> None:
    listed = visit(client, "/checks")

    assert {f"/checks/{key}" for key in all_checks()} <= set(listed.links)
    for key, check in all_checks().items():
        page = visit(client, f"/checks/{key}")
        assert check.title in page.words
        assert " ".join(check.standard.split()) in page.words
        assert " ".join(check.false_alarm.split()) in page.words


def test_a_check_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert "could not find" in visit(client, "/checks/no.such", status=404).words
