"""Programs and their questionnaires."""

from django.db.models import Max, QuerySet

from kencho.organization.models import Body
from kencho.surveys.definition import Definition
from kencho.surveys.models import Questionnaire, SurveyProgram


def programs_of(body: Body) -> QuerySet[SurveyProgram]:
    """All surveys of a body."""
    return SurveyProgram.objects.filter(body=body).select_related("body")


def program_of(body: Body, code: str) -> SurveyProgram | None:
    """The survey of this code."""
    return programs_of(body).filter(code=code).first()


def questionnaire_of(program: SurveyProgram, version: int) -> Questionnaire | None:
    """One version."""
    return (
        Questionnaire.objects.filter(program=program, version=version).select_related("program__body").first()
    )


def next_version(program: SurveyProgram) -> int:
    """The number of a new version."""
    newest: int | None = Questionnaire.objects.filter(program=program).aggregate(n=Max("version"))["n"]
    return (newest or 0) + 1


def latest_definition(program: SurveyProgram) -> Definition | None:
    """The newest version."""
    newest = Questionnaire.objects.filter(program=program).order_by("-version").first()
    return newest.definition if newest else None
