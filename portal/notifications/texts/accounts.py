"""Mail of the accounts (confirm the address, set a new password): worded by the sign-in pages, only sent from here."""

from __future__ import annotations

PREFIX = "account."
# Such a mail holds a link that opens the account. Once it is on its way nobody needs to keep it.
AFTER_SENDING = "This mail held a private link. Its text was not kept after it was sent."
