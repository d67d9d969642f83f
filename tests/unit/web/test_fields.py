"""What a field shows again is what the person typed."""

import pytest
from wtforms import Form

from portal.web.forms.fields import NumberField


class Scored(Form):
    score = NumberField("Score")


@pytest.mark.parametrize(("kept", "shown"), [(88.0, "88"), (82.5, "82.5"), (None, ""), (0.0, "0")])
def test_a_number_comes_back_as_it_was_typed(kept: float | None, shown: str) -> None:
    assert f'value="{shown}"' in str(Scored(data={"score": kept}).score())
