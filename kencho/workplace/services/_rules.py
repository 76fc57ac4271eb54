"""Rules of a body: saved as a new version, never changed."""

from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.workplace import queries
from kencho.workplace.models import TeleworkRule
from kencho.workplace.services._errors import Reason, UnableTo
from kencho.workplace.telework_rules import Rule, as_data, write_rule


class UnableToSaveRule(UnableTo):
    """The rule is of another body, or would begin before the one in force."""


@transaction.atomic
def save_rule(*, body: Body, rule: Rule, by: Actor, at: datetime) -> TeleworkRule:
    """テレワークの定めを登録する: a new version that holds from its day. Raises UnableToSaveRule.

    A rule without a body is a pattern that any body may take over. Versions begin one after another, so that what
    was decided under an older one keeps its rule.
    """
    if not (by.is_system or by.body == body.code):
        raise UnableToSaveRule(Reason.OTHER_BODY)
    if rule.body and rule.body != body.code:
        raise UnableToSaveRule(Reason.OTHER_BODY, rule.body)
    # The lock makes two who save at once take different numbers.
    Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    newest = queries.rules_of(body).first()
    if newest is not None and rule.in_force_from < newest.in_force_from:
        raise UnableToSaveRule(Reason.EARLIER)
    saved = TeleworkRule.objects.create(
        body=body,
        version=(newest.version if newest else 0) + 1,
        title=rule.title,
        in_force_from=rule.in_force_from,
        definition=as_data(rule),
        saved_at=at,
    )
    audit.record(
        "workplace.telework_rule.save",
        saved,
        by=by,
        at=at,
        label=saved.title,
        body=body.code,
        details={"version": saved.version, "from": rule.in_force_from.isoformat()},
    )
    return saved


@transaction.atomic
def export_rule(*, rule: TeleworkRule, by: Actor, at: datetime) -> str:
    """定めを書き出す: the YAML that can be read in again."""
    audit.record("workplace.telework_rule.export", rule, by=by, at=at, label=rule.title, body=rule.body.code)
    return write_rule(rule.rule)
