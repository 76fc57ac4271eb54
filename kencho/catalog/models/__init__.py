"""Tables of the open-data catalogue."""

from kencho.catalog.models._datasets import Dataset, Frequency, License, Resource, ResourceVersion, Theme
from kencho.catalog.models._harvest import HarvestProblem, HarvestRun, HarvestSource
from kencho.catalog.models._people import DataRequest, Feedback, Showcase, UsageDay
from kencho.catalog.models._preparing import GateOverride, Preparation
from kencho.catalog.models._work import WorkView

__all__ = [
    "DataRequest",
    "Dataset",
    "Feedback",
    "Frequency",
    "GateOverride",
    "HarvestProblem",
    "HarvestRun",
    "HarvestSource",
    "License",
    "Preparation",
    "Resource",
    "ResourceVersion",
    "Showcase",
    "Theme",
    "UsageDay",
    "WorkView",
]
