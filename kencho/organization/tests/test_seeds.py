"""Loading the data files that come with Kencho, made-up staff, and the commands."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from kencho.accounts.models import User
from kencho.audit.models import Entry
from kencho.foundation import clock
from kencho.foundation.actors import system
from kencho.organization import queries, services
from kencho.organization.models import Body, Post, StaffMember, Unit

SEEDS = Path(settings.BASE_DIR) / "seeds" / "organization"
BY = system("test")
DAY = date(2026, 4, 1)


@pytest.fixture
def loaded(db: None) -> services.Loaded:
    return services.load_organization(SEEDS, by=BY, at=clock.now())


def test_the_prefecture_and_its_29_municipalities(loaded: services.Loaded) -> None:
    assert (loaded.bodies, Body.objects.count()) == (30, 30)
    mie = Body.objects.get(code="240001")
    assert (mie.name, mie.head_title, mie.postal_code) == ("三重県", "知事", "5148570")
    assert queries.divisions_on(mie, DAY).count() == 167
    assert queries.divisions_on(mie, date(2018, 4, 1)).count() == 167
    assert queries.executive_of(mie, DAY) is not None


def test_loading_again_changes_nothing(loaded: services.Loaded) -> None:
    entries = Entry.objects.count()
    again = services.load_organization(SEEDS, by=BY, at=clock.now())
    assert again == services.Loaded(0, 0, 0)
    assert Entry.objects.count() == entries


def test_what_the_office_corrected_stays(loaded: services.Loaded) -> None:
    Unit.objects.filter(body__code="240001", code="03009").update(telephone="059-224-3000")
    services.load_organization(SEEDS, by=BY, at=clock.now())
    assert Unit.objects.get(body__code="240001", code="03009").telephone == "059-224-3000"


def test_the_successor_chain_of_the_example(loaded: services.Loaded) -> None:
    first = Unit.objects.get(body__code="240001", code="03007")
    assert queries.successor_on(first, date(2019, 1, 1)).name == "情報システム課"
    assert queries.successor_on(first, date(2020, 7, 1)).name == "スマート改革推進課"
    assert queries.successor_on(first, DAY).name == "デジタル戦略企画課"


def test_posts_follow_the_kind_of_body(loaded: services.Loaded) -> None:
    assert Post.objects.get(body__slug="kisosaki", code="HEAD").name == "町長"
    assert not Post.objects.filter(body__slug="kisosaki", code="DEPARTMENT_DIRECTOR").exists()
    office = Unit.objects.filter(body__code="240001", form="地域機関").first()
    assert office is not None
    assert Post.objects.get(body__code="240001", code="DIVISION_DIRECTOR").title_in(office) == "所長"


def test_made_up_staff_fill_every_division_the_same_way_each_time(loaded: services.Loaded) -> None:
    names = services.read_names(SEEDS / "names.yaml")
    body = Body.objects.get(slug="kisosaki")
    staff = services.make_staff(
        body=body, on=DAY, names=names, rng=Random(1), password="demo", by=BY, at=clock.now()
    )
    for division in queries.divisions_on(body, DAY):
        codes = [held.post.code for held in queries.posts_in(division, DAY)]
        assert codes[:2] == ["DIVISION_DIRECTOR", "DIVISION_DEPUTY"]
        assert codes.count("SECTION_CHIEF") == 2
        assert 8 <= len(codes) <= 10
    assert User.objects.filter(kind="staff").count() == len(staff)
    assert staff[0].user is not None
    assert staff[0].user.check_password("demo")
    drawn = [names.draw(rng) for rng in (Random(5), Random(5))]
    assert drawn[0] == drawn[1]
    again = services.make_staff(
        body=body, on=DAY, names=names, rng=Random(1), password=None, by=BY, at=clock.now()
    )
    assert again == []


def test_a_missing_file_is_named(db: None, tmp_path: Path) -> None:
    with pytest.raises(services.UnableToLoad, match=r"posts\.yaml"):
        services.load_organization(tmp_path, by=BY, at=clock.now())
    with pytest.raises(CommandError, match=r"posts\.yaml"):
        call_command("load_organization", str(tmp_path))


def test_an_unknown_successor_is_named(db: None, tmp_path: Path) -> None:
    (tmp_path / "posts.yaml").write_text("posts: []\n")
    (tmp_path / "bodies.yaml").write_text(
        "bodies: [{code: '990001', name: x, slug: x, kind: town, address: y}]\n"
    )
    (tmp_path / "units.yaml").write_text(
        "bodies: [{body: '990001', divisions: [{code: '1', name: a, valid_from: 2020-04-01, valid_to: 2021-04-01,"
        " successor: '2'}]}]\n"
    )
    with pytest.raises(services.UnableToLoad, match="990001 1: 2"):
        services.load_organization(tmp_path, by=BY, at=clock.now())
    assert not Body.objects.exists()


def test_the_first_administrator(loaded: services.Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "--body",
        "240001",
        "--number",
        "A1",
        "--name",
        "初代 管理",
        "--unit",
        "03009",
        "--no-password",
    ]
    call_command("staff_user", "Admin@Example.jp", *arguments)
    staff = StaffMember.objects.get(number="A1")
    assert staff.user is not None
    assert staff.user.email == "admin@example.jp"
    desk = queries.desk_of(staff.user, clock.day_of(clock.now()))
    assert desk is not None
    assert desk.has_role("organization_admin")
    with pytest.raises(CommandError):
        call_command("staff_user", "admin@example.jp", *arguments)
    with pytest.raises(CommandError, match="組織 nowhere"):
        call_command("staff_user", "x@example.jp", *arguments[:6], "--unit", "nowhere", "--no-password")
