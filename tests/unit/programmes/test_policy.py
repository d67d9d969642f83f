"""Until when applications are taken, and who may edit what. No database: the policies are pure."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.bootstrap import load_models
from portal.core.ruling import Ruling
from portal.programmes import policy
from portal.programmes.deadlines import effective_deadline
from portal.programmes.models import Gate, Intake, Programme, Slot
from portal.programmes.states import GateKind, IntakeState

load_models()

OPENS = datetime(2026, 9, 1, 13, 0, tzinfo=UTC)
CUTOFF = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
VISIBLE = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
HARD = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def intake(state: IntakeState = IntakeState.PUBLISHED) -> Intake:
    return Intake(
        id="i",
        programme_id="p",
        state=state,
        time_zone="America/New_York",
        opens_at=OPENS,
        start_cutoff_at=CUTOFF,
        visible_deadline_at=VISIBLE,
        grace_minutes=60,
    )


def may_change(intake: Intake, now: datetime, *own: datetime, sending: bool = False) -> Ruling:
    return policy.may_change(intake, effective_deadline(intake, *own), now, was_sending=lambda: sending)


@pytest.mark.parametrize(
    ("now", "start", "change", "change_sending"),
    [
        (OPENS - INSTANT, False, False, False),
        (OPENS, True, True, True),
        (CUTOFF, True, True, True),
        (CUTOFF + INSTANT, False, True, True),
        (VISIBLE, False, True, True),
        (VISIBLE + INSTANT, False, False, True),
        (HARD, False, False, True),
        (HARD + INSTANT, False, False, False),
    ],
)
def test_each_limit_counts_to_its_last_instant(now: datetime, start: bool, change: bool, change_sending: bool) -> None:
    assert bool(policy.may_start(intake(), now)) is start
    assert bool(may_change(intake(), now)) is change
    assert bool(may_change(intake(), now, sending=True)) is change_sending
    assert policy.is_open(intake(), now) is (start or change)


@pytest.mark.parametrize(
    ("begun_at", "now", "may"),
    [
        (VISIBLE, VISIBLE, True),
        (VISIBLE, HARD, True),
        (VISIBLE, HARD + INSTANT, False),
        (VISIBLE + INSTANT, VISIBLE + 2 * INSTANT, False),
    ],
)
def test_a_file_goes_on_when_it_began_by_the_deadline_and_the_grace_lasts(
    begun_at: datetime, now: datetime, may: bool
) -> None:
    one = intake()
    assert bool(policy.may_go_on_sending(one, effective_deadline(one), now, begun_at=begun_at)) is may


def test_refusals_name_the_moment_in_the_schools_zone() -> None:
    assert policy.may_start(intake(), OPENS - INSTANT).reason == "Applications open on Tue 1 Sep 2026, 09:00 EDT."
    assert (
        policy.may_start(intake(), CUTOFF + INSTANT).reason
        == "New applications could be started until Sun 22 Nov 2026, 12:00 EST."
    )
    assert may_change(intake(), HARD + INSTANT).reason == "The deadline was Sun 22 Nov 2026, 17:00 EST."
    assert may_change(intake(), HARD).reason == (
        "The deadline was Sun 22 Nov 2026, 17:00 EST. "
        "A file that was on its way then may go on arriving until Sun 22 Nov 2026, 18:00 EST; no new file can be begun."
    )
    one = intake()
    late = policy.may_go_on_sending(one, effective_deadline(one), HARD + INSTANT, begun_at=VISIBLE)
    assert late.reason == (
        "The deadline was Sun 22 Nov 2026, 17:00 EST. "
        "Files that were on their way then could arrive until Sun 22 Nov 2026, 18:00 EST."
    )


@pytest.mark.parametrize(("state", "words"), [(IntakeState.DRAFT, "not open"), (IntakeState.CLOSED, "closed")])
def test_dates_count_only_while_the_intake_is_published(state: IntakeState, words: str) -> None:
    during = OPENS + timedelta(days=1)
    assert words in policy.may_start(intake(state), during).reason
    assert words in may_change(intake(state), during).reason


def test_a_personal_date_outlives_deadline_and_closing_but_not_itself() -> None:
    until = HARD + timedelta(days=2)
    for state in (IntakeState.PUBLISHED, IntakeState.CLOSED):
        assert may_change(intake(state), until, until)
        assert not may_change(intake(state), until + INSTANT, until)
    late = may_change(intake(), until + timedelta(hours=2), until)
    assert late.reason == "Your deadline was Tue 24 Nov 2026, 18:00 EST."
    assert not policy.may_start(intake(), HARD + INSTANT)


def actor(*roles: StaffRole, site_admin: bool = False, confirmed: bool = True) -> Actor:
    held = {"p": frozenset(roles)} if roles else {}
    return Actor(person_id="x", name="Somebody", confirmed=confirmed, site_admin=site_admin, roles_by_programme=held)


def everything_of(programme_id: str) -> list[tuple[object, object]]:
    programme = Programme(id=programme_id, slug="s", title="t", degree="M.M.", intakes=[])
    one = Intake(id="i", programme_id=programme_id, state=IntakeState.DRAFT)
    return [
        (policy.edit, programme),
        (policy.view, programme),
        (policy.edit_intake, one),
        (policy.edit_slot, Slot(id="s", intake=one, title="t")),
        (policy.edit_gate, Gate(id="g", intake=one, title="t", kind=GateKind.GENERAL)),
    ]


@pytest.mark.parametrize(
    ("who", "own", "other"),
    [
        (None, False, False),
        (actor(), False, False),
        (actor(StaffRole.FACULTY), False, False),
        (actor(StaffRole.CHAIR), False, False),
        (actor(StaffRole.ADMIN), True, False),
        (actor(StaffRole.ADMIN, confirmed=False), False, False),
        (actor(site_admin=True), True, True),
    ],
)
def test_only_admins_of_the_programme_see_drafts_and_edit(who: Actor | None, own: bool, other: bool) -> None:
    for rule, thing in everything_of("p"):
        assert bool(rule(who, thing, OPENS)) is own, rule  # type: ignore[operator]
    for rule, thing in everything_of("q"):
        assert bool(rule(who, thing, OPENS)) is other, rule  # type: ignore[operator]


def test_a_programme_is_public_once_an_intake_was_published() -> None:
    for state in (IntakeState.PUBLISHED, IntakeState.CLOSED):
        programme = Programme(id="p", slug="s", title="t", degree="M.M.", intakes=[intake(state)])
        assert policy.view(None, programme, OPENS)


def test_only_site_admins_add_programmes() -> None:
    assert policy.create(actor(site_admin=True), None, OPENS)
    assert not policy.create(actor(StaffRole.ADMIN), None, OPENS)
    assert not policy.list_own(actor(StaffRole.CHAIR), None, OPENS)
    assert policy.list_own(actor(StaffRole.ADMIN), None, OPENS)
