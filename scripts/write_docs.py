"""Write the generated half of docs/reference from the code, or check that it is up to date."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import django
import yaml
from django.apps import AppConfig

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
GLOSSARY = ROOT / "seeds" / "glossary.yaml"
SHEET = ROOT / "seeds" / "policy" / "measure406.yaml"
HEAD = "<!-- この文書は `make docs` が作ります。手で直さないでください。 -->\n\n"


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += [
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """Environment variables."""
    from config.env import SETTINGS

    rows = [
        (f"`{s.name}`", s.kind, f"`{s.default}`" if s.default else "—", s.help) for s in SETTINGS.values()
    ]
    return (
        "# 設定\n\n環境変数で指定します。秘密は `<名前>_FILE` でファイルから読むこともできます。\n\n"
        + _table(("名前", "種類", "省略時", "説明"), rows)
    )


def _kencho_apps() -> list[AppConfig]:
    from django.apps import apps

    return [app for app in apps.get_app_configs() if app.name.startswith("kencho.")]


def glossary_page() -> str:
    """Models and their Japanese names."""
    rows = [
        (str(model._meta.verbose_name), f"`{model.__name__}`", f"`{app.label}`")  # noqa: SLF001  # Django's documented model API
        for app in _kencho_apps()
        for model in app.get_models()
    ]
    return "# 用語（モデル）\n\n" + _table(("日本語", "識別子", "アプリ"), rows)


def terms_page() -> str:
    """One Japanese term, one identifier: seeds/glossary.yaml."""
    names = {app.label: str(app.verbose_name) for app in _kencho_apps()}
    rows = [
        (
            each["term"],
            f"`{each['identifier']}`",
            f"`{each['app']}` {names[each['app']]}" if each["app"] in names else f"`{each['app']}`",
            each["source"],
            each.get("note", "—"),
        )
        for each in yaml.safe_load(GLOSSARY.read_text(encoding="utf-8"))
    ]
    return (
        "# 用語集\n\n"
        "日本語の一つの語に、識別子を一つだけ当てます。コード、API、アドレス、監査記録の符号は、この識別子で書きます。"
        "もとは `seeds/glossary.yaml` です。表の名前の一覧は [用語（モデル）](models.md) にあります。\n\n"
        "時刻は `_at`、日は `_on`、年度は `_year`（始まりの年）で終わる名前にします。"
        "ローマ字は、英語に当たる語がないとき（`wareki`、`kana`）だけ使います。\n\n"
        "出どころ: L 日本法令外国語訳で確かめた訳、L' その慣用（まだ照らしていないもの）、G 政府相互運用性フレームワーク、"
        "S ほかの公的な英語、K Kencho の定め。\n\n"
        + _table(("日本語", "識別子", "主に使うところ", "出どころ", "注"), rows)
    )


def events_page() -> str:
    """Events and their subscribers."""
    from kencho.foundation.events import Event, subscribers_of

    rows = [
        (
            f"`{name}`",
            (kind.__doc__ or "").splitlines()[0],
            "、".join(f"`{s}`" for s in subscribers_of(name)) or "—",
        )
        for name, kind in sorted(Event.registry.items())
    ]
    return "# 出来事（イベント）\n\n" + _table(("名前", "意味", "受け手"), rows)


def tasks_page() -> str:
    """What the queue can be asked to do."""
    from kencho.foundation import queue

    return "# 待ち行列の作業\n\n" + "\n".join(f"- `{name}`" for name in queue.registered()) + "\n"


def indicators_page() -> str:
    """Indicators that apps declare."""
    from kencho.foundation.indicators import indicators

    rows = [
        (f"`{i.code}`", str(i.title), str(i.unit), i.measure.value, str(i.explanation)) for i in indicators
    ]
    return "# 指標\n\n" + _table(("コード", "名称", "単位", "積み上げ方", "説明"), rows)


def commands_page() -> str:
    """Management commands."""
    from django.core.management import get_commands, load_command_class

    rows = [
        (f"`kencho {name}`", str(load_command_class(app, name).help))
        for name, app in sorted(get_commands().items())
        if str(app).startswith("kencho.")
    ]
    return "# コマンド\n\n" + _table(("コマンド", "働き"), rows)


def _urls(patterns: Sequence[Any], prefix: str = "") -> Iterator[tuple[str, str, object]]:
    from django.urls import URLPattern, URLResolver

    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _urls(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.name or "", entry.callback


def permissions_page() -> str:
    """Addresses and who may open them."""
    from config.urls import urlpatterns

    words = {
        "public": "だれでも",
        "signed_in": "サインインした人",
        "staff": "職員",
        "secret": "本人だけが知るもの",
    }
    rows = []
    for path, name, callback in _urls(list(urlpatterns)):
        access = getattr(callback, "access", None)
        if access is not None:
            rows.append((f"`/{path}`", f"`{name}`", words.get(access.kind, access.kind), access.permission))
    return "# ページと権限\n\n" + _table(("アドレス", "名前", "開ける人", "権限・理由"), sorted(rows))


def mission_map_page() -> str:
    """Program of 施策406 → app → indicator → page."""
    from kencho.foundation.indicators import indicators
    from kencho.foundation.registry import navigation

    apps = _kencho_apps()
    programs: dict[str, str] = {
        each["code"]: each["name"] for each in yaml.safe_load(SHEET.read_text(encoding="utf-8"))["programs"]
    }
    parts = ["# 使命の地図\n\n施策406の基本事業ごとに、受け持つアプリ、その指標、職員の画面を並べます。\n"]
    for code, name in programs.items():
        rows = [
            (
                f"`{app.label}` {app.verbose_name}",
                "、".join(str(i.title) for i in indicators if i.code.startswith(f"{app.label}.")) or "—",
                "、".join(str(n.label) for n in navigation if n.code.startswith(f"{app.label}.")) or "—",
            )
            for app in apps
            if code in getattr(app, "serves", ())
        ]
        parts.append(f"## {code} {name}\n\n" + _table(("アプリ", "指標", "画面"), rows))
    return "\n".join(parts)


PAGES = {
    "../explanation/mission-map.md": mission_map_page,
    "settings.md": settings_page,
    "glossary.md": terms_page,
    "models.md": glossary_page,
    "events.md": events_page,
    "tasks.md": tasks_page,
    "indicators.md": indicators_page,
    "commands.md": commands_page,
    "permissions.md": permissions_page,
}


def main() -> int:
    """Write or check."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    stale = []
    for name, make in PAGES.items():
        file, text = REFERENCE / name, HEAD + make()
        if "--check" in sys.argv:
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            REFERENCE.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if stale:
        print(f"docs/reference の {'、'.join(stale)} が古くなっています。make docs を実行してください。")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
