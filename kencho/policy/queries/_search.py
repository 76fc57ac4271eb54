"""Looking for measures and indicators by words."""

from django.db.models import Q, QuerySet

from kencho.organization.models import Body
from kencho.policy.models import PolicyNode
from kencho.policy.queries._tree import measures_of


def search_measures(body: Body, words: str) -> QuerySet[PolicyNode]:
    """Measures of which number, name, a program or an indicator holds every word."""
    found = measures_of(body)
    for word in words.split():
        found = found.filter(
            Q(code=word)
            | Q(name__icontains=word)
            | Q(children__name__icontains=word)
            | Q(indicators__name__icontains=word)
        )
    return found.distinct()
