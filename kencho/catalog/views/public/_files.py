"""Files to take away: at once when they are there or small, else with a page that tells how far they are."""

import os
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.response import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, http_date, parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.catalog import asking, exports
from kencho.catalog.models import UsageDay
from kencho.catalog.views.public._common import (
    asked_or_404,
    count,
    kept_of,
    page_context,
    place_of,
    told,
    with_query,
)
from kencho.catalog.wording import asking as wording
from kencho.foundation import clock, queue
from kencho.foundation.access import public
from kencho.foundation.api import open_to_all
from kencho.foundation.ui import Cell, Column, Progress, Row, Table

CHUNK = 1 << 18


def form_or_404(name: str, asked: asking.Asked) -> exports.Form:
    """The form that the last part of the address names."""
    form = exports.BY_FILE_NAME.get(name)
    if form is None or form not in exports.forms_of(asked.version):
        raise Http404
    return form


def file_name_of(asked: asking.Asked, form: exports.Form) -> str:
    """What the file is called where it is saved: body, dataset, table, version."""
    parts = [asked.dataset.body.slug, asked.dataset.code]
    if asked.resource.code != "data":
        parts.append(asked.resource.code)
    return f"{'-'.join(parts)}-v{asked.version.number}.{form.ending}"


@open_to_all
@public("published data as a file")
@require_safe
@told
def table_file(request: HttpRequest, body: str, code: str, table: str, name: str) -> HttpResponseBase:
    """ダウンロード: the live version, or the one of ``as_of`` or ``_version``."""
    asked = asked_or_404(request, body, code, table)
    form = form_or_404(name, asked)
    kept = exports.kept(asked.version, form)
    if not kept.is_made and not exports.is_small(asked.version):
        if kept.refusal is not None:
            raise kept.refusal
        return redirect(
            with_query(reverse("catalog:table_file_wait", args=[*place_of(asked), name]), kept_of(request))
        )
    place = exports.make(asked.version, form)
    count(asked.dataset, UsageDay.Kind.DOWNLOAD)
    return file_answer(request, place, form.content_type, file_name_of(asked, form))


def file_answer(request: HttpRequest, place: Path, content_type: str, name: str) -> HttpResponseBase:
    """A whole file, a part of it (RFC 9110 section 14), or the word that the asker has it already."""
    file = place.open("rb")
    stat = os.fstat(file.fileno())
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(stat.st_mtime),
        "Accept-Ranges": "bytes",
        # A withdrawn version must not live on elsewhere.
        "Cache-Control": "public, max-age=60, must-revalidate",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
    }
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        file.close()
        return HttpResponse(status=304, headers={name: headers[name] for name in ("ETag", "Cache-Control")})
    part = _part(request, stat.st_size, etag, stat.st_mtime)
    if part is None:
        # Its own header would name the file as it is called in the cache.
        return FileResponse(
            file,
            as_attachment=True,
            filename=name,
            content_type=content_type,
            headers={**headers, "Content-Length": str(stat.st_size)},
        )
    first, last = part
    if first > last:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stat.st_size}"})
    file.seek(first)
    return StreamingHttpResponse(
        _read(file, last - first + 1),
        status=206,
        content_type=content_type,
        headers={
            **headers,
            "Content-Range": f"bytes {first}-{last}/{stat.st_size}",
            "Content-Length": str(last - first + 1),
        },
    )


def _read(file: IO[bytes], length: int) -> Iterator[bytes]:
    with file:
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk


def _part(request: HttpRequest, size: int, etag: str, modified: float) -> tuple[int, int] | None:
    """The one part that is asked for; None for the whole; first > last when there is no such part.

    Several parts at once may be answered with the whole, so they are.
    """
    asked = request.headers.get("Range", "")
    if (
        not asked.startswith("bytes=")
        or "," in asked
        or not _is_same(request.headers.get("If-Range", ""), etag, modified)
    ):
        return None
    first, dash, last = asked.removeprefix("bytes=").strip().partition("-")
    if not dash or not all(
        each == "" or (each.isascii() and each.isdigit() and len(each) < 19) for each in (first, last)
    ):
        return None
    if first == "":
        return None if last == "" else (max(0, size - int(last)), size - 1) if int(last) else (1, 0)
    if last and int(last) < int(first):
        return None
    end = min(int(last), size - 1) if last else size - 1
    return (int(first), end) if int(first) < size else (1, 0)


def _is_same(condition: str, etag: str, modified: float) -> bool:
    """If-Range: parts are given only of the very file that the asker began with."""
    if not condition:
        return True
    if condition.startswith('"'):
        return condition == etag
    try:
        return int(parsedate_to_datetime(condition).timestamp()) == int(modified)
    except (TypeError, ValueError):
        return False


@public("tells how far a file is")
@require_safe
@told
def table_file_wait(request: HttpRequest, body: str, code: str, table: str, name: str) -> HttpResponse:
    """大きいファイルを作っています."""
    asked = asked_or_404(request, body, code, table)
    form = form_or_404(name, asked)
    kept = exports.kept(asked.version, form)
    if not kept.is_made:
        if kept.refusal is not None:
            raise kept.refusal
        if kept.is_first_asked():
            queue.enqueue(
                "catalog.make_export",
                {"version_id": asked.version.pk, "form": form.code},
                at=clock.now(),
                body=asked.dataset.body.code,
            )
    place = [*place_of(asked), name]
    done, total = kept.progress or (0, asked.version.rows)
    progress = Progress(
        form.label,
        done,
        total,
        message=_("できました。")
        if kept.is_made
        else _("ファイルを作っています。このページを開いたままお待ちください。"),
        poll_url=with_query(reverse("catalog:table_file_state", args=place), kept_of(request)),
        refresh_url=request.get_full_path(),
        finished=kept.is_made,
    )
    return render(
        request,
        "catalog/public/table_file_wait.html",
        {
            **page_context(request, asked, "", _("ダウンロード")),
            "form": form,
            "progress": progress,
            "file_url": with_query(reverse("catalog:table_file", args=place), kept_of(request)),
        },
    )


@public("tells a script how far a file is")
@require_safe
def table_file_state(request: HttpRequest, body: str, code: str, table: str, name: str) -> HttpResponse:
    """For the page that waits."""
    asked = asked_or_404(request, body, code, table)
    form = form_or_404(name, asked)
    kept = exports.kept(asked.version, form)
    done, total = kept.progress or (0, asked.version.rows)
    refusal = None if kept.is_made else kept.refusal
    message = (
        wording.sentence(refusal)
        if refusal
        else _("できました。")
        if kept.is_made
        else _("ファイルを作っています。")
    )
    answer: dict[str, object] = {
        "done": total if kept.is_made else done,
        "total": total,
        "message": message,
        "finished": kept.is_made or refusal is not None,
    }
    if kept.is_made or refusal is not None:
        # The page of the file itself also knows how to say that there is none.
        answer["url"] = with_query(
            reverse("catalog:table_file_wait", args=[*place_of(asked), name]), kept_of(request)
        )
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


@public("lists characters that a file could not hold")
@require_safe
@told
def table_file_replaced(request: HttpRequest, body: str, code: str, table: str, name: str) -> HttpResponse:
    """CP932で書けず、置き換えた文字."""
    asked = asked_or_404(request, body, code, table)
    form = form_or_404(name, asked)
    kept = exports.kept(asked.version, form)
    if not kept.is_made or form.code != "csv_cp932":
        raise Http404
    report = kept.report
    rows = [
        Row(
            [
                Cell(f"{each['row']:,}"),
                Cell(str(each["column"])),
                Cell(each["original"]),
                Cell(each["replacement"]),
                Cell(f"U+{ord(each['original'][0]):04X}" if each["original"] else ""),
            ]
        )
        for each in report.get("replaced", ())
    ]
    columns = [
        Column(_("行")),
        Column(_("列")),
        Column(_("元の文字")),
        Column(_("置き換えた文字")),
        Column(_("コード")),
    ]
    return render(
        request,
        "catalog/public/table_file_replaced.html",
        {
            **page_context(request, asked, "", _("置き換えた文字")),
            "table": Table(_("置き換えた文字"), columns, rows, hide_caption=True),
            "total": int(report.get("replaced_count", 0)),
            "listed": len(rows),
        },
    )
