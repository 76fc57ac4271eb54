"""Pages of procedures: for the public, and for the desk of those who look after them."""

from kencho.procedures.views._desk import (
    desk_list,
    procedure_create,
    procedure_desk,
    version_begin,
    version_of_case,
)
from kencho.procedures.views._editor import edit_pages, edit_screen, edit_yaml
from kencho.procedures.views._postal import postal_codes
from kencho.procedures.views._public import (
    procedure_form,
    procedure_list,
    procedure_schema,
    procedure_show,
)
from kencho.procedures.views._versions import (
    version_discard,
    version_json,
    version_preview,
    version_show,
    version_submit,
    version_yaml,
)

__all__ = [
    "desk_list",
    "edit_pages",
    "edit_screen",
    "edit_yaml",
    "postal_codes",
    "procedure_create",
    "procedure_desk",
    "procedure_form",
    "procedure_list",
    "procedure_schema",
    "procedure_show",
    "version_begin",
    "version_discard",
    "version_json",
    "version_of_case",
    "version_preview",
    "version_show",
    "version_submit",
    "version_yaml",
]
