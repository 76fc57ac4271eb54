"""Applying and following, without an account: the receipt's number and code prove who asks."""

import hashlib
from typing import Annotated, Any, NoReturn

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import File, Form, Header, Router, Status
from ninja.files import UploadedFile

from kencho.applications import queries, services
from kencho.applications.api._schemas import AmendIn, ReceiptOut, StatusOut, SubmitIn, UploadOut
from kencho.applications.api._shown import amendment, receipt
from kencho.applications.models import Application, Channel
from kencho.applications.permissions import may_view
from kencho.applications.status import told
from kencho.files import services as files
from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.api import Limit, count, counted, problems, refuse
from kencho.foundation.client import address_of
from kencho.organization.api_auth import Caller, Guest, GuestOrToken, GuestRequest
from kencho.organization.models import Body
from kencho.procedures import queries as procedures
from kencho.procedures.definition import FieldError, Item
from kencho.procedures.queries import InForce

WRITES = Limit("apply", token=300, address=60)
READS = Limit("follow", token=600, address=120)
TRIES = 10
TRIES_SECONDS = 15 * 60
router = Router(tags=["申請"])
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_-]{16,64}$",
        description="申請一件ごとに作る推測できない値（UUIDなど、英数字と - _ で16〜64字）。ファイルと申請で同じ値を使う",
        examples=["5f2b0b7e-7c55-4c69-a3a4-0d7cbb5f3a10"],
    ),
]
Secret = Annotated[
    str,
    Header(
        alias="Application-Secret",
        max_length=40,
        description="受付票の確認コード",
        examples=["ABCD-EFGH-JKMN"],
    ),
]


def key_of(caller: Caller | Guest, given: str) -> str:
    """The submission's key: keys of one caller never meet those of another, and none meets the id of a draft."""
    return "api:" + hashlib.sha256(f"{caller.key}\0{given}".encode()).hexdigest()


def _in_force(body: str, code: str) -> InForce:
    owner = get_object_or_404(Body, slug=body)
    found = procedures.in_force(owner, code, clock.now())
    if found is None:
        raise Http404
    if not owner.accepts_online:
        raise services.ReceptionClosed
    return found


def _field_problems(errors: tuple[FieldError, ...]) -> list[dict[str, str]]:
    return [
        {"location": f"body.answers.{one.name}", "code": one.code, "message": str(one.message)}
        for one in errors
    ]


def _refuse_answers(refused: services.UnableToSubmit) -> NoReturn:
    refuse(422, "answers_invalid", _("回答に直すところがあります。"), _field_problems(refused.errors))


@router.post(
    "/uploads",
    auth=GuestOrToken("applications.write"),
    throttle=WRITES,
    response={201: UploadOut, **problems(401, 403, 404, 409)},
    operation_id="upload_file",
    summary="添付ファイルを送る",
)
def upload_file(
    request: GuestRequest,
    key: Key,
    file: Annotated[UploadedFile, File(description="ファイル本体")],
    body: Annotated[str, Form(max_length=60, description="団体のURL名", examples=["mie"])],
    procedure: Annotated[str, Form(max_length=60, description="手続コード")],
    item: Annotated[str, Form(max_length=120, description="添付書類の項目。繰返しの中では内側の項目の名前")],
) -> Any:
    """ファイルを受け取り、無害化して預かります。返った値を、同じ `Idempotency-Key` で送る申請の回答に置きます。"""
    found = _in_force(body, procedure)
    asked = _attachment(found, item)
    try:
        kept = files.receive(
            body=found.procedure.body,
            content=file,
            name=file.name or "file",
            owner=key_of(request.auth, key),
            max_bytes=asked.max_bytes,
            kinds=asked.kinds,
            by=request.auth.actor,
            at=clock.now(),
        )
    except files.UnableToReceive as refused:
        refuse(
            422,
            "file_refused",
            str(refused),
            [{"location": "form.file", "code": f"file_{refused.code}", "message": str(refused)}],
        )
    clean = kept.clean_copy
    return Status(
        201,
        {
            "id": str(kept.pk),
            "name": kept.name,
            "bytes": clean.size if clean else 0,
            "kind": clean.kind if clean else "",
            "removed": [str(one) for one in kept.removed],
        },
    )


def _attachment(found: InForce, item_id: str) -> Item:
    named = (item for item in found.definition.items() if item.id == item_id and item.type == "attachment")
    asked = next(named, None)
    if asked is None:
        refuse(
            422,
            "unknown_item",
            _("この手続に、この名前の添付書類はありません。"),
            [{"location": "form.item", "code": "unknown_item", "message": item_id[:120]}],
        )
    return asked


@router.post(
    "/procedures/{body}/{code}/applications",
    auth=GuestOrToken("applications.write"),
    throttle=WRITES,
    response={201: ReceiptOut, **problems(401, 403, 404, 409)},
    operation_id="submit_application",
    summary="申請する",
)
def submit_application(
    request: GuestRequest, response: HttpResponse, body: str, code: str, key: Key, sent: SubmitIn
) -> Any:
    """申請を受け取り、受付番号を返します。通信が切れたときは、同じ `Idempotency-Key` と内容でもう一度送ってください。"""
    found = _in_force(body, code)
    try:
        made = services.submit(
            version=found.version,
            body=found.procedure.body,
            answers=sent.answers,
            key=key_of(request.auth, key),
            by=request.auth.actor,
            at=clock.now(),
            email=sent.email,
            channel=Channel.API,
        )
    except services.UnableToSubmit as refused:
        _refuse_answers(refused)
    if made.is_repeat and not _is_same(made.application, found, sent):
        refuse(422, "key_reused", _("この Idempotency-Key は、別の内容の申請で使われています。"))
    response["Location"] = reverse("api-v1:get_application", args=[made.application.number])
    return Status(201, receipt(made.application, made.secret))


def _is_same(application: Application, found: InForce, sent: SubmitIn) -> bool:
    """Whether a repeated key came with the same answers; otherwise the receipt of another would be handed out."""
    if application.procedure_id != found.procedure.pk:
        return False
    plan = queries.compiled_of(application)
    verdict = plan.validate(sent.answers, on=clock.day_of(application.arrived_at))
    return bool(dict(verdict.answers) == application.answers)


def _is_known(request: GuestRequest, application: Application, secret: str) -> bool:
    caller = request.auth
    if isinstance(caller, Caller):
        return may_view(caller.actor, application)
    return bool(secret) and queries.knows_secret(application, secret)


def _found(request: GuestRequest, number: str, secret: str) -> Application:
    """The application, once number and code (or a token of the division in charge) fit; else 404, and the try counts."""
    is_guest = isinstance(request.auth, Guest)
    # Once an address has used up its tries, not even the right code is looked at.
    if is_guest and counted("code", address_of(request), TRIES_SECONDS) >= TRIES:
        refuse(
            429,
            "too_many_tries",
            _("番号か確認コードの誤りが続きました。しばらくしてからもう一度送ってください。"),
        )
    application = queries.by_number(number)
    if application is not None and _is_known(request, application, secret):
        return application
    if is_guest:
        count("code", address_of(request), TRIES_SECONDS)
    raise Http404


@router.get(
    "/applications/{number}",
    auth=GuestOrToken("applications.read"),
    throttle=READS,
    response={200: StatusOut, **problems(401, 403, 404)},
    operation_id="get_application",
    summary="申請の状況をみる",
    url_name="get_application",
)
def get_application(request: GuestRequest, number: str, secret: Secret = "") -> dict[str, Any]:
    """受付番号と確認コードで、または担当の所属の職員のトークンで、状況を返します。"""
    return status_of(_found(request, number, secret))


def status_of(application: Application) -> dict[str, Any]:
    """What the applicant may know."""
    asked = queries.open_amendment(application)
    return {
        "number": application.number,
        "procedure": application.procedure.code,
        "body": application.body.slug,
        "division": application.division.name,
        "status": application.status,
        "status_label": application.get_status_display(),
        "arrived_at": application.arrived_at,
        "due_on": application.due_on,
        "amendment": amendment(asked) if asked else None,
        "timeline": [
            {"at": each.at, "text": str(each.title), "note": str(each.body)} for each in told(application)
        ],
    }


@router.post(
    "/applications/{number}/amend",
    auth=GuestOrToken("applications.write"),
    throttle=WRITES,
    response={200: StatusOut, **problems(401, 403, 404, 409)},
    operation_id="amend_application",
    summary="補正する",
)
def amend_application(
    request: GuestRequest, number: str, sent: AmendIn, secret: Secret = ""
) -> dict[str, Any]:
    """補正の求めに、直した回答の全体で答えます（行政手続法第7条）。"""
    application = _found(request, number, secret)
    by = (
        request.auth.actor
        if isinstance(request.auth, Caller)
        else Actor(ActorKind.GUEST, application.number, "")
    )
    if queries.open_amendment(application) is None:
        raise services.UnableToAmend(application.number)
    try:
        services.amend(application=application, answers=sent.answers, by=by, at=clock.now())
    except services.UnableToSubmit as refused:
        _refuse_answers(refused)
    return status_of(queries.by_number(application.number) or application)
