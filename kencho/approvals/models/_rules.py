"""Standing rules as data: kinds of matters, routes, and who may decide what (専決規程)."""

from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class StepRole(models.TextChoices):
    """What is asked of a step."""

    CIRCULATE = "circulate", _("回議")
    CONCUR = "concur", _("合議")
    DECIDE = "decide", _("決裁")


class Place(models.TextChoices):
    """Where the post of a step is looked for, seen from the division that drafts."""

    OWN_DIVISION = "own_division", _("起案した所属")
    OWN_DEPARTMENT = "own_department", _("起案した所属の部局")
    OWN_BODY = "own_body", _("団体全体")
    NAMED = "named", _("決まった組織")


class Matter(models.Model):
    """事案の種類: what kind of thing is decided (許可, 補助金の交付 …); rules and routes hang on it."""

    body = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="matters", verbose_name=_("団体")
    )
    code = models.SlugField(_("コード"), max_length=40)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英語名"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("事案の種類")
        verbose_name_plural = _("事案の種類")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["body", "code"], name="matter_code_once")]

    def __str__(self) -> str:
        return self.name


class Route(models.Model):
    """回付経路: the steps that a kind of matter goes through. A request copies them, so a change harms no running case."""

    body = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="routes", verbose_name=_("団体")
    )
    code = models.SlugField(_("コード"), max_length=40)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英語名"), max_length=80, blank=True)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="routes", verbose_name=_("事案の種類"))
    is_default = models.BooleanField(_("この種類の標準"), default=False)
    is_active = models.BooleanField(_("使う"), default=True)

    class Meta:
        verbose_name = _("回付経路")
        verbose_name_plural = _("回付経路")
        ordering = ["matter__code", "-is_default", "code"]
        constraints = [
            models.UniqueConstraint(fields=["body", "code"], name="route_code_once"),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(is_default=True, is_active=True), name="route_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RouteStep(models.Model):
    """One step of a route. Steps of the same ``order`` go side by side (並行), others one after another (順次)."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="steps", verbose_name=_("回付経路"))
    order = models.PositiveSmallIntegerField(_("順番"), validators=[MinValueValidator(1)])
    role = models.CharField(_("役割"), max_length=9, choices=StepRole.choices)
    place = models.CharField(_("場所"), max_length=14, choices=Place.choices, default=Place.OWN_DIVISION)
    # A code, not a key: the unit of this code is looked up on the day, so routes outlive reorganisations.
    unit_code = models.CharField(_("組織コード"), max_length=20, blank=True)
    post = models.ForeignKey(
        "organization.Post", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("職")
    )

    class Meta:
        verbose_name = _("経路の段階")
        verbose_name_plural = _("経路の段階")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["route"], condition=Q(role=StepRole.DECIDE), name="route_decides_once"
            ),
            models.CheckConstraint(
                condition=Q(role=StepRole.DECIDE) | Q(post__isnull=False), name="route_step_names_post"
            ),
            models.CheckConstraint(
                condition=~Q(place=Place.NAMED) | ~Q(unit_code=""), name="route_step_names_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.get_role_display()} {self.post or ''}".strip()


class DelegationRule(models.Model):
    """専決: this post decides this kind of matter, within these amounts (yen), from a day until, not including, another.

    An amount fits when ``over_yen < amount <= up_to_yen``; a matter without an amount fits only a rule without both.
    Rules are not rewritten but ended and followed by new ones, so that old decisions can always be explained.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="rules", verbose_name=_("事案の種類"))
    over_yen = models.PositiveBigIntegerField(_("この額（円）を超える"), null=True, blank=True)
    up_to_yen = models.PositiveBigIntegerField(_("この額（円）以下"), null=True, blank=True)
    division_codes = models.JSONField(_("限定する所属のコード"), default=list, blank=True)
    post = models.ForeignKey(
        "organization.Post", models.PROTECT, related_name="+", verbose_name=_("決裁する職")
    )
    substitutes = models.ManyToManyField(
        "organization.Post", through="DelegationSubstitute", related_name="+", verbose_name=_("代決できる職")
    )
    deferred_review = models.BooleanField(_("代決の後に後閲する"), default=False)
    allows_own_draft = models.BooleanField(_("自分の起案を決裁できる"), default=False)
    basis = models.CharField(_("根拠"), max_length=100, blank=True)
    valid_from = models.DateField(_("有効開始日"))
    valid_to = models.DateField(_("有効終了日（この日を含まない）"), null=True, blank=True)

    class Meta:
        verbose_name = _("専決の定め")
        verbose_name_plural = _("専決の定め")
        ordering = ["matter__code", "over_yen", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="rule_period_forward",
            ),
            models.CheckConstraint(
                condition=Q(over_yen__isnull=True)
                | Q(up_to_yen__isnull=True)
                | Q(up_to_yen__gt=F("over_yen")),
                name="rule_amounts_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.post}"

    def fits(self, *, amount: int | None, division_code: str) -> bool:
        """Whether the rule speaks of a matter of this amount (yen) drafted by this division."""
        if self.division_codes and division_code not in self.division_codes:
            return False
        if amount is None:
            return self.over_yen is None and self.up_to_yen is None
        above = self.over_yen is None or amount > self.over_yen
        return above and (self.up_to_yen is None or amount <= self.up_to_yen)

    def is_valid_on(self, day: date) -> bool:
        """Whether the rule is in force on this day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class DelegationSubstitute(models.Model):
    """代決: while the deciding post is absent, these posts may decide, the first present one in this order."""

    rule = models.ForeignKey(
        DelegationRule, models.CASCADE, related_name="substitute_rows", verbose_name=_("専決の定め")
    )
    post = models.ForeignKey(
        "organization.Post", models.PROTECT, related_name="substitute_for", verbose_name=_("職")
    )
    order = models.PositiveSmallIntegerField(_("順位"))

    class Meta:
        verbose_name = _("代決できる職")
        verbose_name_plural = _("代決できる職")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "order"], name="substitute_order_once"),
            models.UniqueConstraint(fields=["rule", "post"], name="substitute_post_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.post}"
