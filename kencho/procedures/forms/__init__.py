"""Browser input → a changed definition, or typed values for one service."""

from kencho.procedures.forms._actions import act_on_pages, act_on_rows
from kencho.procedures.forms._desk import CreateForm, FindForm, SubmitForm, YamlForm
from kencho.procedures.forms._screens import (
    SCREENS,
    Block,
    Choices,
    ItemScreen,
    Screen,
)
from kencho.procedures.forms._words import TYPES

__all__ = [
    "SCREENS",
    "TYPES",
    "Block",
    "Choices",
    "CreateForm",
    "FindForm",
    "ItemScreen",
    "Screen",
    "SubmitForm",
    "YamlForm",
    "act_on_pages",
    "act_on_rows",
]
