"""The demonstration's style guide: every part of the face with made-up content, and a synthesised recording."""

from __future__ import annotations

import io
import wave
from datetime import timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from flask import Response, current_app, jsonify, render_template, send_file
from flask_wtf import FlaskForm
from numpy.typing import NDArray
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from portal.accounts import policy as accounts_policy
from portal.bootstrap import SETTINGS
from portal.web.authz import requires
from portal.web.status.blueprint import bp

RATE_HZ = 16_000
DURATION_S = 30
PEAKS = 1_200
LOUDNESS_HOP_S = 0.1
CHORDS_HZ = ((220.0, 277.2, 329.6), (196.0, 246.9, 293.7), (174.6, 220.0, 261.6), (164.8, 207.7, 246.9))

FINDINGS: list[dict[str, Any]] = [
    {
        "check_key": "level.clipping",
        "title": "Clipping",
        "effect": "block",
        "message": "The sound is clipped in 2 places, the longest for 31 samples.",
        "action": "Lower the level into your limiter and export again.",
        "places": [
            {"start_s": 3.2, "end_s": 3.9, "label": "clipped, left channel"},
            {"start_s": 7.0, "end_s": 7.0, "label": "clipped"},
        ],
        "place_count": 2,
        "measured": "31 samples at full scale",
        "limit": "at most 3 in a row",
        "standard": "Programme rule, version 2",
    },
    {
        "check_key": "silence.inside",
        "title": "Silence",
        "effect": "warn",
        "message": "Nothing is heard for 3.5 seconds in the middle.",
        "action": "If the pause is meant, say so in the note.",
        "places": [{"start_s": 11.0, "end_s": 14.5, "label": "silent"}],
        "place_count": 1,
        "measured": "\N{MINUS SIGN}71.3 dBFS",
        "limit": "\N{MINUS SIGN}60 dBFS for at most 2 s",
        "standard": "",
    },
    {
        "check_key": "loudness.integrated",
        "title": "Loudness",
        "effect": "inform",
        "message": "Integrated loudness is \N{MINUS SIGN}14.2 LUFS.",
        "action": "",
        "places": [],
        "place_count": 0,
        "measured": "\N{MINUS SIGN}14.2 LUFS",
        "limit": "",
        "standard": "ITU-R BS.1770-5",
    },
]


class SampleForm(FlaskForm):
    title = StringField("Title of the piece", [InputRequired("Enter the title.")])
    performers = TextAreaField("Performers", description="One a line.")
    track = RadioField(
        "Track", [InputRequired("Choose a track.")], choices=[("thesis", "Thesis"), ("non", "Non-thesis")]
    )
    concentration = SelectField("Concentration", choices=[("production", "Production"), ("acoustics", "Acoustics")])
    own = BooleanField("I mixed this recording myself")


@lru_cache(maxsize=1)
def _sound() -> NDArray[np.float64]:
    """Chords with a swell, a loud place at 3.2 s and a silence at 11 s; -1 to 1."""
    time_s = np.arange(RATE_HZ * DURATION_S) / RATE_HZ
    chord = (time_s // 2).astype(int) % len(CHORDS_HZ)
    tones = sum(
        np.sin(2 * np.pi * np.array([notes[voice] for notes in CHORDS_HZ])[chord] * time_s) for voice in range(3)
    )
    swell = (0.3 + 0.6 * np.abs(np.sin(time_s * 0.21))) * (0.35 + 0.65 * np.exp(-((time_s % 0.5) * 5)))
    sound: NDArray[np.float64] = tones / 3 * swell
    sound[(time_s >= 3.2) & (time_s < 3.9)] *= 3
    sound[(time_s >= 11.0) & (time_s < 14.5)] = 0
    return np.clip(sound, -1, 1)


def _only_in_the_demonstration() -> bool | None:
    return current_app.extensions[SETTINGS].demo_mode or None


@bp.route("/styleguide", methods=["GET", "POST"])
@requires(accounts_policy.anyone, load=_only_in_the_demonstration)
def styleguide(_demo: bool) -> str:
    form = SampleForm()
    form.validate_on_submit()
    return render_template(
        "styleguide.html",
        sample_form=form,
        sample_findings=FINDINGS,
        sample_left=timedelta(hours=5, minutes=12),
    )


@bp.get("/styleguide/sound.wav")
@requires(accounts_policy.anyone, load=_only_in_the_demonstration)
def sample_sound(_demo: bool) -> Response:
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((_sound() * 32767).astype("<i2").tobytes())
    body.seek(0)
    return send_file(body, mimetype="audio/wav", conditional=True)


@bp.get("/styleguide/waveform.json")
@requires(accounts_policy.anyone, load=_only_in_the_demonstration)
def sample_waveform(_demo: bool) -> Response:
    blocks = _sound().reshape(PEAKS, -1)
    hops = _sound().reshape(int(DURATION_S / LOUDNESS_HOP_S), -1)
    level = np.sqrt((hops**2).mean(axis=1))
    smooth = np.convolve(level, np.ones(30) / 30, mode="same")
    pairs = np.stack([blocks.min(axis=1), blocks.max(axis=1)], axis=1) * 127
    return jsonify(
        duration_s=DURATION_S,
        peaks=pairs.round().astype(int).ravel().tolist(),
        momentary=_curve(level),
        short_term=_curve(smooth),
    )


def _curve(level: NDArray[np.float64]) -> dict[str, Any]:
    values = [None if value < 1e-4 else round(float(20 * np.log10(value)), 1) for value in level]
    return {"start_s": 0.0, "step_s": LOUDNESS_HOP_S, "values": values}
