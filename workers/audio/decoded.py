"""The decoded facts: what one full decode proved about the stream."""

from workers.audio.decode import Decoder
from workers.audio.facts import Facts
from workers.audio.layout import Layout, read_streaminfo
from workers.audio.pcm import PcmFacts

_PCM_BITS = {"u8": 8, "s8": 8, "s16": 16, "s24": 24, "s32": 32, "f32": 32, "f64": 64}


def stream_layout(decoder: Decoder, layout: Layout) -> Layout:
    """Return the layout that knows the FLAC header, wherever the FLAC stream lies: bare, in Ogg, in MP4."""
    if decoder.codec != "flac" or layout.bits is not None or len(decoder.extradata) < 34:
        return layout
    inner = Layout()
    read_streaminfo(decoder.extradata[-34:], inner)
    return inner


def coded_bits(decoder: Decoder, layout: Layout) -> int | None:
    """Return the bits of the coded samples; None for lossy codecs."""
    if decoder.codec.startswith("pcm_"):
        return _PCM_BITS[decoder.codec.split("_")[1].rstrip("lbe")]
    if decoder.codec == "alac" and len(decoder.extradata) > 17:
        return decoder.extradata[17] or None  # ALACSpecificConfig.bitDepth, after the atom's header and version
    return layout.bits if decoder.codec == "flac" else None


def _layout_name(name: str) -> str:
    """FFmpeg's name; it only counts channels that have no usual place, and a single one is mono wherever it is."""
    return "mono" if name.startswith("1 channels") else name[:100]


def report_decoded(facts: Facts, decoder: Decoder, pcm: PcmFacts, layout: Layout, *, joined: bool = False) -> None:
    """Put the group "decoded". The decoder must have run to its end.

    joined: the file holds several recordings, so a checksum in its header is that of the first alone.
    """
    bits = coded_bits(decoder, layout)
    duration_s = decoder.frames / decoder.rate_hz
    effective = pcm.effective_bits() if decoder.lossless and not decoder.float_samples else None
    facts.put(
        "decoded",
        codec=decoder.codec,
        lossless=decoder.lossless,
        float_samples=decoder.lossless and decoder.float_samples,
        duration_s=duration_s,
        frames=decoder.frames,
        sample_rate_hz=decoder.rate_hz,
        channels=decoder.channels,
        channel_layout=_layout_name(decoder.layout),
        bits_per_sample=bits,
        effective_bits=min(effective, bits) if effective and bits else effective,
        bitrate_bps=round(decoder.audio_bytes * 8 / duration_s) if duration_s else None,
        packets=decoder.packets,
        bad_packets=decoder.bad_packets,
        format_changes=decoder.format_changes,
        non_finite_samples=pcm.non_finite,
        stopped_at_limit=decoder.stopped_at_limit,
        pcm_sha256=pcm.sha256,
    )
    if pcm.first_non_finite is not None:
        facts.put("decoded", non_finite_at_s=pcm.first_non_finite / decoder.rate_hz)
    _report_md5(facts, decoder, pcm, layout, joined=joined)
    facts.excuse("every sample is a finite number", "decoded.non_finite_at_s")
    facts.excuse("lossy audio has no bit depth", "decoded.bits_per_sample")
    if decoder.float_samples:
        facts.excuse("floating-point samples have no trailing bits to count", "decoded.effective_bits")
    facts.excuse("digital silence uses no bits", "decoded.effective_bits")


def _report_md5(facts: Facts, decoder: Decoder, pcm: PcmFacts, layout: Layout, *, joined: bool) -> None:
    if decoder.codec != "flac":
        facts.excuse("only FLAC carries a checksum", "decoded.flac_md5_stored", "decoded.flac_md5")
        return
    facts.put("decoded", flac_md5_stored=layout.md5 is not None)
    if layout.md5 is None:
        facts.excuse("the file carries no checksum", "decoded.flac_md5")
    elif decoder.stopped_at_limit:
        facts.excuse("the recording is longer than we decode", "decoded.flac_md5")
    else:
        facts.put("decoded", flac_md5=layout.md5 in (pcm.md5, pcm.md5_announced if joined else None))
