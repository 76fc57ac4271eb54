"""Tables of the app: reforms of work, measured baselines, and what each completed case took."""

from kencho.reforms.models._hours import (
    BaselineSample,
    BaselineStudy,
    Deduction,
    EffectRecord,
    ReformCase,
    RunningTiming,
)

__all__ = ["BaselineSample", "BaselineStudy", "Deduction", "EffectRecord", "ReformCase", "RunningTiming"]
