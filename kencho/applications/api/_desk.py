"""The desk's inbox and cases, read with a token. What the owner's division does not have does not exist: 404."""

from typing import Annotated, Any

from django.http import Http404, HttpResponse
from ninja import Query, Router

from kencho.applications import queries
from kencho.applications.api import _shown
from kencho.applications.api._schemas import CaseOut, CasePage, Due
from kencho.applications.models import Application, Status
from kencho.files import queries as files
from kencho.foundation import keyset
from kencho.foundation.api import Id, Limit, problems
from kencho.organization.api_auth import Caller, Scoped, StaffApiRequest
from kencho.procedures.models import Procedure

READS = Limit("desk", token=600, address=120)
router = Router(tags=["申請の事務"], auth=Scoped("applications.read"), throttle=READS)


def case_or_404(caller: Caller, pk: int) -> Application:
    """The application, if the desk may see it."""
    found = queries.case(caller.desk, pk)
    if found is None:
        raise Http404
    return found


@router.get(
    "/desk/applications",
    response={200: CasePage, **problems(401, 403, 404)},
    operation_id="list_cases",
    summary="受付簿",
)
def list_cases(
    request: StaffApiRequest,
    status: Annotated[Status | None, Query(description="状態")] = None,
    is_open: Annotated[bool, Query(alias="open", description="終わっていないものだけ")] = False,
    procedure: Annotated[str, Query(max_length=60, description="手続コード")] = "",
    assignee: Annotated[str, Query(pattern="^(|me|none)$", description="me か none")] = "",
    words: Annotated[str, Query(max_length=100, description="番号、氏名、カナ")] = "",
    due: Annotated[Due, Query(description="overdue（期限を過ぎた）か soon（まもなく）")] = "",
    after: Annotated[str, Query(max_length=1000, description="前のページの `next`")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """持ち主の所属の申請を、新しく届いたものから返します。"""
    desk = request.auth.desk
    procedure_id = None
    if procedure:
        procedure_id = (
            Procedure.objects.filter(body=desk.body, code=procedure).values_list("pk", flat=True).first()
        )
        if procedure_id is None:
            raise Http404
    wanted = queries.InboxFilter(
        status=status.value if status else "open" if is_open else "",
        procedure_id=procedure_id,
        assignee=assignee,
        words=words,
        due=due,
    )
    rows = queries.inbox(desk, wanted, desk.day).select_related("procedure", "division", "assignee")
    page = keyset.page(rows, order=("-arrived_at", "-id"), after=after, size=limit)
    return {"items": [_shown.line(row) for row in page.rows], "next": page.next_token}


@router.get(
    "/desk/applications/{pk}",
    response={200: CaseOut, **problems(401, 403, 404)},
    operation_id="get_case",
    summary="申請の全体",
)
def get_case(request: StaffApiRequest, pk: Id) -> dict[str, Any]:
    """回答、添付書類、審査の確認結果、経過、処分案。"""
    return _shown.case(case_or_404(request.auth, pk))


@router.get(
    "/desk/applications/{pk}/documents/{document}",
    response={200: None, **problems(401, 403, 404)},
    operation_id="get_case_document",
    summary="添付書類の本体（無害化済み）",
    openapi_extra={
        "responses": {
            200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def get_case_document(request: StaffApiRequest, pk: Id, document: str) -> HttpResponse:
    """無害化した写しだけを返します。"""
    application = case_or_404(request.auth, pk)
    documents = {
        str(one.upload_id): one.upload
        for one in application.documents.select_related("upload__clean_copy__body")
    }
    upload = documents.get(document)
    if upload is None or upload.clean_copy is None:
        raise Http404
    answer = HttpResponse(files.content(upload.clean_copy), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{document}.{upload.clean_copy.kind}"'
    return answer
