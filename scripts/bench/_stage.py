"""Where measurements happen: a folder thrown away afterwards, in it a small prefecture with one published procedure."""

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.crypto import get_random_string

from kencho.applications import queries as applications
from kencho.applications.held import DRAFTS_KEY
from kencho.applications.models import ApplicationDraft
from kencho.applications.testing import publish
from kencho.applications.views._access import draft_token
from kencho.foundation import clock
from kencho.organization.models import Body
from kencho.organization.testing import make_cast
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion
from kencho.records.office_seals import make_demo_seals

PROCEDURE = "public-record-disclosure"
HERE = Path(__file__).resolve().parent


def make_world() -> None:
    """Two bodies, their staff, one procedure that receives now, seals."""
    with transaction.atomic():
        cast = make_cast()
        publish(cast, PROCEDURE)
    make_demo_seals([cast.body, cast.other_body], at=clock.now() - timedelta(days=30))


def version() -> ProcedureVersion:
    """The procedure's version as the views load it."""
    return ProcedureVersion.objects.select_related(
        "procedure__body", "procedure__division", "procedure__division__body"
    ).get()


@dataclass(frozen=True)
class Filled:
    """A draft that was filled in by a browser, ready to be sent."""

    pk: str
    session: str
    csrf_cookie: str
    csrf_token: str
    token: str

    def request(self, port: int) -> str:
        """The final POST of the confirmation page as the browser sends it."""
        body = f"csrfmiddlewaretoken={self.csrf_token}&_draft={self.token}"
        return (
            f"POST /drafts/{self.pk}/confirm/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Origin: http://127.0.0.1:{port}\r\nAccept-Language: ja\r\n"
            f"Cookie: {settings.CSRF_COOKIE_NAME}={self.csrf_cookie}; "
            f"{settings.SESSION_COOKIE_NAME}={self.session}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )


def fill_in(count: int) -> list[Filled]:
    """That many drafts with valid answers, each held by a browser of its own."""
    of = version()
    body, plan = of.procedure.body, procedures.compiled_of(of)
    now = clock.now()
    rng = random.Random(406)  # noqa: S311  # made-up answers, the same each time
    made = (plan.sample(rng, on=clock.day_of(now)) for _n in range(1000))
    # Made-up answers with files name files that were never received; those are not for sending.
    samples = list(islice((each for each in made if not applications.uploads_in(plan, each)), min(count, 50)))
    drafts = [
        ApplicationDraft(
            body=body, version=of, answers=samples[n % len(samples)], page="method",
            created_at=now, updated_at=now, expires_at=now + timedelta(days=30),
        )
        for n in range(count)
    ]  # fmt: skip
    browsers = [_browser(draft) for draft in drafts]
    store = SessionStore()
    with transaction.atomic():
        ApplicationDraft.objects.bulk_create(drafts, batch_size=500)
        Session.objects.bulk_create(
            (
                Session(
                    session_key=each.session,
                    session_data=store.encode({DRAFTS_KEY: [each.pk]}),
                    expire_date=now + timedelta(hours=12),
                )
                for each in browsers
            ),
            batch_size=500,
        )
    return browsers


def _browser(draft: ApplicationDraft) -> Filled:
    request = HttpRequest()
    secret = get_random_string(32)
    request.META["CSRF_COOKIE"] = secret
    return Filled(str(draft.pk), get_random_string(32), secret, get_token(request), draft_token(draft))


def body() -> Body:
    """The body whose procedure it is."""
    return version().procedure.body


@contextmanager
def slow_sync(microseconds: int) -> Iterator[dict[str, str]]:
    """Environment in which each sync of a file takes this long; empty where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        yield {}
        return
    library = Path(settings.VAR_DIR) / "slowsync.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, HERE / "slowsync.c"], check=True)
    yield {"LD_PRELOAD": str(library), "KENCHO_BENCH_SYNC_US": str(microseconds)}


def load_is_heavy() -> bool:
    """Whether others use this machine so much that figures may be far off."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)
