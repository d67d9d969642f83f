"""Sending a recording from a real browser: in pieces, refused early, gone on with after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.e2e.conftest import Complaints
from tests.e2e.screens import Screen, go_to, session_of
from tests.factories.sounds import tone, wav

PIECE = 8 * 1024 * 1024
UPLOADS = "/apply/uploads/"
FILES = f"**{UPLOADS}file/**"
APPLICATION = Screen("draft", "applicant", "/apply/", (r"^/apply/[0-9a-f]{32}$",))


@pytest.fixture
def context(browser: Browser, portal_url: str) -> Iterator[BrowserContext]:
    session = session_of(browser, portal_url, APPLICATION.role)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=session)
    yield context
    context.close()


@pytest.fixture
def recording_page(page: Page, portal_url: str) -> Page:
    """The page of the recording that Ada has to send again."""
    go_to(page, portal_url, APPLICATION)
    page.get_by_role("link", name="Kammerstück in G", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kammerstück in G")
    page.wait_for_load_state()  # its script is there
    return page


@pytest.fixture
def good_file(tmp_path: Path) -> Path:
    """About 22 MB: three pieces."""
    path = tmp_path / "take 2.wav"
    path.write_bytes(wav(tone(125.0)))
    return path


def only_the_first(route: Route) -> None:
    """Of a file's pieces."""
    if route.request.headers.get("upload-offset", "0") != "0":
        route.abort()
    else:
        route.continue_()


def choose(page: Page, path: Path) -> None:
    page.locator('input[type="file"][name="recording"]').set_input_files(path)


def test_a_file_that_cannot_be_is_refused_before_it_travels(recording_page: Page, tmp_path: Path) -> None:
    text = tmp_path / "song.wav"
    text.write_bytes(b"only words, and many of them\n" * 1000)
    sent: list[str] = []
    recording_page.on("request", lambda request: sent.append(request.method))

    choose(recording_page, text)

    words = recording_page.locator("[data-upload-words]").first
    expect(words).to_contain_text("does not look like a sound file. The programme asks for WAV, AIFF or FLAC")
    expect(recording_page.get_by_role("button", name="Send the file")).to_be_disabled()
    assert "POST" not in sent


def test_behind_a_tag_the_browser_reads_on(recording_page: Page, tmp_path: Path) -> None:
    size = 200_000
    tag = b"ID3\x04\0\0" + bytes([size >> 21, size >> 14 & 127, size >> 7 & 127, size & 127]) + bytes(size)
    tagged = tmp_path / "song.wav"
    tagged.write_bytes(tag + (b"\xff\xfb\x90\x64" + bytes(413)) * 100)

    choose(recording_page, tagged)

    words = recording_page.locator("[data-upload-words]").first
    expect(words).to_contain_text("This is MP3. The programme asks for WAV, AIFF or FLAC.")


def test_a_recording_arrives_in_pieces_and_is_heard(
    recording_page: Page, good_file: Path, complaints: Complaints
) -> None:
    pieces: list[str] = []
    recording_page.on("request", lambda r: pieces.append(r.url) if r.method == "PATCH" else None)

    choose(recording_page, good_file)
    recording_page.get_by_role("button", name="Send the file").click()

    expect(recording_page.get_by_text("take 2.wav").first).to_be_visible(timeout=60_000)
    assert len(pieces) == 3
    expect(recording_page.get_by_text("Checked", exact=True).first).to_be_visible(timeout=90_000)
    assert complaints == []


def test_the_verdict_of_a_file_that_was_sent_stays_in_view(recording_page: Page, good_file: Path) -> None:
    page = recording_page
    choose(page, good_file)
    page.get_by_role("button", name="Send the file").scroll_into_view_if_needed()
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(500)
    before = page.evaluate("scrollY")
    assert before > 0

    with page.expect_navigation(timeout=60_000):
        page.get_by_role("button", name="Send the file").click()

    state = page.locator("#sound [data-news]")
    page.mouse.wheel(0, 120)  # a reader moves a little while it is heard
    expect(state).to_contain_text("Checked", timeout=90_000)
    page.wait_for_timeout(1000)
    expect(state).to_contain_text("take 2.wav")
    expect(state).to_be_in_viewport()
    assert page.evaluate("scrollY") <= 120
    expect(page.locator("#announcer")).to_contain_text("Checked")


def test_after_a_reload_the_same_file_goes_on_where_it_was(recording_page: Page, good_file: Path) -> None:
    page = recording_page
    offsets: list[str] = []
    page.on("request", lambda r: offsets.append(r.headers.get("upload-offset", "")) if r.method == "PATCH" else None)

    page.route(FILES, only_the_first)
    choose(page, good_file)
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator("[data-upload-words]")).to_contain_text("goes on by itself", timeout=30_000)
    page.unroute(FILES)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()

    expect(page.get_by_text("You have begun to send “take 2.wav”")).to_be_visible()
    offsets.clear()
    choose(page, good_file)
    with page.expect_navigation(timeout=60_000):
        page.get_by_role("button", name="Send the file").click()
        expect(page.get_by_text("You have begun to send")).to_have_count(0)

    assert offsets[0] == str(PIECE)


def test_while_a_file_is_on_its_way_no_other_is_chosen_and_what_is_paused_goes_on_once(
    recording_page: Page, good_file: Path
) -> None:
    page = recording_page
    asked: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        if UPLOADS in request.url:
            asked.append((request.method, request.headers.get("upload-offset", "")))

    page.on("request", note)
    page.route(FILES, only_the_first)
    field = page.locator('input[type="file"][name="recording"]')
    button = page.get_by_role("button", name="Send the file")
    choose(page, good_file)
    button.dblclick()
    expect(page.locator("[data-upload-words]")).to_contain_text("goes on by itself", timeout=30_000)
    expect(field).to_be_disabled()

    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-upload-words]")).to_contain_text("What has arrived is kept.")
    expect(button).to_be_disabled()
    another = good_file.with_name("take 3.wav")
    another.write_bytes(good_file.read_bytes())
    choose(page, another)
    expect(button).to_be_enabled()
    choose(page, good_file)
    page.unroute(FILES)
    with page.expect_navigation(timeout=60_000):
        button.click()

    assert [method for method, _ in asked].count("POST") == 1
    assert asked[-2:] == [("PATCH", str(PIECE)), ("PATCH", str(2 * PIECE))]


def test_who_signs_out_in_the_middle_signs_in_again_and_goes_on(
    recording_page: Page, context: BrowserContext, good_file: Path
) -> None:
    page = recording_page
    offsets: list[str] = []
    page.on("request", lambda r: offsets.append(r.headers.get("upload-offset", "")) if r.method == "PATCH" else None)
    page.route(FILES, only_the_first)
    choose(page, good_file)
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator("[data-upload-words]")).to_contain_text("goes on by itself", timeout=30_000)
    cookies = context.cookies()

    context.clear_cookies()
    page.evaluate("localStorage.clear()")  # as signing out by the button does
    page.unroute(FILES)
    expect(page.locator("[data-upload-words]")).to_contain_text("You have been signed out.", timeout=60_000)
    context.add_cookies([dict(cookie) for cookie in cookies])  # type: ignore[misc]
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    offsets.clear()
    with page.expect_navigation(timeout=60_000):
        page.get_by_role("button", name="Send the file").click()

    assert offsets[0] == str(PIECE)
