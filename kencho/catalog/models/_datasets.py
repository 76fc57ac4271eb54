"""What is published: datasets, their resources, and the versions of a resource, of which one is live."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class License(models.TextChoices):
    """利用ルール, by the code that DCAT and CKAN clients know."""

    CC_BY_4 = "CC-BY-4.0", _("クリエイティブ・コモンズ 表示 4.0 国際（CC BY 4.0）")
    CC0_1 = "CC0-1.0", _("クリエイティブ・コモンズ CC0 1.0")
    PDL_1 = "PDL-1.0", _("公共データ利用規約（第1.0版）")
    OTHER = "other", _("配布元の定めによる")


class Frequency(models.TextChoices):
    """更新頻度: how often a new version is due. FISCAL_YEAR is due in April of each year."""

    ONCE = "once", _("更新しない")
    IRREGULAR = "irregular", _("不定期")
    DAILY = "daily", _("毎日")
    WEEKLY = "weekly", _("毎週")
    MONTHLY = "monthly", _("毎月")
    QUARTERLY = "quarterly", _("四半期ごと")
    ANNUAL = "annual", _("毎年")
    FISCAL_YEAR = "fiscal_year", _("毎年度")


class Theme(models.TextChoices):
    """分野: the themes of the EU vocabulary `data-theme`, which DCAT-AP asks for, in the office's words."""

    AGRI = "AGRI", _("農林水産")
    ECON = "ECON", _("経済・財政")
    EDUC = "EDUC", _("教育・文化・スポーツ")
    ENER = "ENER", _("エネルギー")
    ENVI = "ENVI", _("環境")
    GOVE = "GOVE", _("行政")
    HEAL = "HEAL", _("健康・福祉")
    INTR = "INTR", _("国際")
    JUST = "JUST", _("防災・安全")
    REGI = "REGI", _("地域・施設")
    SOCI = "SOCI", _("人口・社会")
    TECH = "TECH", _("科学・情報")
    TRAN = "TRAN", _("交通・土木")


class Dataset(models.Model):
    """データセット: what one division answers for, found and cited as one. Harvested ones point to where they live."""

    class State(models.TextChoices):
        """What the public sees of it."""

        DRAFT = "draft", _("準備中")
        PUBLISHED = "published", _("公開中")
        WITHDRAWN = "withdrawn", _("公開をやめた")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    code = models.SlugField(_("コード"), max_length=100)
    title = models.CharField(_("名称"), max_length=200)
    description = models.TextField(_("説明"), max_length=5000, blank=True)
    # Empty for harvested datasets: their publisher is the body they were fetched from.
    division = models.ForeignKey(
        "organization.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所属")
    )
    # Ownership goes with the post, so that it survives the transfers of every April.
    post = models.ForeignKey(
        "organization.Post",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("担当の職"),
    )
    theme = models.CharField(_("分野"), max_length=8, choices=Theme.choices, default=Theme.GOVE)
    keywords = models.JSONField(_("キーワード"), default=list, blank=True)
    license = models.CharField(
        _("利用ルール"), max_length=20, choices=License.choices, default=License.CC_BY_4
    )
    frequency = models.CharField(
        _("更新頻度"), max_length=12, choices=Frequency.choices, default=Frequency.IRREGULAR
    )
    # Code of a table of 自治体標準オープンデータセット, where one was chosen.
    standard = models.CharField(_("標準のデータ項目"), max_length=60, blank=True)
    covers_from = models.DateField(_("対象期間の始め"), null=True, blank=True)
    covers_to = models.DateField(_("対象期間の終わり"), null=True, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField(_("作成日時"))
    created_by = models.CharField(_("作成した人"), max_length=80, blank=True)
    published_at = models.DateTimeField(_("はじめて公開した日時"), null=True, blank=True)
    modified_at = models.DateTimeField(_("更新日時"), null=True, blank=True)
    # The day by which the next version is expected; empty when none is.
    next_due_on = models.DateField(_("次の更新の期限"), null=True, blank=True)
    reminded_on = models.DateField(_("知らせた日"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("公開をやめた日時"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("公開をやめた理由"), max_length=400, blank=True)
    # 0 to 100; the parts stand with the live version.
    score = models.PositiveSmallIntegerField(_("品質の点"), null=True, blank=True)
    # Title, description, keywords, column names, body and division, folded for search.
    search_text = models.TextField(_("検索の文"), blank=True)
    source = models.ForeignKey(
        "catalog.HarvestSource",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="datasets",
        verbose_name=_("収集元"),
    )
    external_id = models.CharField(_("収集元での番号"), max_length=300, blank=True)
    external_url = models.URLField(_("収集元のページ"), max_length=1000, blank=True)
    # Fingerprint of what the source said, so that an unchanged one is left alone.
    external_digest = models.CharField(_("収集した内容のSHA-256"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("データセット")
        verbose_name_plural = _("データセット")
        constraints = [
            models.UniqueConstraint(fields=["body", "code"], name="dataset_code_once"),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=models.Q(source__isnull=False),
                name="dataset_harvested_once",
            ),
            models.CheckConstraint(
                condition=models.Q(division__isnull=False) | models.Q(source__isnull=False),
                name="dataset_has_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-modified_at", "-id"], name="dataset_newest"),
            models.Index(fields=["body", "state", "-modified_at"], name="dataset_of_body"),
            models.Index(fields=["next_due_on"], name="dataset_due"),
        ]

    def __str__(self) -> str:
        return self.title


class Resource(models.Model):
    """リソース: one table (or, for harvested datasets, one link) of a dataset."""

    dataset = models.ForeignKey(
        Dataset, models.CASCADE, related_name="resources", verbose_name=_("データセット")
    )
    code = models.SlugField(_("コード"), max_length=100)
    title = models.CharField(_("名称"), max_length=200)
    description = models.TextField(_("説明"), max_length=2000, blank=True)
    position = models.PositiveSmallIntegerField(_("順"), default=0)
    # What the public reads. One row changes when a version goes live: never half of it.
    live = models.ForeignKey(
        "catalog.ResourceVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("公開中の版"),
    )
    # How the last file was tidied, so that next year's needs no more than a look.
    recipe = models.JSONField(_("整え方"), default=dict, blank=True)
    # Harvested: where the file is, in which format.
    link = models.URLField(_("ファイルの場所"), max_length=1000, blank=True)
    format = models.CharField(_("形式"), max_length=20, blank=True)
    link_state = models.CharField(_("リンクの状態"), max_length=12, blank=True)
    link_checked_at = models.DateTimeField(_("リンクを確かめた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("リソース")
        verbose_name_plural = _("リソース")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["dataset", "code"], name="resource_code_once")]

    def __str__(self) -> str:
        return self.title


class ResourceVersion(models.Model):
    """版: one content of a resource, kept for ever under its SHA-256, with everything that was found about it."""

    class State(models.TextChoices):
        """From checked to live to history."""

        READY = "ready", _("確認済み")
        IN_APPROVAL = "in_approval", _("決裁中")
        APPROVED = "approved", _("公開待ち")
        LIVE = "live", _("公開中")
        SUPERSEDED = "superseded", _("前の版")
        WITHDRAWN = "withdrawn", _("公開をやめた")
        DROPPED = "dropped", _("使わない")

    class Gate(models.TextChoices):
        """What the personal-data gate said; nothing but PASSED and OVERRIDDEN may be published."""

        STOPPED = "stopped", _("止まっている")
        PASSED = "passed", _("通過")
        OVERRIDDEN = "overridden", _("責任者が通した")

    resource = models.ForeignKey(
        Resource, models.PROTECT, related_name="versions", verbose_name=_("リソース")
    )
    # 1, 2, … within the resource; given when it is made, so a version that never went live leaves a gap.
    number = models.PositiveIntegerField(_("版の番号"))
    state = models.CharField(_("状態"), max_length=12, choices=State.choices, default=State.READY)
    # Parquet.
    data = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("データ"))
    rows = models.PositiveBigIntegerField(_("行数"))
    # Table Schema (https://specs.frictionlessdata.io/table-schema/) as JSON.
    schema = models.JSONField(_("データ項目の定義"), default=dict)
    # Titles, notes, units and sources that stood around the table in the sheet.
    notes = models.JSONField(_("注記"), default=list, blank=True)
    # Findings of the validation: counts by kind and the first cells of each.
    findings = models.JSONField(_("検査の結果"), default=dict, blank=True)
    quality = models.JSONField(_("品質の点の内訳"), default=dict, blank=True)
    gate = models.CharField(_("個人情報の確認"), max_length=12, choices=Gate.choices, default=Gate.STOPPED)
    gate_findings = models.JSONField(_("個人情報の疑い"), default=list, blank=True)
    # The fixer's list of changed cells as JSON lines.
    changes = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("直した一覧"),
    )
    changed_cells = models.PositiveBigIntegerField(_("直したセルの数"), default=0)
    note = models.CharField(_("改版の説明"), max_length=400, blank=True)
    made_at = models.DateTimeField(_("作成日時"))
    made_by = models.CharField(_("作成した人"), max_length=80, blank=True)
    approval_id = models.BigIntegerField(_("決裁番号"), null=True, blank=True)
    publish_at = models.DateTimeField(_("公開する日時"), null=True, blank=True)
    published_at = models.DateTimeField(_("公開した日時"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("次の版に替わった日時"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("公開をやめた理由"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("版")
        verbose_name_plural = _("版")
        constraints = [
            models.UniqueConstraint(fields=["resource", "number"], name="resource_version_once"),
            models.UniqueConstraint(
                fields=["resource"], condition=models.Q(state="live"), name="resource_one_live_version"
            ),
            # Whatever the road, what has not passed the gate cannot be on show.
            models.CheckConstraint(
                condition=~models.Q(state__in=["in_approval", "approved", "live"])
                | models.Q(gate__in=["passed", "overridden"]),
                name="published_version_passed_gate",
            ),
        ]
        indexes = [models.Index(fields=["state", "publish_at"], name="version_to_publish")]

    def __str__(self) -> str:
        return f"{self.resource} #{self.number}"
