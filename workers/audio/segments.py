"""pydub's AudioSegment over samples that we decoded. It never opens a file: see `decode.py` for who does."""

import warnings

import numpy as np

from workers.audio.blocks import Floats

with warnings.catch_warnings():  # it warns of a module that Python 3.13 drops, and of an ffmpeg that we do not use
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

_INT32_TOP = 2**31 - 128  # the largest float32 that still fits into 32 bits


def segment(samples: Floats, rate_hz: int) -> AudioSegment:
    """Return (channels, frames) samples as 32-bit integers; what lies beyond full scale is cut."""
    scaled = np.clip(samples.T * np.float32(2**31), -(2**31), _INT32_TOP).astype("<i4")
    return AudioSegment(data=scaled.tobytes(), sample_width=4, frame_rate=rate_hz, channels=len(samples))


def loudest_channel_rms(samples: Floats, rate_hz: int) -> float:
    """Return the RMS of the loudest channel as a fraction of full scale."""
    whole = segment(samples, rate_hz)
    return max(float(mono.rms / mono.max_possible_amplitude) for mono in whole.split_to_mono())
