"""Several recordings from the page of an application: proposed places, lost connections, a session that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, Route, expect

from tests.e2e.browsing import wait_for
from tests.e2e.conftest import Complaints
from tests.e2e.screens import DECIDED, Screen, go_to, session_of
from tests.e2e.test_screens import RULES
from tests.factories.sounds import tone, wav

PIECE = 8 * 1024 * 1024
FILES = "**/apply/uploads/file/**"
BEGINNING = Screen("begin", DECIDED, "/", ("^/programmes/ms-", "^/apply/intakes/"))


@pytest.fixture
def context(browser: Browser, portal_url: str) -> Iterator[BrowserContext]:
    session = session_of(browser, portal_url, DECIDED)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=session)
    yield context
    context.close()


@pytest.fixture
def draft(page: Page, portal_url: str) -> Page:
    """Hanna's second application: one slot, room for two recordings, none there at first."""
    go_to(page, portal_url, BEGINNING)
    begin = page.get_by_role("button", name="Begin my application")
    begin.or_(page.get_by_role("link", name="Open my application")).click()  # an earlier test has begun it
    expect(page.get_by_role("heading", level=1)).to_have_text("Audio Science")
    return page


@pytest.fixture
def sound(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, seconds: float = 61.0) -> Path:
        path = tmp_path / name
        path.write_bytes(wav(tone(seconds)))
        return path

    return make


def choose(page: Page, *paths: Path) -> Locator:
    """Choose files; returns their rows."""
    expect(page.locator("#several")).to_be_visible()  # its script is there
    rows = page.locator(".several__row")
    page.locator("#several-files").set_input_files(list(paths))
    expect(rows).to_have_count(len(paths))
    return rows


def send(page: Page, button: str = "Send 1 file") -> None:
    page.get_by_role("button", name=button).click()


def hold_after_the_first_piece(page: Page) -> list[int]:
    """Let nothing but the first piece pass. Returns the offsets that are asked for, as they come."""
    offsets: list[int] = []

    def only_the_first(route: Route) -> None:
        if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
            route.abort("connectionreset")
        else:
            route.continue_()

    page.on("request", lambda r: offsets.append(int(r.headers["upload-offset"])) if r.method == "PATCH" else None)
    page.route(FILES, only_the_first)
    return offsets


def test_files_find_their_places_and_arrive(
    draft: Page, sound: Callable[..., Path], tmp_path: Path, complaints: Complaints
) -> None:
    words = tmp_path / "letter.wav"
    words.write_bytes(b"Dear jury,\n" * 1000)
    rows = choose(draft, sound("hall.wav"), sound("studio.wav"), words)

    places = [row.locator("select").input_value() for row in rows.all()]
    assert len(set(places)) == 3
    assert places[2] == ""
    expect(rows.nth(2)).to_contain_text("does not look like a sound file. The programme asks for WAV, AIFF or FLAC")
    expect(draft.get_by_role("button", name="Send 2 files")).to_be_enabled()
    found = Axe().run(draft, options=RULES)
    assert found.violations_count == 0, found.generate_report()

    second = draft.get_by_label("Where studio.wav goes")
    second.select_option(places[0])
    expect(rows.nth(0)).to_contain_text("Two files cannot go to the same place.")
    expect(draft.get_by_role("button", name="Nothing to send yet")).to_be_disabled()
    second.focus()
    draft.keyboard.press("ArrowDown")
    assert second.input_value() == places[1]
    draft.get_by_role("button", name="Send 2 files").focus()
    draft.keyboard.press("Enter")

    for row in (rows.nth(0), rows.nth(1)):
        expect(row).to_contain_text("Sent. What we hear stands below.", timeout=60_000)
    expect(draft.locator("#recordings")).to_contain_text("hall.wav")
    expect(draft.locator("#recordings")).to_contain_text("studio.wav")
    assert complaints == []


def test_it_goes_on_by_itself_when_the_network_is_back(
    draft: Page, context: BrowserContext, sound: Callable[..., Path]
) -> None:
    row = choose(draft, sound("tunnel.wav", 125.0)).first
    draft.get_by_label("Where tunnel.wav goes").select_option(index=1)
    offsets = hold_after_the_first_piece(draft)
    send(draft)
    expect(row).to_contain_text("It goes on by itself as soon as it is back", timeout=30_000)

    context.set_offline(True)
    draft.unroute(FILES)
    draft.wait_for_timeout(1500)
    offsets.clear()
    context.set_offline(False)

    expect(row).to_contain_text("Sent.", timeout=60_000)
    assert offsets[0] == PIECE


def test_who_is_signed_out_signs_in_again_and_goes_on(
    draft: Page, context: BrowserContext, sound: Callable[..., Path]
) -> None:
    row = choose(draft, sound("vault.wav", 125.0)).first
    draft.get_by_label("Where vault.wav goes").select_option(index=1)
    offsets = hold_after_the_first_piece(draft)
    send(draft)
    expect(row).to_contain_text("It goes on by itself", timeout=30_000)
    cookies = context.cookies()

    context.clear_cookies()
    draft.unroute(FILES)
    expect(row).to_contain_text("You have been signed out. Sign in again in another tab", timeout=60_000)
    context.add_cookies([dict(cookie) for cookie in cookies])  # type: ignore[misc]
    offsets.clear()
    row.get_by_role("button", name="Go on").click()

    expect(row).to_contain_text("Sent.", timeout=60_000)
    assert offsets[0] == PIECE


def test_after_a_reload_the_same_file_is_proposed_for_where_it_was(draft: Page, sound: Callable[..., Path]) -> None:
    asked: list[str] = []

    def stay_or_go(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    file = sound("stairs.wav", 125.0)
    row = choose(draft, file).first
    place = draft.get_by_label("Where stairs.wav goes")
    place.select_option(index=2)
    chosen = place.input_value()
    offsets = hold_after_the_first_piece(draft)
    send(draft)
    expect(row).to_contain_text("It goes on by itself", timeout=30_000)
    draft.on("dialog", stay_or_go)
    draft.reload()
    draft.unroute(FILES)
    assert asked == ["beforeunload"]

    expect(draft.locator("#several")).to_contain_text("You have begun to send “stairs.wav”")
    row = choose(draft, file).first
    assert draft.get_by_label("Where stairs.wav goes").input_value() == chosen
    offsets.clear()
    send(draft)

    expect(row).to_contain_text("Sent.", timeout=60_000)
    assert offsets[0] == PIECE


def test_pause_and_cancel(draft: Page, sound: Callable[..., Path]) -> None:
    row = choose(draft, sound("attic.wav", 125.0)).first
    draft.get_by_label("Where attic.wav goes").select_option(index=1)
    hold_after_the_first_piece(draft)
    send(draft)
    expect(row).to_contain_text("It goes on by itself", timeout=30_000)

    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("What has arrived is kept.")
    draft.unroute(FILES)
    with draft.expect_request(lambda request: request.method == "DELETE") as deleted:
        row.get_by_role("button", name="Cancel").click()

    answer = deleted.value.response()
    assert answer is not None
    assert answer.status == 204
    expect(draft.locator(".several__row")).to_have_count(0)
    draft.reload()
    expect(draft.locator("#several")).not_to_contain_text("You have begun")


def test_what_the_server_refuses_is_said_and_need_not_be_tried_again(draft: Page, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.wav"
    nothing.write_bytes(bytes(3_000_000))
    row = choose(draft, nothing).first
    draft.get_by_label("Where nothing.wav goes").select_option(index=1)
    send(draft)

    expect(row).to_contain_text("This does not look like a sound file, whatever its name says.", timeout=30_000)
    expect(row.get_by_role("button", name="Go on")).to_be_hidden()
    row.get_by_role("button", name="Remove").click()
    expect(draft.locator(".several__row")).to_have_count(0)


def test_signing_out_leaves_no_names_of_files_behind(draft: Page) -> None:
    expect(draft.locator("#several")).to_be_visible()  # its script is there
    draft.evaluate("localStorage.setItem('tus::tus-br-my secret song.wav::1', '{}')")
    draft.evaluate(
        "addEventListener('submit', event => event.preventDefault());"
        "document.querySelector('form[action$=\"/logout\"]').requestSubmit()"
    )

    wait_for(draft, "Object.keys(localStorage).every(key => !key.startsWith('tus::'))")
