"""Writes: one function per verb of the office, each checked, audited and told."""

from kencho.reforms import acts as acts  # the audit log learns the sentences of this app's acts
from kencho.reforms.services._baselines import (
    UnableToRecordBaseline,
    UnableToTime,
    add_samples,
    discard_timing,
    pause_timing,
    record_study,
    resume_timing,
    start_timing,
    stop_timing,
    withdraw_sample,
    withdraw_study,
)
from kencho.reforms.services._deductions import UnableToDeduct, record_deduction, withdraw_deduction
from kencho.reforms.services._effects import UnableToRecordEffect, record_correction, record_effect
from kencho.reforms.services._errors import Reason, UnableTo
from kencho.reforms.services._reforms import ReformText, UnableToSaveReform, save_reform

__all__ = [
    "Reason",
    "ReformText",
    "UnableTo",
    "UnableToDeduct",
    "UnableToRecordBaseline",
    "UnableToRecordEffect",
    "UnableToSaveReform",
    "UnableToTime",
    "add_samples",
    "discard_timing",
    "pause_timing",
    "record_correction",
    "record_deduction",
    "record_effect",
    "record_study",
    "resume_timing",
    "save_reform",
    "start_timing",
    "stop_timing",
    "withdraw_deduction",
    "withdraw_sample",
    "withdraw_study",
]
