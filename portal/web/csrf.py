"""One guard against forged forms for the whole application. Views that stream their body ask it themselves."""

from __future__ import annotations

from flask_wtf import CSRFProtect

csrf = CSRFProtect()
