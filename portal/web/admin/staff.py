"""Who may do what in a programme."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import policy, queries, service
from portal.accounts.models import ProgrammeStaff
from portal.accounts.states import StaffRole
from portal.core.errors import Invalid
from portal.programmes import queries as programmes
from portal.programmes.models import Programme
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.decisions import InviteForm
from portal.web.forms.refusals import shown_on, status_of


@bp.route("/staff/<programme_id>", methods=["GET", "POST"])
@requires(policy.manage_staff, load=programmes.programme)
def staff(programme: Programme) -> ResponseReturnValue:
    form = InviteForm()
    if form.validate_on_submit():
        with shown_on(form):
            role = StaffRole(form.role.data)
            person = service.appoint_staff(form.email.data or "", programme_id=programme.id, role=role, actor=acting())
            flash(f"{person.full_name or person.email} is {role.value} of this programme.", "success")
            return redirect(url_for("admin.staff", programme_id=programme.id), code=303)
    page = render_template("admin/staff.html", programme=programme, form=form, held=queries.roles_in(programme.id))
    return page, status_of(form)


@bp.post("/staff/roles/<role_id>/dismiss")
@requires(policy.dismiss, load=queries.role_held)
def dismiss(held: ProgrammeStaff) -> ResponseReturnValue:
    name, role, programme_id = held.person.full_name or held.person.email, held.role.value, held.programme_id
    try:
        service.dismiss_staff(held, actor=acting())
        flash(f"{name} is no longer {role} of this programme.", "success")
    except Invalid as error:
        flash(error.message, "error")
    return redirect(url_for("admin.staff", programme_id=programme_id), code=303)
