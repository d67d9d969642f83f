"""For load balancers and the supervisor: does this process answer, and does its database?"""

from __future__ import annotations

import sqlalchemy as sa
from flask import jsonify
from flask.typing import ResponseReturnValue

from portal.core.db import db
from portal.web.authz import public
from portal.web.status.blueprint import bp


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    db.session.execute(sa.text("select 1"))
    return jsonify({"status": "ok"})
