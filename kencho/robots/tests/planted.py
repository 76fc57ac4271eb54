"""What tests plant: the shelf, the secrets of the old system, and names that must turn up nowhere else. No Django here."""

from pathlib import Path
from typing import Any

from kencho.robots.tests.standin.application import ACCOUNT, PASSWORD

SHELF = Path(__file__).resolve().parent / "shelf"


def secrets_of(body: str) -> dict[str, str]:
    """The variables by which robots of a body get into the old system."""
    prefix = f"KENCHO_ROBOT_SECRET_{body}_LEDGER"
    return {f"{prefix}_ACCOUNT": ACCOUNT, f"{prefix}_PASSWORD": PASSWORD}


SECRETS = secrets_of("240001")
# Names that must be nowhere but in the old system's ledger and in items that still wait.
NAME, KANA, ADDRESS, TELEPHONE = (
    "鳳凰院 凶真",
    "ホウオウイン キョウマ",
    "三重県津市広明町十三番地の謎",
    "059-224-9999",
)


def entry(number: str = "24000-26-000001-3", **more: Any) -> dict[str, Any]:
    """A valid input of the entry robots."""
    return {
        "number": number,
        "applicant_name": NAME,
        "applicant_kana": KANA,
        "applicant_address": ADDRESS,
        "applicant_telephone": TELEPHONE,
        "subject_title": "図書館の利用",
        "decided_on": "2026-06-10",
        "decision": "承認",
        "is_issued": True,
        **more,
    }
