"""Does the file carry a name that blind reviewers must not see?

Tags that can name a person: artist, composer, performer, encoded by, comments, contact, purchaser, originator, and
embedded pictures. The text of the tags is not kept. Reviewers listen to a copy without any of them.
"""

from portal.checks.check import Check, Judgement, Severity, State, known
from portal.checks.params import RuleParams
from portal.checks.report import AudioReport
from portal.checks.wording import count, listed

SHOWN = 4


def judge(report: AudioReport, params: RuleParams) -> Judgement:
    fields, pictures = known(report.identity.named_field_count), known(report.identity.pictures)
    limit = "no field that names a person"
    if not fields and not pictures:
        return Judgement(state=State.PASS, message="No tag names a person.", value=0, measured="none", limit=limit)
    labels = list(dict.fromkeys(f"“{named.label}”" for named in report.identity.named_fields))
    shown = labels[:SHOWN] + (["others"] if len(labels) > SHOWN else [])
    parts = [f"{'a field' if len(labels) == 1 else 'fields'} that can name you ({listed(shown)})"] if fields else []
    parts += [count(pictures, "picture")] if pictures else []
    them = "it" if len(labels) + pictures == 1 else "them"
    return Judgement(
        state=State.FAIL,
        message=f"Your file carries {listed(parts)}. Reviewers get a copy without {them}.",
        action="You need not do anything; if you want to be sure, clear the tags and export again.",
        value=fields + pictures,
        measured=listed(parts),
        limit=limit,
    )


CHECK = Check(
    key="identity.metadata",
    version=1,
    title="Names in the file",
    about=__doc__,
    subject=AudioReport,
    params=RuleParams,
    needs=("identity.named_field_count", "identity.pictures"),
    severity=Severity.INFORM,
    standard="ID3v2, Vorbis comments, RIFF INFO, EBU Tech 3285 (bext), iXML, MP4 metadata",
    false_alarm="A field may hold no name at all.",
    judge_known=judge,
    describe=lambda params: None,
)
