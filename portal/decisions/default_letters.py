"""The letter of each outcome until a programme writes its own."""

from __future__ import annotations

from collections.abc import Mapping

from portal.decisions.letters import Letter
from portal.decisions.states import OutcomeKind

ADMIT = """\
Dear {name},

We have listened to your recordings, and we are glad to offer you a place in {programme}, {intake}.

Your application has the number {number}. We will write to you about the next steps.

Welcome,
The admissions staff of {programme}"""

ADMIT_WITH_CONDITIONS = """\
Dear {name},

We have listened to your recordings, and we are glad to offer you a place in {programme}, {intake}, on these conditions:

{conditions}

Your application has the number {number}. Please write to us if you are unsure how to meet them.

With kind regards,
The admissions staff of {programme}"""

WAIT_LIST = """\
Dear {name},

We have listened to your recordings, and we have put you on the wait list of {programme}, {intake}. We will write to you
as soon as we can offer you a place, or when we know that we cannot.

Your application has the number {number}.

With kind regards,
The admissions staff of {programme}"""

DENY = """\
Dear {name},

Thank you for letting us hear your recordings. We are sorry that we cannot offer you a place in {programme}, {intake}.

Your application had the number {number}. We wish you well for your work.

With kind regards,
The admissions staff of {programme}"""

DEFAULTS: Mapping[OutcomeKind, Letter] = {
    OutcomeKind.ADMIT: Letter("Your place in {programme}", ADMIT),
    OutcomeKind.ADMIT_WITH_CONDITIONS: Letter("Your place in {programme}, on conditions", ADMIT_WITH_CONDITIONS),
    OutcomeKind.WAIT_LIST: Letter("Your application to {programme}: wait list", WAIT_LIST),
    OutcomeKind.DENY: Letter("Your application to {programme}", DENY),
}
