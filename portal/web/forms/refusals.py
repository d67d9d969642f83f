"""What a command refused, shown beside the fields it is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wtforms import Form

from portal.core.errors import DomainError, Invalid, Stale


@contextmanager
def shown_on(form: Form) -> Iterator[None]:
    """Turn a refused command into errors of the form, so that the page comes back with everything that was typed.

    if form.validate_on_submit():
        with shown_on(form):
            service.edit(thing, form.terms(), actor=acting())
            return redirect(...)
    return render_template(..., form=form), status_of(form)
    """
    try:
        yield
    except Invalid as error:
        _show(form, error)
    except Stale as error:
        form.form_errors.append(error.message)


def status_of(form: Form) -> int:
    """422 for a form that comes back with errors."""
    return 422 if form.errors else 200


def _show(form: Form, error: DomainError) -> None:
    fields = getattr(error, "fields", {})
    for name, sentence in fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            form.form_errors.append(sentence)
    if not fields:
        form.form_errors.extend([error.message, *error.details])
