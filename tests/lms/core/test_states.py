from enum import StrEnum

import pytest

from lms.core.errors import InvalidTransition
from lms.core.states import next_status


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


class Press(StrEnum):
    GO = "go"


TABLE = {(Light.RED, Press.GO): Light.GREEN}


def test_the_table_says_what_comes_next():
    assert next_status(TABLE, Light.RED, Press.GO) is Light.GREEN


def test_an_arrow_that_the_table_does_not_have_is_refused_with_both_ends_named():
    with pytest.raises(InvalidTransition) as refused:
        next_status(TABLE, Light.GREEN, Press.GO)
    assert (refused.value.code, refused.value.status) == ("core.invalid_transition", 409)
    assert refused.value.context == {"current": "green", "event": "go"}
