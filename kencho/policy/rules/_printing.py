"""How figures are printed: by the profile's marks, so that a page is the office's own."""

from decimal import Decimal

from django.utils.translation import gettext as _

from kencho.policy.rules._budget import Change, ChangeKind
from kencho.policy.rules._profiles import Profile
from kencho.policy.rules._values import Exact, ExactCell, Missing, official

__all__ = ["shown", "shown_change", "shown_number"]


def shown_number(value: Exact, decimals: int, profile: Profile) -> str:
    """22,299 or ▲2,000: rounded half-up to the decimals, with thousands marked and the profile's negative mark."""
    number = official(value, decimals)
    mark = profile.negative_mark if number < 0 else ""
    return f"{mark}{number.copy_abs():,}"


def shown(cell: ExactCell, *, unit: str, decimals: int, profile: Profile) -> str:
    """22,299 件, 10.0%, ▲2,000 人, or the profile's mark for the reason why the cell is empty.

    Tight units (%) follow the number without a space; a figure without a unit is printed alone.
    """
    if isinstance(cell, Missing):
        return profile.mark_of(cell)
    gap = "" if not unit or unit in profile.tight_units else " "
    return f"{shown_number(cell, decimals, profile)}{gap}{unit}"


def shown_change(change: Change, profile: Profile) -> tuple[str, str]:
    """Delta and rate of a budget line: (+112,681, +175.1%), (▲384,395, ▲38.1%), 皆増 and 皆減 without a rate."""
    delta = profile.missing_mark if change.delta is None else _signed(Decimal(change.delta), 0, profile)
    if change.rate is not None:
        return delta, f"{_signed(change.rate, 1, profile)}%"
    words = {ChangeKind.ALL_NEW: _("皆増"), ChangeKind.ALL_GONE: _("皆減")}
    return delta, words.get(change.kind, profile.missing_mark)


def _signed(value: Decimal, decimals: int, profile: Profile) -> str:
    text = shown_number(value, decimals, profile)
    return f"+{text}" if value > 0 else text
