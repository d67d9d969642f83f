"""Who gets in where: one row for every address and method of the portal. A route without a row fails the tests.

A row names those who get in. Everybody else gets 404 where a thing is concerned (it does not exist for them), 403 where
only a part of the house is closed, and visitors are sent to sign in.
"""

from __future__ import annotations

from tests.architecture.access.world import ACTORS

EVERYBODY = frozenset(ACTORS)
SIGNED_IN = EVERYBODY - {"visitor"}
OWNER = frozenset({"ada"})
REVIEWER = frozenset({"clara"})
FACULTY = frozenset({"clara", "dan", "eve", "frank"})
OFFICE = frozenset({"frank", "grace"})  # chair and admin of this programme
ANY_OFFICE = OFFICE | {"heidi"}
ADMIN = frozenset({"grace"})
ANY_ADMIN = ADMIN | {"heidi"}
EDITORS = ADMIN | {"sia"}
NOBODY: frozenset[str] = frozenset()

# Libraries' own pages, guarded by the libraries themselves.
LIBRARY = {"static", "security.static"}

MATRIX: dict[str, dict[str, frozenset[str]]] = {
    "public.home": {"GET": EVERYBODY},
    "public.programme": {"GET": EVERYBODY},
    "public.checks": {"GET": EVERYBODY},
    "public.check": {"GET": EVERYBODY},
    "public.try_recording": {"GET": EVERYBODY},
    "public.send_trial": {"POST": EVERYBODY},
    "public.trial": {"GET": EVERYBODY},  # whoever has the link
    "public.trial_heard": {"GET": EVERYBODY},
    "public.receipt_keys": {"GET": EVERYBODY},
    "public.receipt_keys_json": {"GET": EVERYBODY},
    "public.receipt_key": {"GET": EVERYBODY},
    "public.verify_receipt": {"GET": EVERYBODY},
    "public.check_receipt": {"POST": EVERYBODY},
    "public.go_home": {"GET": SIGNED_IN},
    "status.health": {"GET": EVERYBODY},
    "status.page": {"GET": ANY_OFFICE},
    "status.mailbox": {"GET": NOBODY},  # open in the demo alone
    "status.attachment": {"GET": NOBODY},
    "status.styleguide": {"GET": NOBODY, "POST": NOBODY},
    "status.sample_sound": {"GET": NOBODY},
    "status.sample_waveform": {"GET": NOBODY},
    # --- the applicant ---
    "applicant.dashboard": {"GET": SIGNED_IN},
    "applicant.begin": {"GET": SIGNED_IN},
    "applicant.start": {"POST": SIGNED_IN - {"uma"}},
    "applicant.start_late": {"POST": SIGNED_IN},
    **{
        f"applicant.{name}": {method: OWNER}
        for name, method in {
            "application": "GET",
            "choose": "POST",
            "missing": "GET",
            "receipt": "GET",
            "older_receipt": "GET",
            "receipt_paper": "GET",
            "file_receipt": "GET",
            "file_receipt_paper": "GET",
            "recordings": "GET",
            "places": "GET",
            "until": "GET",
            "answer_gate": "POST",
            "add_evidence": "POST",
            "add_recording": "POST",
            "submit": "POST",
            "ask_for_more_time": "POST",
            "withdraw": "POST",
            "remove_evidence": "POST",
            "recording": "GET",
            "edit_recording": "POST",
            "recording_audio": "GET",
            "take_recording": "POST",
            "missing_here": "GET",
            "move_recording": "POST",
            "remove_recording": "POST",
            "sound": "GET",
            "recording_waveform": "GET",
        }.items()
    },
    "applicant.letter": {"GET": NOBODY},  # until the decision is released
    "applicant.evidence": {"GET": OWNER | OFFICE},
    "applicant.give_up_upload": {"POST": OWNER},
    "tus.describe": {"OPTIONS": EVERYBODY},
    "tus.create": {"POST": OWNER},
    "tus.standing": {"HEAD": OWNER},
    "tus.send": {"PATCH": OWNER},
    "tus.terminate": {"DELETE": OWNER},
    "tus.overridden": {"POST": OWNER},
    # --- faculty ---
    "faculty.queue": {"GET": FACULTY},
    "faculty.sheet": {"GET": REVIEWER},
    "faculty.save_sheet": {"POST": REVIEWER},
    "faculty.declare_conflict": {"POST": REVIEWER},
    "faculty.add_moment": {"POST": REVIEWER},
    "faculty.remove_moment": {"POST": REVIEWER},
    "faculty.go_on": {"GET": REVIEWER},
    "faculty.recording_audio": {"GET": REVIEWER},
    "faculty.recording_waveform": {"GET": REVIEWER},
    # --- the office ---
    "admin.dashboard": {"GET": ANY_OFFICE},
    "admin.intake": {"GET": OFFICE},
    "admin.application": {"GET": OFFICE},
    "admin.receipt_paper": {"GET": OFFICE},
    "admin.file_receipt_paper": {"GET": OFFICE},
    "admin.judge_gate": {"POST": OFFICE},
    "admin.reopen_application": {"POST": OFFICE},
    "admin.deadlines": {"GET": ADMIN},
    "admin.make_access_code": {"POST": ADMIN},
    "admin.revoke_access_code": {"POST": ADMIN},
    "admin.grant_extension": {"POST": ADMIN},
    "admin.refuse_extension": {"POST": ADMIN},
    "admin.revoke_extension": {"POST": ADMIN},
    "admin.recording_audio": {"GET": OFFICE},
    "admin.recording_waveform": {"GET": OFFICE},
    "admin.measure_recording_again": {"POST": OFFICE},
    "admin.waive_finding": {"POST": OFFICE},
    "admin.decisions": {"GET": OFFICE},
    "admin.draft_decision": {"POST": OFFICE},
    "admin.draft_decisions": {"POST": ADMIN},
    "admin.confirm_decision": {"POST": OFFICE},
    "admin.confirm_decisions": {"POST": OFFICE},
    "admin.discard_decision": {"POST": OFFICE},
    "admin.release_decisions": {"GET": ADMIN, "POST": ADMIN},
    "admin.letters": {"GET": ADMIN},
    "admin.letter": {"GET": ADMIN, "POST": ADMIN},
    "admin.exports": {"GET": ADMIN},
    "admin.export": {"POST": ADMIN},
    "admin.export_job": {"GET": ADMIN},
    "admin.export_file": {"GET": ADMIN},
    "admin.audit": {"GET": ANY_ADMIN},
    "admin.programme_audit": {"GET": ADMIN},
    "admin.send_mail_again": {"POST": OFFICE},
    "admin.staff": {"GET": EDITORS, "POST": EDITORS},
    "admin.dismiss": {"POST": EDITORS},
    "admin.assignments": {"GET": OFFICE},
    "admin.assign_reviewers": {"POST": OFFICE},
    "admin.spread_reviewers": {"POST": OFFICE},
    "admin.revoke_reviewer": {"POST": OFFICE},
    # --- programmes and what they ask for ---
    "admin.programmes": {"GET": ANY_ADMIN | {"sia"}},
    "admin.programme_new": {"GET": frozenset({"sia"}), "POST": frozenset({"sia"})},
    **{
        f"admin.{name}": {"GET": EDITORS, "POST": EDITORS}
        for name in (
            "programme",
            "programme_paths",
            "programme_intake_new",
            "programme_intake",
            "programme_slot_new",
            "programme_slot",
            "programme_rules",
            "programme_gate_new",
            "programme_gate",
            "programme_rubric",
        )
    },
    **{
        f"admin.{name}": {"GET": EDITORS}
        for name in ("programme_intakes", "programme_intake_preview", "programme_slots", "programme_gates")
    },
    **{
        f"admin.{name}": {"POST": EDITORS}
        for name in (
            "programme_intake_close",
            "programme_intake_publish",
            "programme_intake_reopen",
            "programme_slot_archive",
            "programme_slot_down",
            "programme_slot_restore",
            "programme_slot_up",
            "programme_rules_preview",
            "programme_gate_archive",
            "programme_gate_down",
            "programme_gate_restore",
            "programme_gate_up",
        )
    },
}
