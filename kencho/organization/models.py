"""Bodies, their units valid in time, posts and staff. Nothing is overwritten by a reorganisation: rows end and begin."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

REGIONAL_OFFICE = "地域機関"


def holds(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Whether the period [valid_from, valid_to) holds the day; no end means until further notice."""
    return valid_from <= day and (valid_to is None or day < valid_to)


class Body(models.Model):
    """地方公共団体: the tenant. Every row of daily work belongs to one body, every query goes through it."""

    class Kind(models.TextChoices):
        """Kinds of bodies."""

        PREFECTURE = "prefecture", _("都道府県")
        CITY = "city", _("市")
        TOWN = "town", _("町村")
        UNION = "union", _("広域連合・一部事務組合")

    code = models.CharField(_("全国地方公共団体コード"), max_length=6, unique=True)
    slug = models.SlugField(_("URLの名前"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    kana = models.CharField(_("名称カナ"), max_length=80, blank=True)
    name_en = models.CharField(_("英語名"), max_length=80, blank=True)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices)
    postal_code = models.CharField(_("郵便番号"), max_length=7, blank=True)
    address = models.CharField(_("所在地"), max_length=120, blank=True)
    head_title = models.CharField(_("長の職名"), max_length=30, blank=True)
    legal_entity_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    office = models.CharField(_("庁舎の名称"), max_length=60, blank=True)
    accepts_online = models.BooleanField(_("オンライン申請を受け付ける"), default=True)

    class Meta:
        verbose_name = _("地方公共団体")
        verbose_name_plural = _("地方公共団体")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A node of the organisation (部局, 所属, 班) of one body, valid from a day until, not including, another."""

    class Level(models.TextChoices):
        """Depth in the organisation."""

        EXECUTIVE = "executive", _("団体の長")
        DEPARTMENT = "department", _("部局")
        DIVISION = "division", _("所属")
        SECTION = "section", _("班・係")

    body = models.ForeignKey(Body, models.PROTECT, related_name="units", verbose_name=_("団体"))
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("上位の組織")
    )
    level = models.CharField(_("階層"), max_length=10, choices=Level.choices)
    code = models.CharField(_("組織コード"), max_length=20)
    name = models.CharField(_("名称"), max_length=60)
    kana = models.CharField(_("名称カナ"), max_length=100, blank=True)
    name_en = models.CharField(_("英語名"), max_length=120, blank=True)
    form = models.CharField(_("形態"), max_length=20, blank=True)
    document_symbol = models.CharField(_("文書記号"), max_length=10, blank=True)
    telephone = models.CharField(_("電話番号"), max_length=15, blank=True)
    email = models.EmailField(_("メールアドレス"), blank=True)
    valid_from = models.DateField(_("有効開始日"))
    valid_to = models.DateField(_("有効終了日（この日を含まない）"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="predecessors",
        null=True,
        blank=True,
        verbose_name=_("後継の組織"),
    )

    class Meta:
        verbose_name = _("組織")
        verbose_name_plural = _("組織")
        ordering = ["code"]
        indexes = [models.Index(fields=["body", "level", "valid_from"], name="unit_body_level")]
        constraints = [
            models.UniqueConstraint(fields=["body", "code", "valid_from"], name="unit_code_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="unit_period_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid_on(self, day: date) -> bool:
        """Whether the unit exists on this day."""
        return holds(self.valid_from, self.valid_to, day)


class Post(models.Model):
    """職: a rank of posts in a body (課長, 部長, 知事 …); lower ``rank`` is higher."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="posts", verbose_name=_("団体"))
    code = models.CharField(_("職コード"), max_length=20)
    name = models.CharField(_("職名"), max_length=30)
    name_en = models.CharField(_("英語名"), max_length=60, blank=True)
    rank = models.PositiveSmallIntegerField(_("順位"))
    is_head = models.BooleanField(_("組織の長"), default=False)
    level = models.CharField(
        _("置かれる階層"), max_length=10, choices=Unit.Level.choices, default=Unit.Level.DIVISION
    )
    regional_name = models.CharField(_("地域機関での職名"), max_length=30, blank=True)
    regional_name_en = models.CharField(_("地域機関での英語名"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("職")
        verbose_name_plural = _("職")
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["body", "code"], name="post_code_once")]

    def __str__(self) -> str:
        return self.name

    def title_in(self, unit: Unit) -> str:
        """The title that this post has in a unit: the head of a regional office is 所長, not 課長."""
        if self.regional_name and unit.form == REGIONAL_OFFICE:
            return self.regional_name
        return self.name


class StaffMember(models.Model):
    """職員 of one body. The account is optional: staff exist in the register before they sign in."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="staff", verbose_name=_("団体"))
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="staff_member",
        null=True,
        blank=True,
        verbose_name=_("利用者"),
    )
    number = models.CharField(_("職員番号"), max_length=12)
    name = models.CharField(_("氏名"), max_length=60)
    kana = models.CharField(_("氏名カナ"), max_length=80, blank=True)
    email = models.EmailField(_("メールアドレス"), blank=True)
    retired_on = models.DateField(_("退職日"), null=True, blank=True)

    class Meta:
        verbose_name = _("職員")
        verbose_name_plural = _("職員")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["body", "number"], name="staff_number_once")]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """配置: a staff member holds a post in a unit for a period; one is the main post, others are 兼務."""

    staff = models.ForeignKey(StaffMember, models.CASCADE, related_name="assignments", verbose_name=_("職員"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name=_("組織"))
    post = models.ForeignKey(Post, models.PROTECT, related_name="assignments", verbose_name=_("職"))
    is_concurrent = models.BooleanField(_("兼務"), default=False)
    valid_from = models.DateField(_("有効開始日"))
    valid_to = models.DateField(_("有効終了日（この日を含まない）"), null=True, blank=True)

    class Meta:
        verbose_name = _("配置")
        verbose_name_plural = _("配置")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="assignment_period_forward",
            ),
            models.UniqueConstraint(
                fields=["staff", "unit", "post", "valid_from"], name="assignment_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["unit", "post"], name="assignment_unit_post")]

    def __str__(self) -> str:
        return f"{self.unit} {self.post} {self.staff}"

    def is_valid_on(self, day: date) -> bool:
        """Whether the post is held on this day."""
        return holds(self.valid_from, self.valid_to, day)

    @property
    def title(self) -> str:
        """職名 in this unit."""
        return self.post.title_in(self.unit)


class RoleAssignment(models.Model):
    """A power beyond the daily work of one's own division, given to a staff member for a period."""

    class Role(models.TextChoices):
        """Powers. Examining applications of one's own division needs none of them."""

        ORGANIZATION_ADMIN = "organization_admin", _("組織・職員の管理")
        PROCEDURE_OWNER = "procedure_owner", _("手続の作成")
        PROCEDURE_ADMIN = "procedure_admin", _("手続の公開管理")
        RECORDS_ADMIN = "records_admin", _("文書の管理")
        AUDITOR = "auditor", _("監査")
        SYSTEM_ADMIN = "system_admin", _("システム管理")
        PLANNER = "planner", _("企画・評価")

    staff = models.ForeignKey(StaffMember, models.CASCADE, related_name="roles", verbose_name=_("職員"))
    role = models.CharField(_("役割"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("有効開始日"))
    valid_to = models.DateField(_("有効終了日（この日を含まない）"), null=True, blank=True)

    class Meta:
        verbose_name = _("役割の付与")
        verbose_name_plural = _("役割の付与")
        constraints = [
            models.UniqueConstraint(fields=["staff", "role", "valid_from"], name="role_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="role_period_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.get_role_display()}"


class ClosedDay(models.Model):
    """閉庁日 or an extra opening day of a body, beside weekends, national holidays and 12/29–1/3."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="closed_days", verbose_name=_("団体"))
    day = models.DateField(_("日"))
    is_open = models.BooleanField(_("開庁する"), default=False)
    name = models.CharField(_("名称"), max_length=60)

    class Meta:
        verbose_name = _("閉庁日")
        verbose_name_plural = _("閉庁日")
        constraints = [models.UniqueConstraint(fields=["body", "day"], name="closed_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
