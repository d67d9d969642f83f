"""The people of the demo. Sign-ins are printed by `make demo`; nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

PASSWORD = "soundcheck demo"  # noqa: S105 - printed by the demo, and refused by nothing else than a demo's database


class SignIn(NamedTuple):
    role: str
    name: str
    email: str
    password: str


@dataclass(frozen=True)
class StaffMember:
    name: str
    email: str
    # programme slug -> roles
    roles: dict[str, tuple[str, ...]]


PRODUCTION = "mm-music-production"
ACOUSTICS = "ms-audio-science"

STAFF = (
    StaffMember("Clara Nováková", "clara@faculty.example.org", {PRODUCTION: ("faculty",), ACOUSTICS: ("faculty",)}),
    StaffMember("Daniel Okafor", "daniel@faculty.example.org", {PRODUCTION: ("faculty",)}),
    StaffMember("Ingrid Solheim", "ingrid@faculty.example.org", {PRODUCTION: ("faculty",), ACOUSTICS: ("faculty",)}),
    StaffMember("Takumi Arai", "takumi@faculty.example.org", {ACOUSTICS: ("faculty",)}),
    StaffMember("Frank Delgado", "frank@faculty.example.org", {PRODUCTION: ("chair",), ACOUSTICS: ("chair",)}),
    StaffMember("Grace Whitfield", "grace@admissions.example.org", {PRODUCTION: ("admin",), ACOUSTICS: ("admin",)}),
    StaffMember("Henrik Lund", "henrik@admissions.example.org", {PRODUCTION: ("admin",)}),
)

APPLICANT_EMAIL = "ada@applicant.example.org"

SIGN_INS = (
    SignIn("applicant", "Ada Brandt", APPLICANT_EMAIL, PASSWORD),
    SignIn("faculty", "Clara Nováková", "clara@faculty.example.org", PASSWORD),
    SignIn("chair", "Frank Delgado", "frank@faculty.example.org", PASSWORD),
    SignIn("admin", "Grace Whitfield", "grace@admissions.example.org", PASSWORD),
)
