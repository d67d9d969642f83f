"""Has another applicant sent exactly this recording?

Equal SHA-256 of the file, or of the decoded sound, in other applications. It happens honestly: bands, shared sessions,
several engineers of one record. For staff only.
"""

from portal.checks.check import Audience, Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.portfolio import Comparison
from portal.checks.wording import count, listed


def judge(comparison: Comparison, params: RuleParams) -> Judgement:
    twins = [twin for twin in known(comparison.exact) if not twin.own and (twin.same_bytes or twin.same_sound)]
    limit = "in no other application"
    if not twins:
        message = "No other application holds this recording."
        return Judgement(state=State.PASS, message=message, value=0, measured="no duplicate", limit=limit)
    names = listed([twin.name for twin in twins[:5]])
    return Judgement(
        state=State.FAIL,
        message=f"The same sound is part of {count(len(twins), 'other application')}: {names}. "
        "A band or a shared session is the usual reason.",
        action="Compare the credits of both before you ask anybody.",
        value=len(twins),
        measured=count(len(twins), "other application"),
        limit=limit,
    )


CHECK = Check(
    key="duplicate.elsewhere",
    version=1,
    title="In another application",
    about=__doc__,
    subject=Comparison,
    params=RuleParams,
    needs=("exact",),
    severity=Severity.INFORM,
    audience=Audience.STAFF,
    standard="SHA-256 (FIPS 180-4) of the file and of the decoded samples",
    false_alarm="Honest shared work.",
    judge_known=judge,
    describe=lambda params: None,
)
