"""Verifying: by the command line as a process of its own, by OpenSSL, and by the public page."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.applications.receipts import queries
from portal.applications.receipts.paper import pdf_of
from portal.applications.service.sending import submit
from portal.core import signed, signing
from portal.core.audit import AuditEntry
from portal.core.db import transaction
from portal.core.settings import Settings
from tests.factories.applications import make_application
from tests.factories.cast import acting_as
from tests.factories.receipts import KEY, signed_submit
from tests.services.lacking import lacking
from tests.services.page import Page, visit

ROOT = Path(__file__).resolve().parents[3]
SOUND = b"RIFF the very recording"


@pytest.fixture
def receipt(world: Session) -> str:
    """The signed receipt of an application whose one recording is SOUND."""
    draft = make_application(number="2026-0042")
    with transaction():
        draft.recordings[0].versions[0].sha256 = hashlib.sha256(SOUND).hexdigest()
    submit(draft, actor=acting_as(draft.applicant))
    found = queries.receipt(draft.id, 1)
    assert found is not None
    return found.document


def run(settings: Settings | None, *arguments: str | Path) -> tuple[int, str]:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    if settings is not None:
        environment |= {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
            "SECURITY_PASSWORD_SALT": settings.password_salt,
            "STORAGE_DIR": str(settings.storage_dir),
        }
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", *arguments],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def kept(folder: Path, name: str, content: str | bytes) -> Path:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / name


def test_the_command_verifies_with_the_installations_keys(receipt: str, settings: Settings, tmp_path: Path) -> None:
    signing.rotate(reason="The receipt is older than the newest key.")
    sound, other = kept(tmp_path, "bus.wav", SOUND), kept(tmp_path, "other.wav", SOUND + b"!")
    code, said = run(settings, "verify-receipt", kept(tmp_path, "r.json", receipt), "--recording", sound)
    assert code == 0, said
    assert "Genuine: signed with the key" in said
    assert "Received: Sun 22 Nov 2026, 07:00:00 EST (America/New_York), 12:00:00 UTC" in said
    assert "bus.wav is the file “Own production 1: Night Bus” of this receipt, to the last byte." in said
    code, said = run(settings, "verify-receipt", kept(tmp_path, "r.pdf", pdf_of(receipt)), "--recording", other)
    assert code == 1
    assert "The receipt attached to r.pdf is genuine: signed with the key" in said
    assert "What is printed on the paper is not covered by the signature: compare it with this:" in said
    assert "Received: Sun 22 Nov 2026, 07:00:00 EST" in said
    assert "other.wav is none of the files that this receipt names." in said


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_command_needs_nothing_but_the_key(receipt: str, tmp_path: Path) -> None:
    file, key = kept(tmp_path, "r.json", receipt), kept(tmp_path, "key.pem", signing.key_in_use().pem)
    code, said = run(None, "verify-receipt", file, "--key", key)
    assert (code, "Genuine" in said) == (0, True), said
    code, said = run(
        None, "verify-receipt", kept(tmp_path, "f.json", receipt.replace("173400000", "173400001")), "--key", key
    )
    assert code == 1
    assert "Not genuine. The signature does not fit what it says: something in it was changed" in said
    foreign = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    code, said = run(None, "verify-receipt", file, "--key", kept(tmp_path, "foreign.pem", foreign))
    assert code == 1
    assert "which is not one of the keys to verify with" in said
    code, said = run(None, "verify-receipt", file)
    assert code == 1
    assert "Name the public key with --key" in said


def test_a_new_key_is_made_from_the_command_line(receipt: str, settings: Settings, world: Session) -> None:
    before = signing.key_in_use().id
    code, said = run(settings, "new-signing-key", "--reason", "A year has passed.")
    assert code == 0, said
    world.rollback()
    after = signing.key_in_use().id
    assert after != before
    assert after in said
    assert world.query(AuditEntry).filter_by(action="signing_key.make", reason="A year has passed.").count() == 1


def test_migrate_makes_the_first_key_and_signs_what_was_not(receipt: str, settings: Settings, world: Session) -> None:
    with transaction():
        found = queries.newest_receipt(world.query(queries.Receipt).one().application_id)
        found.application.unsigned_receipt = json.loads(found.contents)
        world.delete(found)
    code, said = run(settings, "migrate")
    assert code == 0, said
    assert f"Receipts are signed with the key {signing.key_in_use().id}." in said
    world.rollback()
    assert world.query(queries.Receipt).one().number == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_openssl_verifies_by_the_commands_on_the_page(client: FlaskClient, receipt: str, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        lacking("OpenSSL", remedy="Install openssl.")
    page = client.get("/receipts/keys").text
    (commands,) = re.findall(r'aria-label="Commands">(.*?)</pre>', page, flags=re.DOTALL)
    script = commands.replace("&gt;", ">")
    kept(tmp_path, "key.pem", signing.key_in_use().pem)

    def verified(document: str) -> tuple[int, str]:
        kept(tmp_path, "receipt.json", document)
        done = subprocess.run(
            ["sh", "-c", script], check=False, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout

    assert verified(receipt) == (0, "Signature Verified Successfully\n")
    assert verified(receipt + "\n") == (0, "Signature Verified Successfully\n")
    assert verified(receipt.replace("Ada", "Eda"))[0] == 1


def test_every_key_is_published_with_its_date(client: FlaskClient, receipt: str) -> None:
    old, new = signing.key_in_use().id, signing.rotate(reason="A year has passed.").id
    page = visit(client, "/receipts/keys")
    assert page.words.index(f"Key {new} In use") < page.words.index(f"Key {old}")
    assert "Ed25519, made Sun 22 Nov 2026, 12:00 UTC. Nothing new is signed with it." in page.words
    listed = client.get("/receipts/keys.json").json
    assert [(one["key_id"], one["in_use"]) for one in listed] == [(new, True), (old, False)]
    assert listed[0]["made_at"] == "2026-11-22T12:00:00+00:00"
    for one in listed:
        pem = client.get(f"/receipts/keys/{one['key_id']}.pem").data
        assert pem.decode() == one["pem"]
        assert signed.key_id_of(signed.public_key(pem)) == one["key_id"]
    assert client.get("/receipts/keys/0000000000000000.pem").status_code == 404


def send(client: FlaskClient, content: bytes, *, name: str, token: str) -> TestResponse:
    """The form as a browser sends it; the test client would put a large file on the disk and leave it open."""
    body = (
        f'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--cut\r\nContent-Disposition: '
        f'form-data; name="receipt"; filename="{name}"\r\nContent-Type: application/json\r\n\r\n'
    )
    whole = body.encode() + content + b"\r\n--cut--\r\n"
    return client.post("/receipts/verify", data=whole, content_type="multipart/form-data; boundary=cut")


def shown(client: FlaskClient, content: bytes, *, status: int, name: str = "r.json") -> Page:
    token = visit(client, "/receipts/verify").form("/receipts/verify").value("csrf_token")
    answer = send(client, content, name=name, token=token)
    assert answer.status_code == status, Page(answer.text).words
    return Page(answer.text)


def test_the_page_says_what_a_genuine_receipt_says(client: FlaskClient, receipt: str) -> None:
    page = shown(client, receipt.encode(), status=200)
    assert "Genuine: r.json" in page.words
    assert "nothing in it was changed since" in page.words
    assert "Receipt 2026-0042" in page.words
    assert hashlib.sha256(SOUND).hexdigest() in page.words


def test_the_page_claims_of_a_paper_no_more_than_was_signed(client: FlaskClient, receipt: str) -> None:
    paper = pdf_of(receipt)
    print_at = paper.index(b"stream\n") + 40
    changed = paper[:print_at] + bytes([paper[print_at] ^ 1]) + paper[print_at + 1 :]
    for content in (paper, changed):
        page = shown(client, content, status=200, name="bad.pdf")
        assert "The receipt attached to bad.pdf is genuine" in page.words
        assert "What is printed on the paper is not covered by the signature: compare it with this:" in page.words
        assert "nothing in it was changed" not in page.words
        assert "Genuine: bad.pdf" not in page.words
        assert hashlib.sha256(SOUND).hexdigest() in page.words


def test_the_page_refuses_in_words_and_shows_nothing_of_it(client: FlaskClient, receipt: str) -> None:
    page = shown(client, receipt.replace("Ada", "Eda").encode(), status=422)
    assert "Not genuine: r.json The signature does not fit what it says" in page.words
    assert "Eda" not in page.words
    foreign = signed.sign({"schema": 1}, Ed25519PrivateKey.generate()).encode()
    assert "not one of the keys to verify with" in shown(client, foreign, status=422).words
    assert "cannot be read" in shown(client, b"\0\xff", status=422, name="<b>.json").words
    page = shown(client, signed_submit(applicant="<script>alert(1)</script>").encode(), status=422)
    assert "alert" not in page.words


def test_the_page_takes_no_large_file_and_no_forged_form(client: FlaskClient, receipt: str) -> None:
    assert "larger than" in shown(client, bytes(signed.MAX_PDF_BYTES + 300_000), status=413).words
    assert "larger than any receipt" in shown(client, b"{" * (signed.MAX_BYTES + 1), status=422).words
    assert send(client, receipt.encode(), name="r.json", token="forged").status_code == 400


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_page_is_not_a_free_machine(settings: Settings, world: Session) -> None:
    app = create_app(replace(settings, rate_limits_enabled=True))
    app.testing = True
    client = app.test_client()
    answers = [client.post("/receipts/verify").status_code for _ in range(25)]
    assert 429 in answers
    assert answers[0] != 429
