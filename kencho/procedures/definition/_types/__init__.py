"""The item types of the vocabulary. `TYPES` is the whole list; a new type is one entry here."""

from __future__ import annotations

from kencho.procedures.definition._types._base import InputView, ItemType, OptionView, Passes, Problem, Read
from kencho.procedures.definition._types._choices import (
    ChoicesType,
    ChoiceType,
    ConsentType,
    SelectType,
    YesNoType,
)
from kencho.procedures.definition._types._composite import NameType, PostalAddressType
from kencho.procedures.definition._types._dates import BirthDateType, DateType
from kencho.procedures.definition._types._numbers import DecimalType, IntegerType, MoneyType
from kencho.procedures.definition._types._others import (
    AttachmentType,
    CalculatedType,
    GroupType,
    WordsType,
    kinds_text,
    size_text,
    storable,
)
from kencho.procedures.definition._types._plain import (
    EmailType,
    LegalEntityNumberType,
    OrganizationNameType,
    TelephoneType,
    TextAreaType,
    TextType,
)

TYPES: dict[str, ItemType] = {
    "text": TextType(),
    "textarea": TextAreaType(),
    "name": NameType(),
    "organization_name": OrganizationNameType(),
    "date": DateType(),
    "birth_date": BirthDateType(),
    "postal_address": PostalAddressType(),
    "telephone": TelephoneType(),
    "email": EmailType(),
    "legal_entity_number": LegalEntityNumberType(),
    "money": MoneyType(),
    "integer": IntegerType(),
    "decimal": DecimalType(),
    "choice": ChoiceType(),
    "choices": ChoicesType(),
    "select": SelectType(),
    "yes_no": YesNoType(),
    "consent": ConsentType(),
    "attachment": AttachmentType(),
    "group": GroupType(),
    "heading": WordsType("heading"),
    "note": WordsType("note"),
    "calculated": CalculatedType(),
}

__all__ = [
    "TYPES",
    "InputView",
    "ItemType",
    "OptionView",
    "Passes",
    "Problem",
    "Read",
    "kinds_text",
    "size_text",
    "storable",
]
