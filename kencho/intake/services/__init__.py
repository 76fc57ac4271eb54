"""From paper to application: one function for each verb of the office."""

from kencho.intake import acts as acts  # the audit log learns the sentences of this app's acts
from kencho.intake.services._errors import Reason, UnableTo, UnableToRegister
from kencho.intake.services._forms import (
    activate_template,
    change_template,
    demand_double_entry,
    draw_template,
    free_template,
    free_template_of,
    generated_template,
    ready_templates,
    retire_template,
)
from kencho.intake.services._inlets import InletRun, check_inlet, save_inlet
from kencho.intake.services._pages import (
    Claim,
    ask_again,
    claim_page,
    give_up,
    name_procedure,
    read_again,
    store_reading,
)
from kencho.intake.services._receive import Received, ask_for, open_batch, receive_scan
from kencho.intake.services._register import (
    SUBJECT,
    Registered,
    file_record,
    follow_handed_over,
    hand_over,
    register,
    register_ready,
)
from kencho.intake.services._retention import Erased, erase_old
from kencho.intake.services._sorting import (
    accept_pages,
    discard_sheet,
    enclose_page,
    move_page,
    set_aside_page,
)
from kencho.intake.services._trust import fit_calibration, set_calibration
from kencho.intake.services._verify import (
    Verified,
    release_sheet,
    take_next_sheet,
    take_sheet,
    verify_field,
    verify_fields,
)

__all__ = [
    "SUBJECT",
    "Claim",
    "Erased",
    "InletRun",
    "Reason",
    "Received",
    "Registered",
    "UnableTo",
    "UnableToRegister",
    "Verified",
    "accept_pages",
    "activate_template",
    "ask_again",
    "ask_for",
    "change_template",
    "check_inlet",
    "claim_page",
    "demand_double_entry",
    "discard_sheet",
    "draw_template",
    "enclose_page",
    "erase_old",
    "file_record",
    "fit_calibration",
    "follow_handed_over",
    "free_template",
    "free_template_of",
    "generated_template",
    "give_up",
    "hand_over",
    "move_page",
    "name_procedure",
    "open_batch",
    "read_again",
    "ready_templates",
    "receive_scan",
    "register",
    "register_ready",
    "release_sheet",
    "retire_template",
    "save_inlet",
    "set_aside_page",
    "set_calibration",
    "store_reading",
    "take_next_sheet",
    "take_sheet",
    "verify_field",
    "verify_fields",
]
