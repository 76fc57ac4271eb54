"""Targets, and the switch that stops everything that types into one."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q

from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.robots import permissions, secrets
from kencho.robots.models import Target
from kencho.robots.services._common import hold_target, note_act, require, require_administrator
from kencho.robots.services._errors import Refused, UnableTo

CODE = re.compile(r"[a-z][a-z0-9-]{1,58}[a-z0-9]")


@transaction.atomic
def register_target(
    *,
    body: Body,
    code: str,
    name: str,
    base_url: str,
    is_real: bool,
    by: Actor,
    at: datetime,
    account_ref: str = "",
    credential_ref: str = "",
) -> Target:
    """相手のシステムを登録する。The references name secrets (``secrets``); the values stay outside. Raises UnableTo."""
    require_administrator(by, body)
    if CODE.fullmatch(code) is None or Target.objects.filter(body=body, code=code).exists():
        raise UnableTo(Refused.BAD_CODE)
    _check(name, base_url, account_ref, credential_ref)
    _check_free(body, is_real, account_ref, credential_ref)
    target = Target.objects.create(
        body=body,
        code=code,
        name=name.strip(),
        base_url=base_url.strip().rstrip("/"),
        is_real=is_real,
        account_ref=account_ref,
        credential_ref=credential_ref,
    )
    note_act("robots.target.register", target, by=by, at=at, is_real=is_real, host=_host(base_url))
    return target


@transaction.atomic
def change_target(
    *,
    target: Target,
    name: str,
    base_url: str,
    is_real: bool,
    by: Actor,
    at: datetime,
    account_ref: str = "",
    credential_ref: str = "",
) -> Target:
    """相手のシステムを変更する。Counts from the next run on. Raises UnableTo."""
    row = hold_target(target)
    require_administrator(by, row.body)
    _check(name, base_url, account_ref, credential_ref)
    if row.is_real and not is_real:
        # Else any unapproved version could be let loose on the real system by unticking a box.
        raise UnableTo(Refused.WAS_REAL)
    _check_free(row.body, is_real, account_ref, credential_ref, but=row)
    row.name, row.base_url, row.is_real = name.strip(), base_url.strip().rstrip("/"), is_real
    row.account_ref, row.credential_ref = account_ref, credential_ref
    row.save(update_fields=["name", "base_url", "is_real", "account_ref", "credential_ref"])
    note_act("robots.target.change", row, by=by, at=at, is_real=is_real, host=_host(base_url))
    return row


def _check(name: str, base_url: str, *references: str) -> None:
    if not name.strip():
        raise UnableTo(Refused.EMPTY)
    try:
        parts = urlsplit(base_url.strip())
        _port = parts.port
    except ValueError as wrong:
        raise UnableTo(Refused.BAD_URL) from wrong
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.query:
        raise UnableTo(Refused.BAD_URL)
    for reference in references:
        if reference and not secrets.is_reference(reference):
            raise UnableTo(Refused.BAD_REFERENCE)


def _check_free(body: Body, is_real: bool, *references: str, but: Target | None = None) -> None:
    """A secret is of the body's real systems or of its others: a version that nobody approved must not see a real one's."""
    wanted = [each for each in references if each]
    others = Target.objects.filter(body=body, is_real=not is_real)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.filter(Q(account_ref__in=wanted) | Q(credential_ref__in=wanted)).exists():
        raise UnableTo(Refused.REFERENCE_TAKEN)


def _host(base_url: str) -> str:
    return urlsplit(base_url.strip()).netloc


@transaction.atomic
def stop_target(*, target: Target, reason: str, by: Actor, at: datetime) -> Target:
    """止める: nothing is typed into it from now on; running robots are ended within seconds. Raises UnableTo."""
    row = hold_target(target)
    require(permissions.stops(by, row))
    if not reason.strip():
        raise UnableTo(Refused.EMPTY)
    if row.is_stopped:
        raise UnableTo(Refused.WRONG_STATE)
    row.is_stopped, row.stopped_by, row.stopped_at = True, by.name, at
    row.stop_reason = reason.strip()[:200]
    row.save(update_fields=["is_stopped", "stopped_by", "stopped_at", "stop_reason"])
    note_act("robots.target.stop", row, by=by, at=at)
    return row


@transaction.atomic
def resume_target(*, target: Target, by: Actor, at: datetime) -> Target:
    """再開する. Raises UnableTo."""
    row = hold_target(target)
    require_administrator(by, row.body)
    if not row.is_stopped:
        raise UnableTo(Refused.WRONG_STATE)
    row.is_stopped, row.stopped_by, row.stopped_at, row.stop_reason = False, "", None, ""
    row.save(update_fields=["is_stopped", "stopped_by", "stopped_at", "stop_reason"])
    note_act("robots.target.resume", row, by=by, at=at)
    return row
