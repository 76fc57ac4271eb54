"""The evaluation profiles of `seeds/policy/profiles.yaml`: how a government evaluates, as data."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from django.conf import settings

from kencho.policy.models import Plan
from kencho.policy.rules import Method, Profile, load_profiles

__all__ = ["DEFAULT", "all_profiles", "known", "profile_of"]

DEFAULT = "mie-2020"
"""The profile of a new plan until somebody chooses another."""


@cache
def all_profiles() -> dict[str, Profile]:
    """All profiles by code. Raises `RuleError` naming the key that is wrong."""
    return load_profiles(Path(settings.BASE_DIR) / "seeds" / "policy" / "profiles.yaml")


def known(code: str) -> bool:
    """Whether there is such a profile."""
    return code in all_profiles()


def profile_of(plan: Plan) -> Profile:
    """The profile of a plan; a plan that only watches keeps the marks of its profile but judges nothing.

    Raises KeyError when the profile was taken out of the file.
    """
    found = all_profiles()[plan.profile]
    if plan.is_monitored_only and not found.monitor_only:
        return replace(found, method=Method.NONE, bands=(), comparisons=(), external_review_when=())
    return found
