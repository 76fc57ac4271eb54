"""What every reader gives: a dataset elsewhere with its files, or the reason why one cannot be taken."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date

MOST_LINKS = 200
MOST_KEYWORDS = 50


@dataclass(frozen=True)
class Link:
    """A file where it lies. `format` as the source names it, upper case."""

    title: str
    url: str
    format: str = ""


@dataclass(frozen=True)
class Record:
    """A dataset of a source. Texts are plain and cut to what the catalogue holds."""

    external_id: str
    title: str
    description: str = ""
    url: str = ""
    keywords: tuple[str, ...] = ()
    license: str = ""
    frequency: str = ""
    theme: str = ""
    modified_on: date | None = None
    links: tuple[Link, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over everything, so that an unchanged record is recognised."""
        return hashlib.sha256(
            json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str).encode()
        ).hexdigest()


@dataclass(frozen=True)
class BadRecord:
    """One that cannot be taken, and why: `no_id`, `no_title`, `not_an_object`, `no_resources`."""

    external_id: str
    code: str


TAG = re.compile(r"<[^<>]{0,500}>")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def text(value: object, most: int) -> str:
    """A plain text out of whatever stands there: language maps give Japanese first, markup is dropped."""
    if isinstance(value, dict):
        value = value.get("ja") or value.get("@value") or next(iter(value.values()), "")
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, (str, int, float)):
        return ""
    return CONTROL.sub("", TAG.sub("", str(value))).strip()[:most]


def web_address(value: object) -> str:
    """An http(s) address, or nothing: other schemes (javascript:, file:) are never offered to readers."""
    found = text(value, 1000)
    return found if re.match(r"https?://[^\s]+$", found) else ""


def day(value: object) -> date | None:
    """The day of an ISO date or time; nothing when it is none."""
    try:
        return date.fromisoformat(text(value, 10))
    except ValueError:
        return None


def words(value: object) -> tuple[str, ...]:
    """Keywords from a list, or from one text with commas."""
    parts = (
        value
        if isinstance(value, list)
        else re.split(r"[,、，;；\n]", value)
        if isinstance(value, str)
        else []
    )
    found = [
        text(part.get("display_name") or part.get("name") if isinstance(part, dict) else part, 60)
        for part in parts
    ]
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_KEYWORDS]


def made(
    external_id: object,
    title: object,
    *,
    description: object = "",
    url: object = "",
    keywords: object = (),
    license: object = "",
    frequency: object = "",
    theme: object = "",
    modified: object = "",
    links: tuple[Link, ...] = (),
) -> Record | BadRecord:
    """A record of cleaned values, or why there is none."""
    identity, name = text(external_id, 300), text(title, 200)
    if not identity:
        return BadRecord("", "no_id")
    if not name:
        return BadRecord(identity, "no_title")
    return Record(
        external_id=identity,
        title=name,
        description=text(description, 5000),
        url=web_address(url),
        keywords=words(keywords),
        license=_license(text(license, 200)),
        frequency=_frequency(text(frequency, 100)),
        theme=_theme(text(theme, 200)),
        modified_on=day(modified),
        links=tuple(link for link in links if link.url)[:MOST_LINKS],
    )


def _license(said: str) -> str:
    plain = re.sub(r"[\s_-]", "", said.casefold())
    if "cc0" in plain or "publicdomain/zero" in plain:
        return "CC0-1.0"
    if ("ccby" in plain or "licenses/by/" in plain) and not re.search(r"by(nc|sa|nd)|by/(nc|sa|nd)", plain):
        return "CC-BY-4.0"
    if "pdl" in plain or "公共データ利用規約" in said:
        return "PDL-1.0"
    return "other"


FREQUENCIES = {
    "DAILY": "daily",
    "R/P1D": "daily",
    "毎日": "daily",
    "WEEKLY": "weekly",
    "R/P1W": "weekly",
    "毎週": "weekly",
    "MONTHLY": "monthly",
    "R/P1M": "monthly",
    "毎月": "monthly",
    "QUARTERLY": "quarterly",
    "R/P3M": "quarterly",
    "ANNUAL": "annual",
    "R/P1Y": "annual",
    "年次": "annual",
    "毎年": "annual",
    "NEVER": "once",
}


def _frequency(said: str) -> str:
    return FREQUENCIES.get(said.rsplit("/", 1)[-1].upper(), FREQUENCIES.get(said, "irregular"))


def _theme(said: str) -> str:
    code = said.rsplit("/", 1)[-1].upper()
    known = {
        "AGRI",
        "ECON",
        "EDUC",
        "ENER",
        "ENVI",
        "GOVE",
        "HEAL",
        "INTR",
        "JUST",
        "REGI",
        "SOCI",
        "TECH",
        "TRAN",
    }
    return code if code in known else "GOVE"
