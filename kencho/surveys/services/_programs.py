"""Programs and versions of their questionnaires."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.surveys import definition as forms_data
from kencho.surveys import queries
from kencho.surveys.definition import Definition
from kencho.surveys.models import Questionnaire, SurveyProgram
from kencho.surveys.services._errors import Reason, UnableTo, require_owner


class UnableToSaveQuestionnaire(UnableTo):
    """The version is frozen, or another is being written already."""


def create_program(
    *, body: Body, code: str, name: str, purpose: str = "", by: Actor, at: datetime
) -> SurveyProgram:
    """職員アンケートを作る。Raises UnableToSaveQuestionnaire when the code is taken."""
    require_owner(by, body)
    try:
        with transaction.atomic():
            program = SurveyProgram.objects.create(
                body=body, code=code, name=name, purpose=purpose, created_at=at
            )
            audit.record("surveys.program.create", program, by=by, at=at, label=code, body=body.code)
    except IntegrityError as taken:
        raise UnableToSaveQuestionnaire(Reason.CODE_TAKEN) from taken
    return program


@transaction.atomic
def begin_version(
    *, program: SurveyProgram, by: Actor, at: datetime, source: Definition | None = None
) -> Questionnaire:
    """新しい版を作り始める: from ``source``, the newest version, or nothing. Raises UnableToSaveQuestionnaire."""
    require_owner(by, program.body)
    program = SurveyProgram.objects.select_for_update(of=("self",)).select_related("body").get(pk=program.pk)
    if Questionnaire.objects.filter(program=program, is_frozen=False).exists():
        raise UnableToSaveQuestionnaire(Reason.DRAFT_EXISTS)
    content = source or queries.latest_definition(program) or Definition(title=program.name)
    made = Questionnaire.objects.create(
        program=program,
        version=queries.next_version(program),
        data=content.as_data(),
        digest=forms_data.digest(content),
        created_at=at,
        saved_at=at,
    )
    audit.record(
        "surveys.questionnaire.begin",
        made,
        by=by,
        at=at,
        label=f"{program.code} v{made.version}",
        body=program.body.code,
    )
    return made


@transaction.atomic
def save_questionnaire(
    *, questionnaire: Questionnaire, content: Definition, by: Actor, at: datetime
) -> Questionnaire:
    """調査票を保存する。直すところが残っていても保存できる。Raises UnableToSaveQuestionnaire when it is frozen."""
    row = (
        Questionnaire.objects.select_for_update(of=("self",))
        .select_related("program__body")
        .get(pk=questionnaire.pk)
    )
    require_owner(by, row.program.body)
    if row.is_frozen:
        raise UnableToSaveQuestionnaire(Reason.FROZEN)
    new = forms_data.digest(content)
    if new == row.digest:
        return row
    row.data, row.digest, row.saved_at = content.as_data(), new, at
    row.save(update_fields=["data", "digest", "saved_at"])
    audit.record(
        "surveys.questionnaire.save",
        row,
        by=by,
        at=at,
        label=f"{row.program.code} v{row.version}",
        body=row.program.body.code,
        details={"digest": new},
    )
    return row


@transaction.atomic
def load_program(*, body: Body, data: Mapping[str, Any], by: Actor, at: datetime) -> Questionnaire:
    """Load a program from a seed file (``program`` and ``questionnaire``); loading the same again changes nothing.

    Raises UnreadableDefinition, UnableToSaveQuestionnaire.
    """
    head = data["program"]
    content = forms_data.from_plain(data["questionnaire"])
    program = queries.program_of(body, head["code"]) or create_program(
        body=body, code=head["code"], name=head["name"], purpose=head.get("purpose", ""), by=by, at=at
    )
    newest = Questionnaire.objects.filter(program=program).order_by("-version").first()
    if newest is not None and newest.digest == forms_data.digest(content):
        return newest
    if newest is not None and not newest.is_frozen:
        return save_questionnaire(questionnaire=newest, content=content, by=by, at=at)
    return begin_version(program=program, by=by, at=at, source=content)
