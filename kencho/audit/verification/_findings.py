"""What verification found, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MAX_KEPT = 1000


class FindingKind(StrEnum):
    """Sorts of damage."""

    ENTRY_CHANGED = "entry_changed"
    ENTRY_REMOVED = "entry_removed"
    ENTRY_FORGED = "entry_forged"
    ENTRY_COPIED = "entry_copied"
    ENTRY_LEFT_OUT = "entry_left_out"
    MEMBER_CHANGED = "member_changed"
    MEMBER_REMOVED = "member_removed"
    MEMBER_INSERTED = "member_inserted"
    SEAL_CHANGED = "seal_changed"
    SEAL_REMOVED = "seal_removed"
    SEAL_INSERTED = "seal_inserted"
    HEAD_CHANGED = "head_changed"
    HEAD_REMOVED = "head_removed"
    GUARD_REMOVED = "guard_removed"
    EXPECTATION_FAILED = "expectation_failed"


SENTENCES: dict[FindingKind, Promise] = {
    FindingKind.ENTRY_CHANGED: gettext_lazy(
        "記録 %(entry)s は、封印した後に書き換えられています（封印 %(seal)s の %(position)s 番目）。"
    ),
    FindingKind.ENTRY_REMOVED: gettext_lazy(
        "記録 %(entry)s は、封印した後に消されています（封印 %(seal)s の %(position)s 番目）。"
    ),
    FindingKind.ENTRY_FORGED: gettext_lazy(
        "記録 %(entry)s は、認証コードが合いません。書き換えられたか、手で加えられた記録です。"
    ),
    FindingKind.ENTRY_COPIED: gettext_lazy(
        "記録 %(entry)s は、同じ記録がほかにもあります（写しが加えられています）。"
    ),
    FindingKind.ENTRY_LEFT_OUT: gettext_lazy(
        "記録 %(entry)s は、書かれてから1日を過ぎても封印されていません。封印の処理が止まっているか、封印から外されています。"
    ),
    FindingKind.MEMBER_CHANGED: gettext_lazy(
        "封印 %(seal)s の %(position)s 番目（記録 %(entry)s）の葉の値が書き換えられています。"
    ),
    FindingKind.MEMBER_REMOVED: gettext_lazy("封印 %(seal)s の %(position)s 番目の控えが消されています。"),
    FindingKind.MEMBER_INSERTED: gettext_lazy(
        "封印 %(seal)s に、封印のときになかった控えが加えられています（%(position)s 番目、記録 %(entry)s）。"
    ),
    FindingKind.SEAL_CHANGED: gettext_lazy("封印 %(seal)s が書き換えられています（%(note)s）。"),
    FindingKind.SEAL_REMOVED: gettext_lazy("封印 %(seal)s が消されています。"),
    FindingKind.SEAL_INSERTED: gettext_lazy("封印 %(seal)s は、手で加えられています。"),
    FindingKind.HEAD_CHANGED: gettext_lazy(
        "最新の封印を示す行が書き換えられています（封印 %(seal)s）。新しい封印が消されていないか、控えと照らしてください。"
    ),
    FindingKind.HEAD_REMOVED: gettext_lazy(
        "最新の封印を示す行が消されています。新しい封印が消されていないか、控えと照らしてください。"
    ),
    FindingKind.GUARD_REMOVED: gettext_lazy(
        "書き換えと削除を止めるデータベースの仕掛け %(note)s がありません。"
    ),
    FindingKind.EXPECTATION_FAILED: gettext_lazy("封印 %(seal)s は、控えておいたハッシュと一致しません。"),
}


@dataclass(frozen=True, order=True)
class Finding:
    """One damaged row; ``entry``, ``seal`` and ``position`` (from 0) say which, as far as it can be known."""

    kind: FindingKind
    entry: int | None = None
    seal: int | None = None
    position: int | None = None
    note: str = ""

    @property
    def sentence(self) -> str:
        """In Japanese (or the language of the reader)."""
        unknown = _("不明")
        return str(SENTENCES[self.kind]) % {
            "entry": unknown if self.entry is None else self.entry,
            "seal": unknown if self.seal is None else self.seal,
            "position": unknown if self.position is None else self.position + 1,
            "note": self.note,
        }


@dataclass
class Report:
    """The outcome. ``findings`` holds at most ``MAX_KEPT``; ``count`` counts all."""

    entries: int = 0
    sealed: int = 0
    unsealed: int = 0
    seals: int = 0
    head_number: int = 0
    head_hash: str = ""
    count: int = 0
    forged: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return self.count == 0

    @property
    def has_foreign_key(self) -> bool:
        """Whether every single code fails, which another secret key explains better than an attack."""
        return self.entries > 0 and self.forged == self.entries

    def add(self, finding: Finding) -> None:
        """Note one."""
        self.count += 1
        self.forged += finding.kind == FindingKind.ENTRY_FORGED
        if len(self.findings) < MAX_KEPT:
            self.findings.append(finding)

    def lines(self) -> Iterator[str]:
        """The findings as sentences."""
        for finding in self.findings:
            yield finding.sentence
        if self.count > len(self.findings):
            yield _("ほかに %(n)s 件あります。") % {"n": f"{self.count - len(self.findings):,}"}
