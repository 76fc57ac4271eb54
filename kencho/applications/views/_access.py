"""Who holds a draft or an application: the account, or a browser that has shown that it knows the secret."""

from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest

from kencho.accounts.access import actor_of
from kencho.accounts.models import User
from kencho.applications import lookups, queries
from kencho.applications.held import DRAFTS_KEY, NUMBERS_KEY, added
from kencho.applications.models import Application, ApplicationDraft
from kencho.applications.permissions import is_applicant
from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind

TOKEN_SALT = "kencho.applications.draft"  # noqa: S105  # names what is signed, is no secret
TOKEN_SECONDS = queries.DRAFT_DAYS * 86400


def signed_in_user(request: HttpRequest) -> User | None:
    """The resident's account, or nothing. Staff apply as guests: office and private life stay apart."""
    user = request.user
    return user if isinstance(user, User) and user.kind == User.Kind.RESIDENT else None


def actor(request: HttpRequest, number: str = "") -> Actor:
    """The person in front of the browser; a guest acts as the holder of one application."""
    user = signed_in_user(request)
    return actor_of(user) if user is not None else Actor(ActorKind.GUEST, number or "new", "")


def hold_draft(request: HttpRequest, draft: ApplicationDraft) -> None:
    """Let this browser go on with a draft."""
    request.session[DRAFTS_KEY] = added(request.session.get(DRAFTS_KEY, []), str(draft.pk))


def release_draft(request: HttpRequest, pk: UUID) -> None:
    """Let go of a draft that this browser is done with."""
    held = request.session.get(DRAFTS_KEY, [])
    request.session[DRAFTS_KEY] = [each for each in held if each != str(pk)]


def hold_application(request: HttpRequest, application: Application) -> None:
    """Let this browser see an application for the length of its session."""
    request.session[NUMBERS_KEY] = added(request.session.get(NUMBERS_KEY, []), application.number)


def draft_token(draft: ApplicationDraft) -> str:
    """A signed proof that travels in the form itself, so that a session that ran out loses nothing."""
    return signing.dumps(str(draft.pk), salt=TOKEN_SALT)


def held_draft(request: HttpRequest, pk: UUID) -> bool:
    """Whether this browser held the draft of this id, which may be an application by now."""
    if str(pk) in request.session.get(DRAFTS_KEY, []):
        return True
    return request.method == "POST" and _named(request.POST.get("_draft", "")) == str(pk)


def _named(token: str) -> object:
    try:
        return signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_SECONDS)
    except signing.BadSignature:
        return None


def token_opens(draft: ApplicationDraft, token: str) -> bool:
    """Whether the proof is for this draft and not too old."""
    return _named(token) == str(draft.pk)


def draft_or_404(request: HttpRequest, pk: UUID) -> ApplicationDraft:
    """The draft, if this browser or account holds it."""
    draft = lookups.draft(pk, clock.now())
    if draft is None:
        raise Http404
    user = signed_in_user(request)
    if user is not None and draft.user_id == user.pk:
        return draft
    if str(draft.pk) in request.session.get(DRAFTS_KEY, []):
        return draft
    if request.method == "POST" and token_opens(draft, request.POST.get("_draft", "")):
        if draft.user_id is None:
            hold_draft(request, draft)
        return draft
    raise Http404


def holds_application(request: HttpRequest, application: Application) -> bool:
    """Whether this browser may see the application as its applicant."""
    if is_applicant(actor(request), application):
        return True
    return application.number in request.session.get(NUMBERS_KEY, [])


def application_or_404(request: HttpRequest, number: str) -> Application:
    """The application, if this browser or account holds it."""
    application = queries.by_number(number)
    if application is None or not holds_application(request, application):
        raise Http404
    return application
