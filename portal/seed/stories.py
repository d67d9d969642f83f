"""The applications of the demo: who applied, what they sent, and how far it went. Plain data; `world.py` plays it."""

from __future__ import annotations

from portal.seed.cast import ACOUSTICS, APPLICANT_EMAIL, PRODUCTION
from portal.seed.story import Opinion, Story, Take

CLARA, DANIEL, INGRID, TAKUMI, FRANK = "clara", "daniel", "ingrid", "takumi", "frank"
ALL_PASSED = ("passed",) * 4

_NOTE_ROOM = (
    "Two spaced omnis as the main pair, spots on the low strings. I wanted the hall to be heard before the players are. "
    "If I could do it again I would raise the pair by half a metre."
)
_NOTE_BAND = (
    "Drums, bass and keys were tracked live in one room; everything else is overdubbed. The vocal chain is short on "
    "purpose. Mixed in two days, recalled once."
)
_NOTE_STUDY = (
    "A study in contrast: the first half is nearly mono and close, the second opens up. All automation was written by "
    "hand, no sidechain anywhere."
)

STORIES: tuple[Story, ...] = (
    Story(
        "Ada Brandt",
        APPLICANT_EMAIL,
        PRODUCTION,
        "Production",
        "Thesis",
        submitted=False,
        days_ago=4,
        answers=(
            "B.A. Musicology, University of Hamburg, 2024.",
            "Piano since I was six, bass in two bands, arranging for a student choir for three years.",
            "",
            "I want to learn to lead sessions with people who are better musicians than I am.",
        ),
        takes=(
            Take(
                "Harbour Lights",
                "soul",
                "A. Brandt",
                "Kaya Trio",
                "Production and mix",
                _NOTE_BAND,
                (("Kaya Aydın", "Voice"), ("Tom Reuter", "Drums")),
            ),
            Take(
                "Glass Stairs",
                "folk",
                "A. Brandt, T. Reuter",
                "Tom Reuter, A. Brandt",
                "Recording and mix",
                _NOTE_STUDY,
                (("Tom Reuter", "Guitar"),),
                fault="clipped",
            ),
            Take(
                "Kammerstück in G",
                "chamber",
                "Clara Schumann, arr. A. Brandt",
                "Quartett Nord",
                "Recording",
                _NOTE_ROOM,
                (("Quartett Nord", "Strings"),),
                fault="mp3_in_wav",
            ),
        ),
    ),
    Story(
        "Ben Castillo",
        "ben@applicant.example.org",
        PRODUCTION,
        "Technical",
        "Non-thesis",
        days_ago=5,
        answers=("B.Sc. Physics, 2023.", "Guitar and live sound for eight years.", "81", "To master what I do by ear."),
        gates=("passed", "passed", "unknown", "unknown"),
        takes=(
            Take(
                "Nightshift",
                "soul",
                "B. Castillo",
                "The Early Buses",
                "Recording, mix, master",
                _NOTE_BAND,
                (("Lena Ortiz", "Voice"), ("Sam Wu", "Bass")),
            ),
            Take("Ground Floor", "folk", "B. Castillo", "The Early Buses", "Mix", _NOTE_STUDY, fault="wav24"),
            Take(
                "Ground Floor, faders only",
                "folk",
                "B. Castillo",
                "The Early Buses",
                "Recording",
                _NOTE_ROOM,
                fault="quiet",
                slot=1,
            ),
        ),
        waiting_reviewers=(CLARA, DANIEL),
    ),
    Story(
        "Chiara Moretti",
        "chiara@applicant.example.org",
        PRODUCTION,
        "Production",
        "Non-thesis",
        days_ago=9,
        answers=("Laurea in Economics, 2022.", "Violin, ten years of orchestra.", "74", "To produce chamber music."),
        gates=ALL_PASSED,
        takes=(
            Take("Notturno", "chamber", "C. Moretti", "Ensemble Ponte", "Production", _NOTE_ROOM),
            Take("Via Lattea", "film", "C. Moretti", "Ensemble Ponte", "Recording and mix", _NOTE_STUDY),
        ),
        opinions=(
            Opinion(
                CLARA,
                (5, 4, 5, 4, 3),
                "A producer who listens. The second piece opens exactly when it should.",
                (0, 41.0, 49.5, "The swell into the second phrase: beautifully ridden."),
            ),
            Opinion(DANIEL, (4, 4, 4, 4, 3), "Consistent and musical; the low strings could be firmer."),
        ),
        waiting_reviewers=(INGRID,),
    ),
    Story(
        "Dmitri Volkov",
        "dmitri@applicant.example.org",
        PRODUCTION,
        "Acoustics",
        "Thesis",
        days_ago=11,
        answers=("B.Mus. Piano, 2021.", "Pianist.", "92", "To understand halls."),
        gates=ALL_PASSED,
        takes=(
            Take("Étude for an empty hall", "chamber", "D. Volkov", "D. Volkov", "Everything", _NOTE_ROOM),
            Take("Tramlines", "film", "D. Volkov", "Sextet Meridian", "Recording", _NOTE_ROOM, fault="head_silence"),
        ),
        opinions=(
            Opinion(CLARA, (5, 5, 5, 4, 4), "The best sense of space in the pile."),
            Opinion(
                DANIEL,
                (2, 3, 4, 2, 2),
                "I hear the room more than the music; noisy in the quiet parts.",
                (1, 8.0, None, "Long silence before anything happens."),
            ),
            Opinion(INGRID, (4, 4, 5, 3, 3), "Convincing depth. Some noise, honestly documented."),
        ),
    ),
    Story(
        "Elif Yılmaz",
        "elif@applicant.example.org",
        PRODUCTION,
        "Production",
        "Thesis",
        days_ago=8,
        answers=(
            "B.A. Architecture, 2024.",
            "Saz and voice.",
            "66",
            "To bring my own music to a standard I can defend.",
        ),
        gates=("passed", "passed", "passed", "unknown"),
        takes=(
            Take(
                "Su",
                "folk",
                "Traditional, arr. E. Yılmaz",
                "E. Yılmaz, M. Kaplan",
                "Production and mix",
                _NOTE_STUDY,
                (("Murat Kaplan", "Ney"),),
            ),
            Take("Iki", "film", "E. Yılmaz", "E. Yılmaz", "Everything", _NOTE_BAND, fault="no_right_channel"),
        ),
        opinions=(Opinion(INGRID, (3, 3, 2, 3, 3), "The first piece is lovely; the second has one silent side."),),
        waiting_reviewers=(CLARA,),
        conflict=DANIEL,
    ),
    Story(
        "Farid Haddad",
        "farid@applicant.example.org",
        PRODUCTION,
        "Production",
        "Non-thesis",
        days_ago=14,
        answers=("B.Eng. Electrical engineering, 2020.", "Oud.", "88", "To make records that travel."),
        gates=("passed", "passed", "passed", "waived"),
        takes=(
            Take("Levant Line", "soul", "F. Haddad", "Haddad Quintet", "Production and mix", _NOTE_BAND),
            Take("Third Street", "folk", "F. Haddad", "Haddad Quintet", "Mix", _NOTE_STUDY),
        ),
        opinions=(
            Opinion(CLARA, (4, 4, 4, 5, 4), "Ready to work with anybody."),
            Opinion(DANIEL, (4, 5, 4, 4, 4), "Tight, warm, and everything has its place."),
            Opinion(INGRID, (4, 4, 3, 4, 4), "Strong throughout."),
        ),
        decision="admit",
        decision_state="drafted",
        reason="Mean of the panel in the top fifth; all requirements met.",
    ),
    Story(
        "Gwen Parry",
        "gwen@applicant.example.org",
        PRODUCTION,
        "Production",
        "Thesis",
        days_ago=16,
        answers=("B.A. English, 2019.", "Choir director.", "79", "To produce choirs."),
        gates=ALL_PASSED,
        takes=(
            Take("Valley Carol", "chamber", "G. Parry", "Cantorion Bach", "Production", _NOTE_ROOM),
            Take("Tin Roof", "soul", "G. Parry", "Tin Roof Band", "Mix", _NOTE_BAND),
        ),
        opinions=(
            Opinion(CLARA, (4, 3, 4, 4, 4), "Musical, a little cautious."),
            Opinion(DANIEL, (4, 4, 3, 4, 4), "A good pair of ears."),
            Opinion(INGRID, (5, 4, 4, 4, 4), "The carol is a gift."),
        ),
        decision="admit_with_conditions",
        decision_state="confirmed",
        reason="Strong recordings; the final transcript is still missing.",
        conditions="Send the final transcript of your degree by 1 July.",
    ),
    Story(
        "Hanna Lindqvist",
        "hanna@applicant.example.org",
        PRODUCTION,
        "Technical",
        "Thesis",
        days_ago=20,
        answers=("B.Sc. Computer science, 2022.", "Drums.", "90", "Mastering."),
        gates=ALL_PASSED,
        takes=(
            Take("Skärgård", "film", "H. Lindqvist", "Trio Ö", "Recording, mix, master", _NOTE_ROOM),
            Take("Loppis", "soul", "H. Lindqvist", "Trio Ö", "Mix and master", _NOTE_BAND, fault="wav24"),
            Take(
                "Loppis, faders only", "soul", "H. Lindqvist", "Trio Ö", "Recording", _NOTE_ROOM, fault="quiet", slot=1
            ),
        ),
        opinions=(
            Opinion(CLARA, (5, 5, 5, 4), "Exemplary craft."),
            Opinion(INGRID, (5, 4, 5, 5), "I would book her tomorrow."),
        ),
        decision="admit",
        decision_state="released",
        reason="Unanimous, and the only fully documented technical portfolio.",
    ),
    Story(
        "Ibrahim Diallo",
        "ibrahim@applicant.example.org",
        PRODUCTION,
        "Production",
        "Non-thesis",
        days_ago=19,
        answers=("B.A. History, 2023.", "Kora, percussion.", "64", "To record the music I grew up with."),
        gates=ALL_PASSED,
        takes=(
            Take("Niger Bend", "folk", "I. Diallo", "Bend Collective", "Production", _NOTE_BAND),
            Take("Market Day", "soul", "I. Diallo", "Bend Collective", "Mix", _NOTE_STUDY, fault="clipped"),
        ),
        opinions=(
            Opinion(CLARA, (4, 2, 3, 2, 3), "Great ideas; the second mix is clipped."),
            Opinion(DANIEL, (3, 3, 3, 2, 3), "Promising. Needs a calmer master bus."),
        ),
        decision="wait_list",
        decision_state="released",
        reason="Above the line in judgement, below it in craft.",
    ),
    Story(
        "Jonas Weber",
        "jonas@applicant.example.org",
        PRODUCTION,
        "Production",
        "Thesis",
        days_ago=12,
        withdrawn=True,
        answers=("B.Mus., 2024.", "Cello.", "70", "—"),
        takes=(
            Take("Cello and tape", "chamber", "J. Weber", "J. Weber", "Everything", _NOTE_ROOM),
            Take("Two rooms", "film", "J. Weber", "J. Weber", "Everything", _NOTE_STUDY),
        ),
    ),
    Story(
        "Kavya Menon",
        "kavya@applicant.example.org",
        PRODUCTION,
        "Acoustics",
        "Non-thesis",
        days_ago=2,
        answers=("B.Tech., 2025 (expected).", "Veena, fourteen years.", "83", "Concert halls for amplified veena."),
        takes=(
            Take("Raga at dusk", "folk", "Traditional", "K. Menon", "Recording", _NOTE_ROOM),
            Take("Monsoon", "film", "K. Menon", "K. Menon, R. Iyer", "Recording and mix", _NOTE_ROOM, fault="cut_off"),
        ),
    ),
    Story(
        "Leo Fontaine",
        "leo@applicant.example.org",
        PRODUCTION,
        "Production",
        "Non-thesis",
        submitted=False,
        days_ago=1,
    ),
    Story(
        "Mei Tanaka",
        "mei@applicant.example.org",
        ACOUSTICS,
        "Perception",
        "Thesis",
        days_ago=7,
        answers=("B.Sc. Psychology, 2024.", "Koto and electronics.", "31", "Prof. Abe (Kyoto), Dr. Stone (York)."),
        gates=ALL_PASSED,
        takes=(Take("Distances 1–4", "film", "M. Tanaka", "M. Tanaka", "Everything", _NOTE_ROOM, seconds=96.0),),
        opinions=(
            Opinion(TAKUMI, (4, 5, 5), "The note alone is worth reading."),
            Opinion(INGRID, (3, 4, None), "", handed_in=False),
        ),
    ),
    Story(
        "Noor Rahman",
        "noor@applicant.example.org",
        ACOUSTICS,
        "Room acoustics",
        "Non-thesis",
        submitted=False,
        days_ago=3,
        answers=("B.Arch., 2023.", "", "", ""),
        takes=(
            Take(
                "Stairwell",
                "chamber",
                "N. Rahman",
                "N. Rahman",
                "Recording",
                _NOTE_ROOM,
                seconds=80.0,
                fault="low_rate",
            ),
        ),
    ),
    Story(
        "Oskar Nilsen",
        "oskar@applicant.example.org",
        ACOUSTICS,
        "Room acoustics",
        "Thesis",
        days_ago=21,
        answers=("B.Sc. Mathematics, 2022.", "Trumpet.", "17", "Two colleagues."),
        gates=("passed", "passed", "failed", "passed"),
        takes=(Take("Brass in stone", "soul", "O. Nilsen", "Brass 5", "Recording", _NOTE_ROOM, seconds=90.0),),
        opinions=(
            Opinion(TAKUMI, (2, 2, 3), "Boomy; the note does not say why."),
            Opinion(CLARA, (2, 2, 2), "Not yet."),
        ),
        decision="deny",
        decision_state="released",
        reason="The exam's minimum was not reached and the panel agrees.",
    ),
)
