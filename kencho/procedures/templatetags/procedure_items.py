"""``{% load procedure_items %}``: items and pages of a procedure as accessible HTML, without script or inline style."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from kencho.procedures.definition import FieldError, InputView, ItemView, OptionView, PageView

register = template.Library()


@register.filter
def select_options(field: InputView) -> SafeString:
    """The entries of a select box. Lists such as the 47 prefectures are made once for each chosen value."""
    return _select_options(field.options)


@lru_cache(maxsize=512)
def _select_options(options: tuple[OptionView, ...]) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((one.value, mark_safe(" selected") if one.checked else "", one.label) for one in options),
    )


@register.inclusion_tag("procedures/items/item.html")
def procedure_item(item: ItemView) -> dict[str, Any]:
    """One item: ``{% procedure_item item %}`` with an `ItemView` of a page."""
    return {"item": item}


@register.inclusion_tag("procedures/items/page.html")
def procedure_page(page: PageView) -> dict[str, Any]:
    """All items of a page, with the hidden list of what was shown and a default button for the Enter key.

    Stands inside the form, before its visible buttons.
    """
    return {"page": page}


@register.inclusion_tag("procedures/items/_error_summary.html")
def procedure_errors(errors: Iterable[FieldError]) -> dict[str, Any]:
    """What is wrong, with a link to each input: ``{% procedure_errors page.errors %}``, above the form."""
    return {"errors": list(errors)}
