"""The cast of this app's tests: the shared cast, a deputy chief, a second clerk, a concurring chief, and the rules."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kencho.approvals import queries, services
from kencho.approvals.document import Attachment, Document, Section, Table
from kencho.approvals.models import ApprovalRequest, Matter, Place, StepRole
from kencho.organization import testing
from kencho.organization.models import StaffMember

DAY = testing.FIRST_DAY
AT = datetime(DAY.year, DAY.month, DAY.day, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOCUMENT = Document(
    sections=(
        Section(
            "伺い",
            ("次のとおり許可してよいか伺います。",),
            (("申請者", "三重 太郎"), ("根拠", "旅館業法第3条第1項")),
        ),
        Section("審査の結果", table=Table(("項目", "結果"), (("図面", "適"), ("欠格事由", "なし")))),
    ),
    attachments=(Attachment("図面.pdf", "0" * 64, 12_345, "/desk/files/1/"),),
)


@dataclass(frozen=True)
class Office:
    """Everybody and everything an approval needs."""

    cast: testing.Cast
    deputy_chief: StaffMember
    second_clerk: StaffMember
    concurring_chief: StaffMember
    permit: Matter
    grant: Matter

    @property
    def clerk(self) -> StaffMember:
        """Drafts."""
        return self.cast.clerk

    @property
    def chief(self) -> StaffMember:
        """Decides permits."""
        return self.cast.chief

    @property
    def head(self) -> StaffMember:
        """Decides grants above a million yen."""
        return self.cast.head


def make_office() -> Office:
    """課長 decides permits (代決 課長補佐, then 班長); grants go to 課長 up to a million yen, above it to 部長."""
    cast = testing.make_cast()
    by, at = testing.actor(cast.org_admin), AT
    posts = cast.posts
    permit = services.save_matter(body=cast.body, code="permit", name="許可・認可", by=by, at=at)
    grant = services.save_matter(body=cast.body, code="grant", name="補助金の交付", by=by, at=at)
    services.set_rule(
        matter=permit,
        post=posts["DIVISION_DIRECTOR"],
        substitutes=[posts["DIVISION_DEPUTY"], posts["SECTION_CHIEF"]],
        deferred_review=True,
        basis="事務決裁規程第5条",
        valid_from=DAY,
        by=by,
        at=at,
    )
    services.set_rule(
        matter=grant,
        post=posts["DIVISION_DIRECTOR"],
        up_to_yen=1_000_000,
        substitutes=[posts["DIVISION_DEPUTY"]],
        valid_from=DAY,
        by=by,
        at=at,
    )
    services.set_rule(
        matter=grant, post=posts["DEPARTMENT_DIRECTOR"], over_yen=1_000_000, valid_from=DAY, by=by, at=at
    )
    services.save_route(
        matter=permit,
        code="standard",
        name="標準",
        is_default=True,
        by=by,
        at=at,
        steps=[
            services.StepSpec(1, StepRole.CIRCULATE, post=posts["DIVISION_DEPUTY"]),
            services.StepSpec(2, StepRole.DECIDE),
        ],
    )
    services.save_route(
        matter=grant,
        code="grant",
        name="補助金",
        is_default=True,
        by=by,
        at=at,
        steps=[
            services.StepSpec(1, StepRole.CIRCULATE, post=posts["DIVISION_DEPUTY"]),
            services.StepSpec(2, StepRole.CONCUR, Place.NAMED, "03004", posts["DIVISION_DIRECTOR"]),
            services.StepSpec(2, StepRole.CIRCULATE, post=posts["DIVISION_DIRECTOR"]),
            services.StepSpec(3, StepRole.DECIDE),
        ],
    )
    return Office(
        cast=cast,
        deputy_chief=testing.make_staff(cast.division, "S0007", "補佐 八郎", post="DIVISION_DEPUTY"),
        second_clerk=testing.make_staff(cast.division, "S0008", "担当 九子"),
        concurring_chief=testing.make_staff(
            cast.other_division, "S0009", "人事 十子", post="DIVISION_DIRECTOR"
        ),
        permit=permit,
        grant=grant,
    )


def draft(
    office: Office,
    *,
    title: str = "旅館業の許可",
    matter: str = "permit",
    subject: str = "1",
    amount: int | None = None,
    drafter: StaffMember | None = None,
    at: datetime = AT,
) -> ApprovalRequest:
    """A case put forward by the clerk."""
    return services.request_approval(
        matter=matter,
        title=title,
        document=DOCUMENT,
        amount=amount,
        division=office.cast.division,
        subject=services.Subject("applications.application", subject, f"申請{subject}"),
        by=testing.actor(drafter or office.clerk),
        at=at,
    )


def approve(request: ApprovalRequest, staff: StaffMember, at: datetime = AT) -> ApprovalRequest:
    """Approve what is on the screen now."""
    digest = queries.round_of(request).digest
    return services.approve(request=request, digest=digest, by=testing.actor(staff), at=at)


def away(staff: StaffMember, deputy: StaffMember | None = None, *, last_day: date = DAY) -> None:
    """Register an absence from the first day on."""
    services.register_absence(
        staff=staff, deputy=deputy, first_day=DAY, last_day=last_day, by=testing.actor(staff), at=AT
    )


def may_act(request: ApprovalRequest, staff: StaffMember, day: date = DAY) -> str:
    """In which right somebody may act on the case; empty when not at all."""
    step = queries.open_steps(staff, day).filter(round__request=request).first()
    return step.capacity if step else ""
