"""Accounts of people who sign in: residents and staff alike; what staff may do is known to ``organization``."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes accounts; e-mail addresses are compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account; without a password only links, passkeys or outside identity providers sign it in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of this e-mail address."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """One account. Kept lean: name and address of a resident live in the applications that they make.

    An erased account keeps its row, because applications must keep their retention period, but holds nothing that
    points to a person: no name, an address under ``.invalid`` (RFC 2606), no way to sign in.
    """

    class Kind(models.TextChoices):
        """Residents and staff sign in by different ways and see different homes."""

        RESIDENT = "resident", _("県民・住民")
        STAFF = "staff", _("職員")

    email = models.EmailField(_("メールアドレス"), unique=True)
    name = models.CharField(_("表示名"), max_length=80, blank=True)
    kind = models.CharField(_("種類"), max_length=8, choices=Kind.choices, default=Kind.RESIDENT)
    language = models.CharField(_("使う言語"), max_length=5, blank=True)
    is_active = models.BooleanField(_("有効"), default=True)
    date_joined = models.DateTimeField(_("登録日時"), auto_now_add=True)
    erased_at = models.DateTimeField(_("削除日時"), null=True, blank=True)

    USERNAME_FIELD = "email"
    objects = UserManager()

    class Meta:
        verbose_name = _("利用者")
        verbose_name_plural = _("利用者")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Name for greetings."""
        return str(self)


class ApiToken(models.Model):
    """A token of another system, kept only as a hash; scopes limit it, the owner's permissions limit it further."""

    class Scope(models.TextChoices):
        """What a token may be used for."""

        APPROVALS_READ = "approvals.read", _("決裁を読む")
        APPROVALS_WRITE = "approvals.write", _("承認・差戻しをする")
        APPLICATIONS_READ = "applications.read", _("申請を読む")
        APPLICATIONS_WRITE = "applications.write", _("申請を処理する")
        PROCEDURES_READ = "procedures.read", _("手続の定義を読む")
        PROCEDURES_WRITE = "procedures.write", _("手続の定義を変える")
        RECORDS_READ = "records.read", _("文書を読む")
        ORGANIZATION_READ = "organization.read", _("組織と職員を読む")
        INDICATORS_READ = "indicators.read", _("指標を読む")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("利用者"))
    label = models.CharField(_("名前"), max_length=80)
    prefix = models.CharField(_("先頭の文字"), max_length=8)
    digest = models.CharField(_("ハッシュ"), max_length=64, unique=True)
    scopes = models.JSONField(_("権限の範囲"), default=list)
    created_at = models.DateTimeField(_("作成日時"))
    expires_at = models.DateTimeField(_("有効期限"), null=True, blank=True)
    last_used_on = models.DateField(_("最後に使った日"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("取消日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("APIトークン")
        verbose_name_plural = _("APIトークン")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"

    def is_usable(self, at: datetime) -> bool:
        """Whether the token is neither revoked nor expired at this instant."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)
