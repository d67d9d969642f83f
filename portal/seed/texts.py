"""What the demo's programmes say of themselves and ask for. The school does not exist."""

from __future__ import annotations

from typing import Any

from portal.seed.cast import ACOUSTICS, PRODUCTION

PROSE: dict[str, dict[str, str]] = {
    PRODUCTION: {
        "summary": "Two years of making records with people who make records: recording, mixing and producing other "
        "musicians, with a studio key from the first week.",
        "courses": "Critical listening (three terms) · Microphones and rooms · Advanced mixing · Production of other "
        "people's music · Acoustics of performance spaces · Music business and rights · Research methods.\n\n"
        "In the second year the thesis track writes and defends a thesis; the non-thesis track records and releases an "
        "album-length project with a written commentary.",
        "ensembles": "The recording orchestra (22 players), two production bands, the contemporary music ensemble and the "
        "chamber choir are recorded every week; each student leads at least eight sessions a term.",
        "studio_terms": "Four terms on campus. Studios A (large room, 96-channel console), B and C are booked around the "
        "clock; two terms may be spent at a partner studio, if an adviser there agrees in writing.",
        "careers": "Graduates of the last five years work as producers and mix engineers (41 %), in broadcasting and "
        "streaming (22 %), in game and film audio (19 %), teach (11 %), or went on to doctoral study.",
    },
    ACOUSTICS: {
        "summary": "A research degree for people who want to know why a recording sounds as it does, and can prove it.",
        "courses": "Signal processing for audio · Room acoustics · Psychoacoustics and listening tests · Loudspeakers and "
        "microphones · Statistics for perceptual evaluation · Programming for audio research.",
        "ensembles": "Students document the conservatory's ensembles for the department's open corpus of multi-microphone "
        "recordings; playing in one is welcome and not required.",
        "studio_terms": "Three terms on campus: the anechoic chamber, the variable-acoustics hall and the listening room "
        "(ITU-R BS.1116) are part of every project. The fourth term is free.",
        "careers": "Research and development in audio companies, acoustic consulting, measurement and standards, doctoral "
        "study in acoustics and music information research.",
    },
}

CONCENTRATIONS = {
    PRODUCTION: (
        ("Production", "Leading sessions, arranging, and bringing a record from the first meeting to the master."),
        ("Technical", "Recording, editing, mixing and mastering at the highest level of craft."),
        ("Acoustics", "Rooms, microphones and capture of acoustic ensembles."),
    ),
    ACOUSTICS: (
        ("Room acoustics", "Measurement, simulation and design of rooms for music."),
        ("Perception", "Listening tests and models of what people hear."),
    ),
}

TRACKS = (
    ("Thesis", "A written thesis with a public defence; the way to doctoral study."),
    ("Non-thesis", "A large practical project with a commentary."),
)

# kind, title, question, evidence wanted, minimum score
GATES: dict[str, tuple[tuple[str, str, str, bool, float | None], ...]] = {
    PRODUCTION: (
        (
            "degree",
            "Bachelor's degree in any field",
            "Which degree do you hold, from where, and since when? If you finish this year, say when.",
            True,
            None,
        ),
        (
            "music_background",
            "Background in music",
            "Tell us in a few sentences what you play, sing, write or have studied, and for how long.",
            False,
            None,
        ),
        (
            "entrance_exam",
            "Ear training entrance exam",
            "Your score in the online ear training exam (0 to 100).",
            True,
            60.0,
        ),
        (
            "general",
            "Statement of purpose",
            "Why this programme, and what do you want to be able to do in two years? One page.",
            True,
            None,
        ),
    ),
    ACOUSTICS: (
        (
            "degree",
            "Bachelor's degree in any field",
            "Which degree do you hold, from where, and since when?",
            True,
            None,
        ),
        ("music_background", "Background in music", "How do you make or study music?", False, None),
        ("entrance_exam", "Mathematics entrance exam", "Your score in the entrance exam (0 to 40).", True, 20.0),
        ("general", "Two referees", "Names and institutions of two people who know your work.", False, None),
    ),
}

LOSSLESS = {"file.format": {"accepted": ["wav", "aiff", "flac"]}}

# title, description, concentration or None, least, most, preset, changed parameters
SLOTS: dict[str, tuple[tuple[str, str, str | None, int, int, str, dict[str, dict[str, Any]]], ...]] = {
    PRODUCTION: (
        (
            "Portfolio recordings",
            (
                "Your own productions, as different from each other as you can show. At least one with acoustic "
                "instruments that you recorded yourself. Excerpts are welcome if they make sense alone."
            ),
            None,
            2,
            3,
            "own_recording_portfolio",
            LOSSLESS,
        ),
        (
            "Unprocessed multitrack bounce",
            "For the technical concentration: faders only, no compressor, no limiter, no reverberation.",
            "Technical",
            1,
            1,
            "unprocessed_mix",
            {},
        ),
    ),
    ACOUSTICS: (
        (
            "Documented recordings",
            "Recordings that you made yourself, with a note on room, microphones and what you would change.",
            None,
            1,
            2,
            "own_recording_portfolio",
            {"length.duration": {"min_s": 60.0, "max_s": 480.0, "over_s": 10.0}, "length.sounding": {"min_s": 50.0}},
        ),
    ),
}

_CRAFT = {
    "1": "Faults distract from the music",
    "3": "Solid; a listener would not notice the technique",
    "5": "Exemplary",
}
_MUSIC = {
    "1": "The recording does not serve the music",
    "3": "Musical decisions are clear",
    "5": "Could be released as is",
}

RUBRICS: dict[str, dict[str | None, tuple[tuple[str, str, int, dict[str, str]], ...]]] = {
    PRODUCTION: {
        None: (
            ("Musical judgement", "Does the production serve the piece, its form and its performers?", 3, _MUSIC),
            ("Balance and clarity", "Can everything that matters be heard, and does it stay so?", 3, _CRAFT),
            ("Space and depth", "Width, depth and a believable or meaningful room.", 2, _CRAFT),
            ("Tone and dynamics", "Timbre, noise, distortion, use of dynamics.", 2, _CRAFT),
            (
                "Range",
                "How much do the recordings differ from each other, and are they equally strong?",
                1,
                {"1": "One trick", "3": "Two convincing styles", "5": "At home everywhere"},
            ),
        ),
        "Technical": (
            ("Recording technique", "Choice and place of microphones, levels, noise.", 3, _CRAFT),
            ("Editing", "Edits, timing and tuning that cannot be heard.", 2, _CRAFT),
            ("Balance and clarity", "Also without processing: the unprocessed bounce is judged too.", 3, _CRAFT),
            ("Musical judgement", "Does the technique serve the piece?", 2, _MUSIC),
        ),
    },
    ACOUSTICS: {
        None: (
            ("Capture", "Microphones and room as a coherent picture.", 3, _CRAFT),
            (
                "Documentation",
                "Does the note explain what was done, and why?",
                2,
                {"1": "Cannot be followed", "3": "Can be repeated", "5": "Could be published"},
            ),
            ("Listening", "Does the applicant hear the weaknesses of the own work?", 2, _CRAFT),
        ),
    },
}
