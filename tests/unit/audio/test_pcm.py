"""What only the decoder's own samples can tell."""

import hashlib
import random

import numpy as np
import pytest

from workers.audio.pcm import PcmFacts


def _samples(bits: int, count: int = 4000) -> list[int]:
    rng = random.Random(bits)
    return [rng.randrange(-(2 ** (bits - 1)), 2 ** (bits - 1)) for _ in range(count)]


def _aligned(samples: list[int], bits: int) -> np.ndarray:
    return np.array([value << (32 - bits) for value in samples], np.int64).astype(np.int32).reshape(-1, 2)


@pytest.mark.parametrize("bits", [8, 12, 16, 20, 24, 32])
def test_the_md5_is_taken_over_the_bytes_that_flac_means(bits: int) -> None:
    samples = _samples(bits)
    facts = PcmFacts(md5_bits=bits)
    facts.push(_aligned(samples, bits))
    packed = b"".join(value.to_bytes(-(-bits // 8), "little", signed=True) for value in samples)
    assert facts.md5 == hashlib.md5(packed, usedforsecurity=False).digest()


@pytest.mark.parametrize("bits", [8, 12, 16, 20, 24, 32])
def test_effective_bits_are_those_that_are_ever_used(bits: int) -> None:
    facts = PcmFacts()
    facts.push(_aligned(_samples(bits), bits))
    assert facts.effective_bits() == bits


def test_digital_silence_uses_no_bits() -> None:
    facts = PcmFacts()
    facts.push(np.zeros((100, 2), np.int32))
    assert facts.effective_bits() is None


def test_the_hash_does_not_depend_on_pieces() -> None:
    whole, parts = PcmFacts(), PcmFacts()
    samples = _aligned(_samples(24), 24)
    whole.push(samples)
    for start in range(0, len(samples), 777):
        parts.push(samples[start : start + 777])
    assert whole.sha256 == parts.sha256 == hashlib.sha256(samples.tobytes()).hexdigest()


def test_bad_floats_are_counted_placed_and_made_harmless() -> None:
    facts = PcmFacts()
    good, bad = np.ones((50, 2), np.float32), np.ones((50, 2), np.float32)
    bad[7, 1], bad[9, 0] = np.nan, -np.inf
    facts.push(good)
    facts.push(bad)
    assert (facts.non_finite, facts.first_non_finite) == (2, 57)
    assert np.isfinite(bad).all()
