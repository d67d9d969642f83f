"""Which program wrote the file?

The name of the encoder as the file states it. A lossless file that still carries the mark of an MP3 encoder was
probably decoded from an MP3; this is a hint to be weighed, and never a proof. Anybody can write anything into a tag.
"""

from portal.checks.check import Audience, Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport

LOSSY_ENCODERS = ("lame", "xing", "libmp3", "fraunhofer", "faac", "libvorbis", "libopus", "qaac")


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    encoder = known(report.declared.encoder)
    suspicious = known(report.decoded.lossless) and any(name in encoder.lower() for name in LOSSY_ENCODERS)
    return Judgement(
        state=State.FAIL if suspicious else State.PASS,
        message=f"The lossless file says that “{encoder}” wrote it, an encoder for lossy formats."
        if suspicious
        else f"Written by “{encoder}”, as the file says.",
        action="Compare it with the spectrum, and ask for the session if it matters." if suspicious else "",
        measured=encoder,
        limit="no lossy encoder named in a lossless file",
    )


CHECK = Check(
    key="file.encoder",
    version=1,
    title="Encoder named in the file",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=("declared.encoder", "decoded.lossless"),
    severity=Severity.INFORM,
    audience=Audience.STAFF,
    standard="Tags as the file states them (LAME/Xing, ISFT, Vorbis vendor, MP4 ©too)",
    false_alarm="Programs that link a lossy encoder and name it whatever they write.",
    judge_known=judge,
    describe=lambda params: None,
)
