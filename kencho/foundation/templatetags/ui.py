"""``{% load ui %}``: icons, states, and wrappers for the shared look. Everything else is an ordinary include."""

from typing import Any

from django import template
from django.forms import BaseForm
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kencho.foundation.ui import FormError, Kind, NavGroup, Status, errors_of, grouped

register = template.Library()

_ICON_OF_KIND = {
    "info": "info",
    "success": "success",
    "warning": "warning",
    "error": "error",
    "danger": "error",
}
_WORD_OF_KIND = {
    "info": _("お知らせ"),
    "success": _("完了"),
    "warning": _("注意"),
    "error": _("エラー"),
}


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """A symbol of static/icons.svg; without a label it is decoration and hidden from screen readers."""
    classes = f"icon {css}".strip()
    sprite = f"{static('icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, sprite
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, sprite)


@register.simple_tag
def status_tag(status: Status | str, kind: Kind | str = Kind.NEUTRAL) -> SafeString:
    """A state as a tag: ``{% status_tag status %}`` or ``{% status_tag "審査中" "info" %}``."""
    shown = status if isinstance(status, Status) else Status(status, Kind(kind))
    return format_html('<span class="tag tag--{}">{}</span>', shown.kind.value, shown.label)


@register.simple_block_tag
def notification(content: SafeString, kind: str = "info", title: str = "", role: str = "") -> str:
    """A notice: ``{% notification "warning" title="…" %}<p>…</p>{% endnotification %}``.

    The kinds are info, success, warning and error. Give ``role="status"`` or ``"alert"`` only to the answer to
    something that the reader has just done.
    """
    context = {"kind": kind, "title": title, "body": content.strip() and content, "role": role}
    return render_to_string("components/_notification.html", context)


@register.simple_block_tag
def datatable(content: SafeString, caption: str, css: str = "", *, hide_caption: bool = False) -> SafeString:
    """Wrap hand-written thead and tbody in a table that scrolls by keyboard and turns into cards on a phone.

    For the cards each td needs ``data-label="…"``, the heading of its column.
    """
    return format_html(
        '<div class="table-scroll" role="region" aria-label="{}" tabindex="0">'
        '<table class="table table--cards {}"><caption{}>{}</caption>{}</table></div>',
        caption,
        css,
        SafeString(' class="visually-hidden"') if hide_caption else "",
        caption,
        content,
    )


@register.simple_tag
def form_errors(*forms: BaseForm | str | None) -> list[FormError]:
    """The errors of one or more forms for components/_error_summary.html: ``{% form_errors form as errors %}``."""
    return [error for form in forms if isinstance(form, BaseForm) for error in errors_of(form)]


@register.simple_tag(takes_context=True)
def navigation_groups(context: Context) -> list[NavGroup]:
    """The declared navigation of this page's reader; ready NavGroups are passed on as they are."""
    items = list(context.get("navigation") or ())
    if not items or isinstance(items[0], NavGroup):
        return items
    return grouped(items, context["request"])


@register.filter
def thousands(value: object) -> object:
    """A whole number with commas; everything else unchanged."""
    return f"{value:,}" if isinstance(value, int) else value


@register.filter
def kind_icon(kind: str) -> str:
    """Name of the icon that stands for a kind of notice."""
    return _ICON_OF_KIND.get(str(kind), "info")


@register.filter
def kind_word(kind: str) -> str:
    """What a screen reader is told in place of the colour of a notice."""
    return str(_WORD_OF_KIND.get(str(kind), _WORD_OF_KIND["info"]))


@register.filter
def message_kind(tags: str) -> str:
    """The kind of notice for the tags of a message of django.contrib.messages."""
    return next((word for word in tags.split() if word in _WORD_OF_KIND), "info")


@register.simple_tag
def gallery_samples() -> dict[str, Any]:
    """Sample values for components/gallery.html."""
    from kencho.foundation.ui import gallery

    return gallery.samples()
