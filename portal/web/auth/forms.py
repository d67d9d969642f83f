"""What a new account is asked for."""

from __future__ import annotations

from flask_security import RegisterFormV2
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class RegisterForm(RegisterFormV2):
    full_name = StringField(
        "Your full name",
        validators=[DataRequired("Please enter your name as it stands in your documents."), Length(max=200)],
        description="As it stands in your documents. Reviewers do not see it.",
    )
