"""Settings of Kencho: the only place besides config/urls.py that knows all apps."""

import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from config import env

# Lets code write ModelForm[Body] and the like, which type checkers need and Django itself only partly allows.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where things are kept ---------------------------------------------------------------------------------------
VAR_DIR = env.folder(
    "KENCHO_VAR", BASE_DIR / "var", shown="var", help="データベース・添付ファイル・鍵を置くフォルダー"
)
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    given = env.secret("KENCHO_SECRET_KEY", help="署名用の秘密の値。省略すると初回起動時に作って保存します")
    if given:
        return given
    kept = VAR_DIR / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return kept.read_text(encoding="ascii").strip()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = [
    key
    for key in env.secret(
        "KENCHO_OLD_SECRET_KEYS",
        help="取り替える前の署名用の値（コンマ区切り）。古い監査記録を確かめるのに使う",
    ).split(",")
    if key
]
DEBUG = env.flag("KENCHO_DEBUG", help="開発用の詳しいエラー画面を出す（本番では使わない）")
DEMO = env.flag("KENCHO_DEMO", help="デモ環境として動かす（サインイン画面にデモ用の利用者を表示する）")
PUBLIC_URL = env.text("KENCHO_PUBLIC_URL", "http://127.0.0.1:8000", help="利用者から見たこのサイトのURL")
ALLOWED_HOSTS = env.words(
    "KENCHO_HOSTS", "127.0.0.1,localhost,[::1]", help="受け付けるホスト名（コンマ区切り）"
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("https") else []

# --- Apps, in the order of the house (lowest first) ---------------------------------------------------------------
KENCHO_APPS = [
    "kencho.foundation",
    "kencho.audit",
    "kencho.accounts",
    "kencho.organization",
    "kencho.files",
    "kencho.notifications",
    "kencho.approvals",
    "kencho.records",
    "kencho.procedures",
    "kencho.applications",
    "kencho.surveys",
    "kencho.workplace",
    "kencho.reforms",
    "kencho.catalog",
    "kencho.intake",
    "kencho.robots",
    "kencho.policy",
    "kencho.portal",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *KENCHO_APPS,
]

MIDDLEWARE = [
    "kencho.foundation.middleware.FaultPages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kencho.foundation.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kencho.organization.middleware.CurrentStaff",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # allauth comes earlier in INSTALLED_APPS; without this its own pages would win over ours.
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "kencho" / "accounts" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kencho.portal.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: embedded SQLite unless a URL is given --------------------------------------------------------------
DATABASE_URL = env.secret(
    "KENCHO_DATABASE_URL", help="PostgreSQLのURL（postgresql://利用者:暗証@ホスト/名前）。省略時はSQLite"
)


def _database(url: str) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "kencho.sqlite3",
            # Opening the file anew for each request would read the whole schema, closing it would sync the disk.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # IMMEDIATE: a transaction that will write takes its turn at once instead of failing half-way.
                "transaction_mode": "IMMEDIATE",
                "timeout": env.number("KENCHO_SQLITE_TIMEOUT", 20, help="SQLiteの書き込みの順番を待つ秒数"),
                # FULL: a receipt that was shown survives a power cut.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                ),
            },
            "TEST": {"NAME": VAR_DIR / "test.sqlite3"},
        }
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Language and time: Japanese sources, stored in UTC, shown in JST ---------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("英語"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

# --- Static files -------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# Served straight from the source folders: a fresh start needs no collecting step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- Uploaded files -----------------------------------------------------------------------------------------------
FILES_DIR = VAR_DIR / "files"
FILES_STORAGE = env.text("KENCHO_FILES_STORAGE", "filesystem", help="添付の置き場所（filesystem か s3）")
FILES_BUCKET = env.text("KENCHO_FILES_BUCKET", help="s3 のときのバケット名")
FILES_ENDPOINT = env.text("KENCHO_FILES_ENDPOINT", help="s3 互換サーバーのURL（AWS以外のとき）")
CLAMD_ADDRESS = env.text(
    "KENCHO_CLAMD", help="ウイルス検査サーバー clamd の場所（host:port）。省略時は使わない"
)
DRAFT_DAYS = env.number(
    "KENCHO_DRAFT_DAYS", 30, help="申請の下書きを、最後に保存してから残しておく日数。過ぎたら消す"
)
UPLOAD_DAYS = env.number(
    "KENCHO_UPLOAD_DAYS", 7, help="申請に使われなかった添付を残しておく日数。下書きがあるうちは消さない"
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

GUEST_DRAFTS_PER_HOUR = env.number(
    "KENCHO_GUEST_DRAFTS",
    120,
    help="サインインしていない人が、一つの接続元から一時間にはじめられる申請の数",
)

# --- Robots -------------------------------------------------------------------------------------------------------
ROBOTS_DIRS = env.words("KENCHO_ROBOTS_DIR", help="ロボットのパッケージを置くフォルダー（コンマ区切り）")
ROBOT_SECRETS_DIR = env.text(
    "KENCHO_ROBOT_SECRETS_DIR", help="ロボットの利用者名と暗証を、参照名をファイル名として置くフォルダー"
)
ROBOT_USER = env.text(
    "KENCHO_ROBOT_USER", "nobody", help="rootで動かすとき、ロボットの処理を移す利用者（権限のない人）"
)
ROBOT_KEEP_DAYS = env.number(
    "KENCHO_ROBOT_KEEP_DAYS", 90, help="ロボットの失敗の画面、運転の記録、手で入れた入力を残しておく日数"
)
ROBOT_NO_SANDBOX = env.flag(
    "KENCHO_ROBOT_NO_SANDBOX", help="ブラウザーを隔離せずにロボットを動かす（試験のときだけ）"
)

# --- Paper: scans are read and become applications ---------------------------------------------------------------
INTAKE_FOLDER = env.folder(
    "KENCHO_INTAKE_FOLDER",
    VAR_DIR / "intake",
    shown="var/intake",
    help="複合機がスキャンを置くフォルダー。この下に、所属ごとの取込み口のフォルダーを作る",
)
INTAKE_MEGABYTES = env.number("KENCHO_INTAKE_MB", 200, help="一度に取り込めるスキャンの大きさ（MB）")
INTAKE_PAGES = env.number("KENCHO_INTAKE_PAGES", 500, help="一つのファイルから読むページ数の上限")
INTAKE_PARALLEL = env.number(
    "KENCHO_INTAKE_PARALLEL", 4, help="一つの束から同時に読むページ数。ワーカーの数に合わせる"
)
INTAKE_PAGE_SECONDS = env.number("KENCHO_INTAKE_PAGE_SECONDS", 60, help="一ページを読むのに待つ秒数の上限")
INTAKE_ORIGINAL_DAYS = env.number(
    "KENCHO_INTAKE_ORIGINAL_DAYS",
    30,
    help="スキャンの原本を残しておく日数。個人番号が見つかった束の原本は、読み終えたらすぐに消す",
)
INTAKE_KEEP_DAYS = env.number(
    "KENCHO_INTAKE_KEEP_DAYS",
    90,
    help="登録か取り消しの後に、ページの画像と読み取った項目を残しておく日数（申請に綴じた原本は別）",
)
INTAKE_MAIL_CA = env.text(
    "KENCHO_INTAKE_MAIL_CA", help="メールの取込み口の証明書を確かめる認証局のファイル。省略時はOSのもの"
)

# --- Open data: files are tidied, checked, published and queried ---------------------------------------------------
CATALOG_DROPS = env.folder(
    "KENCHO_CATALOG_DROPS",
    VAR_DIR / "drops",
    shown="var/drops",
    help="公開の準備のために送られている途中のファイルを置くフォルダー。Webプロセスが二台以上のときは共有の場所にする",
)
CATALOG_CACHE = env.folder(
    "KENCHO_CATALOG_CACHE",
    VAR_DIR / "catalog-cache",
    shown="var/catalog-cache",
    help="公開した表の配布用のファイルと、S3に置いた表の写しを置くフォルダー。消しても作り直す",
)
CATALOG_MEGABYTES = env.number(
    "KENCHO_CATALOG_MB", 2000, help="オープンデータとして置けるファイルの大きさ（MB）"
)
CATALOG_FIXER_ROWS = env.number(
    "KENCHO_CATALOG_FIXER_ROWS",
    50_000,
    help="これより行の多いCSVは、一つのセルずつの整え方をせず、列ごとの検査だけをする",
)
CATALOG_JOB_SECONDS = env.number(
    "KENCHO_CATALOG_JOB_SECONDS", 900, help="一つのファイルの読み取りと検査を待つ秒数の上限"
)
CATALOG_JOB_MEGABYTES = env.number(
    "KENCHO_CATALOG_JOB_MB", 1000, help="ファイルを読み取るプロセスのメモリーの上限（MB）"
)

# --- Keys of the office's seal ------------------------------------------------------------------------------------
SEALS_DIR = VAR_DIR / "seals"
SEALS_PASSPHRASE = env.secret("KENCHO_SEALS_PASSPHRASE", help="電子公印の秘密鍵を守る合言葉")

# --- Mail ---------------------------------------------------------------------------------------------------------
EMAIL_HOST = env.text("KENCHO_SMTP_HOST", help="メールサーバー。省略時は var/mail に保存するだけで送らない")
EMAIL_PORT = env.number("KENCHO_SMTP_PORT", 25, help="メールサーバーのポート")
EMAIL_HOST_USER = env.text("KENCHO_SMTP_USER", help="メールサーバーの利用者名")
EMAIL_HOST_PASSWORD = env.secret("KENCHO_SMTP_PASSWORD", help="メールサーバーのパスワード")
EMAIL_USE_TLS = env.flag("KENCHO_SMTP_TLS", help="STARTTLSを使う")
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
SECURITY_CONTACT = env.text(
    "KENCHO_SECURITY_CONTACT",
    "mailto:security@example.jp",
    help="弱点を見つけた人の連絡先（mailto: か https: で始める。security.txt に載る）",
)
DEFAULT_FROM_EMAIL = env.text("KENCHO_MAIL_FROM", "kencho@example.jp", help="差出人のメールアドレス")

WEBHOOK_NETWORKS = env.words(
    "KENCHO_WEBHOOK_NETWORKS", help="Webhookの送信を許す内部ネットワーク（CIDR、コンマ区切り）"
)

# --- Sign-in ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:after_sign_in"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Kencho"
# A passkey needs https except on this machine itself.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith(("http://127.0.0.1", "http://localhost"))
STAFF_MFA = env.flag(
    "KENCHO_STAFF_MFA", default=not DEMO, help="職員に二段階の確認（認証アプリかパスキー）を求める"
)
STAFF_EMAIL_DOMAINS = env.words(
    "KENCHO_STAFF_EMAIL_DOMAINS", help="職員用メールのドメイン（コンマ区切り）。利用者登録では使えない"
)
ACCOUNT_ADAPTER = "kencho.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "kencho.accounts.adapter.SocialAccountAdapter"
MFA_ADAPTER = "kencho.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "kencho.accounts.passkey_forms.PasskeyAddForm",
    "edit_webauthn": "kencho.accounts.passkey_forms.PasskeyEditForm",
}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "oidc"
ALLAUTH_TRUSTED_PROXY_COUNT = env.number(
    "KENCHO_PROXIES", 0, help="前に置いたプロキシの数（回数の制限が接続元を知るため）"
)
OIDC_SERVER = env.text("KENCHO_OIDC_SERVER", help="外部認証（OpenID Connect）のURL。https")
_OIDC = {
    "provider_id": env.text("KENCHO_OIDC_ID", "oidc", help="外部認証のURL上の名前"),
    "name": env.text("KENCHO_OIDC_NAME", "外部認証", help="画面に出す外部認証の名前"),
    "client_id": env.text("KENCHO_OIDC_CLIENT", help="外部認証のクライアントID"),
    "secret": env.secret("KENCHO_OIDC_SECRET", help="外部認証のクライアントの秘密"),
    "settings": {"server_url": OIDC_SERVER},
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [_OIDC] if OIDC_SERVER else []}
}

SESSION_ENGINE = "kencho.foundation.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
_SECURE = PUBLIC_URL.startswith("https")
SESSION_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SECURE = _SECURE
if _SECURE:
    # With this prefix browsers take the cookie from this very host only, never from one beside or below it.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SECURE_HSTS_SECONDS = 31536000 if _SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "kencho.portal.views.csrf_failure"

# --- Cache: counts of tries; a file that all processes of this machine share, so nothing else must run -------------
CACHES = {
    "default": {
        "BACKEND": "kencho.foundation.shared_cache.SharedCache",
        "LOCATION": VAR_DIR / "cache.sqlite3",
    }
}

# --- Logs: no personal data; one line per fact --------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "django.server": {"level": "WARNING"}},
}
