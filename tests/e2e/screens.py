"""The main screens, for the screenshots and for the accessibility tests: whose they are and how a person gets there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, StorageState

from portal.seed.cast import PASSWORD, SIGN_INS

VISITOR = "visitor"
DECIDED = "decided"  # an applicant who has a decision
EMAILS = {**{person.role: person.email for person in SIGN_INS}, DECIDED: "hanna@applicant.example.org"}
ID = "[0-9a-f]{32}"
APPLICATION = f"^/apply/{ID}$"
INTAKE = f"^/admin/intakes/{ID}$"
SET_UP = f"^/admin/programmes/{ID}$"


@dataclass(frozen=True)
class Screen:
    """`steps` are patterns of links (address, or address and words), followed one after the other from `start`."""

    name: str
    role: str
    start: str
    steps: tuple[str, ...] = ()


SCREENS = (
    Screen("start", VISITOR, "/"),
    Screen("programme", VISITOR, "/", ("^/programmes/mm-",)),
    Screen("try", VISITOR, "/", ("^/programmes/mm-", f"^/try/slots/{ID}$")),
    Screen("checks", VISITOR, "/checks"),
    Screen("check", VISITOR, "/checks", ("^/checks/[a-z]",)),
    Screen("receipt-keys", VISITOR, "/receipts/keys"),
    Screen("verify-receipt", VISITOR, "/receipts/verify"),
    Screen("sign-in", VISITOR, "/login"),
    Screen("register", VISITOR, "/register"),
    Screen("forgotten-password", VISITOR, "/reset"),
    Screen("not-found", VISITOR, "/nowhere"),
    Screen("mailbox", VISITOR, "/demo/mailbox"),
    Screen("style-guide", VISITOR, "/styleguide"),
    Screen("my-applications", "applicant", "/apply/"),
    Screen("apply", "applicant", "/", ("^/programmes/ms-", "^/apply/intakes/")),
    Screen("application", "applicant", "/apply/", (APPLICATION,)),
    Screen("recording", "applicant", "/apply/", (APPLICATION, f"^/apply/recordings/{ID}$")),
    Screen("faulty-recording", "applicant", "/apply/", (APPLICATION, f"^/apply/recordings/{ID} Kammerst")),
    Screen("sent", DECIDED, "/apply/", (APPLICATION,)),
    Screen("receipt", DECIDED, "/apply/", (APPLICATION, "/receipt$")),
    Screen("receipt-of-a-file", DECIDED, "/apply/", (APPLICATION, "/receipt$", f"^/apply/files/{ID}/receipt$")),
    Screen("letter", DECIDED, "/apply/", (APPLICATION, "/letter$")),
    Screen("password", "applicant", "/change"),
    Screen("queue", "faculty", "/review/"),
    Screen("listening-room", "faculty", "/review/", (f"^/review/{ID}$",)),
    Screen("admissions", "admin", "/admin/"),
    Screen("intake", "admin", "/admin/", (INTAKE,)),
    Screen("dossier", "admin", "/admin/", (INTAKE, f"^/admin/applications/{ID}$")),
    Screen("reviewers", "admin", "/admin/", (INTAKE, "/assignments$")),
    Screen("deadlines", "admin", "/admin/", (INTAKE, "/deadlines$")),
    Screen("asks-for-time", "admin", "/admin/", (INTAKE, "/deadlines$", f"^/admin/applications/{ID}#deadline$")),
    Screen("decisions", "admin", "/admin/", (INTAKE, "/decisions$")),
    Screen("release", "admin", "/admin/", (INTAKE, "/decisions$", "/release$")),
    Screen("letters", "admin", "/admin/", (INTAKE, "/letters$")),
    Screen("exports", "admin", "/admin/", (INTAKE, "/exports$")),
    Screen("staff", "admin", "/admin/", (f"^/admin/staff/{ID}$",)),
    Screen("audit", "admin", "/admin/", (f"^/admin/audit/{ID}$",)),
    Screen("set-up", "admin", "/admin/programmes"),
    Screen("set-up-words", "admin", "/admin/programmes", (SET_UP,)),
    Screen("set-up-dates", "admin", "/admin/programmes", (f"^/admin/programmes/intakes/{ID}$",)),
    Screen("set-up-recordings", "admin", "/admin/programmes", (f"^/admin/programmes/intakes/{ID}$", "/recordings$")),
    Screen(
        "set-up-rules",
        "admin",
        "/admin/programmes",
        (f"^/admin/programmes/intakes/{ID}$", "/recordings$", f"/slots/{ID}$", "/rules$"),
    ),
    Screen(
        "set-up-requirements", "admin", "/admin/programmes", (f"^/admin/programmes/intakes/{ID}$", "/requirements$")
    ),
    Screen("set-up-rubric", "admin", "/admin/programmes", (f"^/admin/programmes/intakes/{ID}$", "/rubric$")),
)

_sessions: dict[tuple[str, str], StorageState] = {}


def session_of(browser: Browser, base_url: str, role: str) -> StorageState | None:
    """The cookies of the role's person, who signs in once: sign-ins are rate-limited. A visitor has none."""
    if role == VISITOR:
        return None
    if (base_url, role) not in _sessions:
        page = browser.new_page()
        page.goto(f"{base_url}/login")
        page.get_by_label("Mail address").fill(EMAILS[role])
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: urlsplit(url).path != "/login")
        _sessions[base_url, role] = page.context.storage_state()
        page.close()
    return _sessions[base_url, role]


def go_to(page: Page, base_url: str, screen: Screen) -> None:
    """Open the screen as a person would. Raises LookupError when a link on the way is missing."""
    page.goto(base_url + screen.start)
    for pattern in screen.steps:
        page.goto(base_url + _link(page, pattern))
    page.wait_for_load_state("networkidle")


def _link(page: Page, pattern: str) -> str:
    """The first link whose address, or whose address and words, fit."""
    links = page.eval_on_selector_all(
        "a[href]", "links => links.map(link => [link.getAttribute('href'), link.innerText])"
    )
    for href, words in links:
        if re.search(pattern, href) or re.search(pattern, f"{href} {words.strip()}"):
            return str(href)
    raise LookupError(f"no link like {pattern} on {page.url}: {sorted({href for href, _ in links})}")
