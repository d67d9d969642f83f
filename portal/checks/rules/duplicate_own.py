"""Did the applicant send the same recording twice?

Equal SHA-256 of the file, or of the decoded sound, among the recordings of one application. The second catches a copy
in another lossless format or with other tags.
"""

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.portfolio import Comparison
from portal.checks.wording import listed


def judge(comparison: Comparison, params: RuleParams) -> Judgement:
    twins = [twin for twin in known(comparison.exact) if twin.own and (twin.same_bytes or twin.same_sound)]
    limit = "every recording once"
    if not twins:
        message = "None of your other recordings is the same."
        return Judgement(state=State.PASS, message=message, value=0, measured="no duplicate", limit=limit)
    names = listed([twin.name for twin in twins[:3]])
    same = "the same file as" if all(twin.same_bytes for twin in twins) else "the same sound as"
    return Judgement(
        state=State.FAIL,
        message=f"This is {same} {names}: you sent one recording twice.",
        action="Replace one of them with another recording.",
        value=len(twins),
        measured=f"{same} {names}",
        limit=limit,
    )


CHECK = Check(
    key="duplicate.own",
    version=1,
    title="Sent twice",
    about=__doc__,
    subject=Comparison,
    params=RuleParams,
    needs=("exact",),
    severity=Severity.WARN,
    standard="SHA-256 (FIPS 180-4) of the file and of the decoded samples",
    false_alarm="None: equal is equal.",
    judge_known=judge,
    describe=lambda params: None,
)
