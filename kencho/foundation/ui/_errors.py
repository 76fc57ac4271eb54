"""The error summary of a Django form."""

from django.forms import BaseForm
from django.forms.boundfield import BoundField

from kencho.foundation.ui._parts import FormError


def errors_of(form: BaseForm) -> list[FormError]:
    """Every error of a bound form in the order of its fields, those of the whole form first.

    An anchor is the id of the first input of the field, so that the link in the summary puts the cursor there.
    """
    found = [FormError(str(message)) for message in form.non_field_errors()]
    for field in form:
        for message in field.errors:
            if field.is_hidden:
                found.append(FormError(str(message)))
            else:
                found.append(FormError(str(message), anchor=_first_input(field), label=field.label))
    return found


def _first_input(field: BoundField) -> str:
    # A group of radio buttons or a date in three parts has no single input: its first part is the place to go to.
    return (
        field.id_for_label or (field.subwidgets[0].id_for_label if field.subwidgets else "") or field.auto_id
    )
