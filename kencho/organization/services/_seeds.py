"""Loading bodies, posts and units from data files. Loading twice changes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Body, Post, Unit

HEAD_POST = "HEAD"
EXECUTIVE_CODE = "000"
_BODY_TEXTS = {
    "name": "name",
    "kana": "kana",
    "name_en": "en",
    "slug": "slug",
    "kind": "kind",
    "office": "office",
}
_UNIT_TEXTS = ("name", "kana", "name_en", "document_symbol", "form", "telephone", "email")
_POST_LEVELS = {
    "body": Unit.Level.EXECUTIVE,
    "department": Unit.Level.DEPARTMENT,
    "division": Unit.Level.DIVISION,
    "section": Unit.Level.SECTION,
}


class UnableToLoad(Exception):
    """A file is missing or names something that does not exist; the message says which."""


@dataclass(frozen=True)
class Loaded:
    """How many rows a load made or changed."""

    bodies: int
    posts: int
    units: int


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise UnableToLoad(str(path.name))
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


@transaction.atomic
def load_organization(seed_dir: Path, *, by: Actor, at: datetime) -> Loaded:
    """Load bodies.yaml, posts.yaml and units.yaml of a folder; only what differs is written, each body audited once."""
    post_specs = _read(seed_dir / "posts.yaml")["posts"]
    unit_specs = {entry["body"]: entry for entry in _read(seed_dir / "units.yaml")["bodies"]}
    counts = [0, 0, 0]
    for spec in _read(seed_dir / "bodies.yaml")["bodies"]:
        body, wrote = _load_body(spec, post_specs)
        posts = _load_posts(body, post_specs)
        units = _load_units(body, unit_specs.get(body.code))
        for place, number in enumerate((int(wrote), posts, units)):
            counts[place] += number
        if wrote or posts or units:
            audit.record(
                "organization.body.load",
                body,
                by=by,
                at=at,
                label=body.name,
                body=body.code,
                details={"posts": posts, "units": units},
            )
    return Loaded(*counts)


def _load_body(spec: Mapping[str, Any], post_specs: list[dict[str, Any]]) -> tuple[Body, bool]:
    head = next((post for post in post_specs if post["code"] == HEAD_POST), None)
    wanted = {name: str(spec.get(key, "")) for name, key in _BODY_TEXTS.items()} | {
        "postal_code": str(spec.get("postal_code", "")).replace("-", ""),
        "address": f"{spec.get('county', '')}{spec['address']}"
        if _lacks_county(spec)
        else str(spec["address"]),
        "legal_entity_number": str(spec.get("legal_entity_number", "")),
        "head_title": head["names"].get(spec["kind"], "") if head else "",
    }
    body = Body.objects.filter(code=spec["code"]).first()
    if body is None:
        return Body.objects.create(code=spec["code"], **wanted), True
    return body, _update(body, wanted)


def _lacks_county(spec: Mapping[str, Any]) -> bool:
    county = str(spec.get("county", ""))
    return bool(county) and not str(spec["address"]).startswith(county)


def _update(row: Body | Post | Unit, wanted: Mapping[str, Any]) -> bool:
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


def _load_posts(body: Body, specs: list[dict[str, Any]]) -> int:
    kept = {post.code: post for post in Post.objects.filter(body=body)}
    count = 0
    for spec in specs:
        if body.kind not in spec["names"]:
            continue
        wanted = {
            "name": spec["names"][body.kind],
            "name_en": spec.get("names_en", {}).get(body.kind, ""),
            "rank": spec["rank"],
            "is_head": spec["is_head"],
            "level": _POST_LEVELS[spec["level"]],
            "regional_name": spec.get("regional_name", ""),
            "regional_name_en": spec.get("regional_name_en", ""),
        }
        post = kept.get(spec["code"])
        if post is None:
            Post.objects.create(body=body, code=spec["code"], **wanted)
            count += 1
        else:
            count += _update(post, wanted)
    return count


@dataclass(frozen=True)
class _UnitSpec:
    entry: Mapping[str, Any]
    level: str
    parent_code: str


def _unit_specs(content: Mapping[str, Any]) -> Iterator[_UnitSpec]:
    for department in content.get("departments", ()):
        yield _UnitSpec(department, Unit.Level.DEPARTMENT, "")
        for division in department.get("divisions", ()):
            yield _UnitSpec(division, Unit.Level.DIVISION, department["code"])
            for section in division.get("sections", ()):
                yield _UnitSpec(section, Unit.Level.SECTION, division["code"])
    for division in content.get("divisions", ()):
        yield _UnitSpec(division, Unit.Level.DIVISION, "")


def _load_units(body: Body, content: Mapping[str, Any] | None) -> int:
    if content is None:
        return 0
    specs = list(_unit_specs(content))
    first_day = min(_day(spec.entry["valid_from"]) for spec in specs)
    executive = {"code": EXECUTIVE_CODE, "name": body.head_title or body.name, "valid_from": first_day}
    specs.insert(0, _UnitSpec(executive, Unit.Level.EXECUTIVE, ""))
    units = {(unit.code, unit.valid_from): unit for unit in Unit.objects.filter(body=body)}
    count = 0
    for spec in specs:
        parent = _covering(units.values(), spec.parent_code, _day(spec.entry["valid_from"]))
        if spec.parent_code and parent is None:
            raise UnableToLoad(f"{body.code} {spec.entry['code']}: {spec.parent_code}")
        count += _load_unit(body, spec, parent, units)
    return count + _load_successors(body, specs, units)


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _covering(units: Any, code: str, day: date) -> Unit | None:
    return next((unit for unit in units if unit.code == code and unit.is_valid_on(day)), None)


def _load_unit(body: Body, spec: _UnitSpec, parent: Unit | None, units: dict[tuple[str, date], Unit]) -> int:
    entry = spec.entry
    begins = _day(entry["valid_from"])
    ends = entry.get("valid_to")
    wanted: dict[str, Any] = {name: str(entry.get(name, "")) for name in _UNIT_TEXTS}
    wanted |= {"level": spec.level, "parent": parent}
    if ends is not None:
        wanted["valid_to"] = _day(ends)
    kept = units.get((entry["code"], begins))
    if kept is None:
        units[entry["code"], begins] = Unit.objects.create(
            body=body, code=entry["code"], valid_from=begins, **wanted
        )
        return 1
    # What the office changed on its own pages (contact points) stays unless the file says something.
    return _update(kept, {name: value for name, value in wanted.items() if value not in ("", None)})


def _load_successors(body: Body, specs: list[_UnitSpec], units: dict[tuple[str, date], Unit]) -> int:
    count = 0
    for spec in specs:
        code = spec.entry.get("successor")
        if not code:
            continue
        ended = units[spec.entry["code"], _day(spec.entry["valid_from"])]
        heir = _covering(units.values(), code, _day(spec.entry["valid_to"]))
        if heir is None:
            raise UnableToLoad(f"{body.code} {ended.code}: {code}")
        count += _update(ended, {"successor": heir})
    return count
