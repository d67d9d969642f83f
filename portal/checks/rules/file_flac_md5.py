"""Is the FLAC file bit for bit what was encoded?

FLAC stores an MD5 checksum of the original samples in its header. It is compared with the checksum of what was
decoded: the only proof of integrity in common use.
"""

from portal.checks.applies import only_flac
from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    limit = "checksums agree"
    if known(report.decoded.flac_md5):
        first = (report.container.recordings or 1) > 1
        message = "The first recording is verified bit for bit." if first else "Verified bit for bit."
        return Judgement(state=State.PASS, message=message, measured=limit, limit=limit)
    return Judgement(
        state=State.FAIL,
        message="The sound is not what the FLAC's own checksum says: the file was changed after it was encoded.",
        action="Upload it again; if that does not help, export the FLAC again.",
        measured="checksums differ",
        limit=limit,
    )


CHECK = Check(
    key="file.flac_md5",
    version=1,
    title="FLAC checksum",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    applies=only_flac,
    needs=("decoded.flac_md5",),
    severity=Severity.BLOCK,
    standard="RFC 9639, section 8.2 (STREAMINFO, MD5 checksum)",
    false_alarm="None known.",
    told_by=("file.damaged",),
    judge_known=judge,
    describe=lambda params: None,
)
