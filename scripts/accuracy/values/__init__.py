"""The truth: what a made-up applicant means, and how he writes it down.

``Written`` keeps both: ``truth`` in the shape of the answers, ``shown`` as the text that stands on paper.
"""

from collections.abc import Callable, Sequence

from kencho.intake.engine.shapes import Field, Kind
from scripts.accuracy.values import _plain, _texts
from scripts.accuracy.values._person import LISTED, TRIES, UNLISTED, WHOLE, Person, Written, group_of, row_of
from scripts.accuracy.values._plain import era_of

__all__ = ["LISTED", "UNLISTED", "Person", "Written", "answers", "era_of", "written"]


def _choice(field: Field, person: Person, capacity: int) -> Written:
    return Written(person.rng.choice([value for value, _label in field.options] or ["0"]))


def _choices(field: Field, person: Person, capacity: int) -> Written:
    values = [value for value, _label in field.options] or ["0"]
    picked = [value for value in values if person.rng.random() < 0.4]
    return Written(picked or [person.rng.choice(values)])


def _consent(field: Field, person: Person, capacity: int) -> Written:
    return Written(True if person.rng.random() < (0.93 if field.is_required else 0.5) else None)


_MAKERS: dict[Kind, Callable[[Field, Person, int], Written]] = {
    Kind.NAME: _plain.write_name,
    Kind.NAME_KANA: _plain.write_name,
    Kind.ORGANIZATION: _texts.write_organization,
    Kind.DATE: _plain.write_date,
    Kind.BIRTH_DATE: _plain.write_date,
    Kind.POSTAL_CODE: _plain.write_postal_code,
    Kind.ADDRESS: _plain.write_address,
    Kind.TELEPHONE: _plain.write_telephone,
    Kind.EMAIL: _plain.write_email,
    Kind.MONEY: _plain.write_money,
    Kind.INTEGER: _plain.write_integer,
    Kind.DECIMAL: _plain.write_decimal,
    Kind.DIGITS: _plain.write_digits,
    Kind.LEGAL_ENTITY_NUMBER: _plain.write_legal_entity_number,
    Kind.INDIVIDUAL_NUMBER: _plain.write_individual_number,
    Kind.TEXT: _texts.write_text,
    Kind.TEXTAREA: _texts.write_textarea,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.CONSENT: _consent,
}


def written(field: Field, person: Person, capacity: int) -> Written:
    """A value for a field; ``capacity`` is how many full characters fit into it."""
    rng = person.rng
    if field.kind not in _MAKERS:
        raise ValueError(field.kind)
    if rng.random() < (0.03 if field.is_required else 0.25) and field.kind not in WHOLE:
        return Written(None)
    for _n in range(TRIES):
        made = _MAKERS[field.kind](field, person, max(2, capacity))
        if person.can(made.shown):
            return made
    return Written(None)


def answers(
    fields: Sequence[Field], person: Person, capacity_of: Callable[[Field], int]
) -> dict[str, Written]:
    """Everything that a person writes on a form, by the key of its field."""
    # Some people leave out a whole optional name or address.
    skipped = {
        group_of(each)
        for each in fields
        if each.kind in WHOLE
        and not each.is_required
        and each.kind is not Kind.CONSENT
        and person.rng.random() < 0.2
    }
    # The rows of a table are filled from the top; most people need one or two.
    rows = {name: person.rng.choice((1, 1, 2, 3)) for name in sorted({row_of(each)[0] for each in fields})}
    return {
        each.key: Written(None)
        if (each.kind in WHOLE and group_of(each) in skipped) or row_of(each)[1] >= rows[row_of(each)[0]]
        else written(each, person, capacity_of(each))
        for each in fields
    }
