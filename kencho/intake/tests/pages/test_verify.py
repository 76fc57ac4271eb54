"""The verify screen: one clerk, the doubtful fields, what is taken and what is refused."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from kencho.applications.models import Application, Channel
from kencho.intake.models import FieldResult, FormTemplate, Sheet
from kencho.intake.tests.pages import papers
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, make_staff
from kencho.procedures.models import ProcedureVersion

ClientOf = Callable[[StaffMember], Client]
VERIFY = reverse("intake:verify")
State = FieldResult.State


def url(sheet: Sheet, name: str = "sheet", *more: int) -> str:
    return reverse(f"intake:{name}", args=[sheet.pk, *more])


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def opened(client: Client, sheet: Sheet) -> str:
    """Take it and open it."""
    assert client.post(url(sheet), {"take": "1"}).status_code == 302
    return text(client, url(sheet))


def right(sheet: Sheet) -> dict[str, str]:
    """Both doubtful fields as they are on the paper: the second candidate of the name, the amount typed."""
    family, amount = papers.field(sheet, "applicant.family"), papers.field(sheet, "amount")
    return {f"pick-{family.pk}": "2", f"pick-{amount.pk}": "typed", f"text-{amount.pk}": "１２，０００円"}


class TestTaking:
    """Two clerks never have the same sheet."""

    def test_the_next_sheet_goes_to_one_clerk_only(
        self, cast: Cast, sheet: Sheet, client_of: ClientOf
    ) -> None:
        assert client_of(cast.clerk).post(VERIFY)["Location"] == url(sheet)
        answer = client_of(cast.chief).post(VERIFY)
        assert answer["Location"] == VERIFY
        page = text(client_of(cast.chief), url(sheet))
        assert "担当 一郎さんが確認しています" in page
        assert 'name="text-' not in page

    def test_looking_at_the_list_takes_nothing(self, cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
        assert "確認をはじめる" in text(client_of(cast.clerk), VERIFY)
        sheet.refresh_from_db()
        assert sheet.held_by is None

    def test_letting_go_gives_it_to_others(self, cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
        clerk = client_of(cast.clerk)
        opened(clerk, sheet)
        assert clerk.post(url(sheet, "sheet_release")).status_code == 302
        assert client_of(cast.chief).post(VERIFY)["Location"] == url(sheet)

    def test_nothing_left_says_what_to_do(self, cast: Cast, client_of: ClientOf) -> None:
        assert "スキャンを取り込む" in text(client_of(cast.clerk), VERIFY)


class TestForm:
    """As an ordinary form, without a script."""

    def test_only_doubtful_fields_are_shown_and_all_when_asked(
        self, cast: Cast, sheet: Sheet, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        page = opened(client, sheet)
        assert page.count("data-field=") == 2
        assert "渡邊" in page
        every = text(client, url(sheet) + "?all=1")
        assert every.count("data-field=") == sheet.fields.count()
        assert "参加費に充てるため" in every
        assert "参加費に充てるため" not in page

    def test_everything_at_once_becomes_an_application(
        self, cast: Cast, sheet: Sheet, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        answer = client.post(url(sheet), right(sheet))
        assert answer["Location"] == url(sheet, "sheet_done")
        application = Application.objects.get()
        assert application.answers["applicant"]["family"] == "渡邊"
        assert application.answers["amount"] == 12000
        assert application.channel == Channel.POST
        page = text(client, url(sheet, "sheet_done"))
        assert application.number in page
        assert reverse("applications:case", args=[application.pk]) in page

    def test_what_cannot_be_read_is_said_and_nothing_is_kept(
        self, cast: Cast, sheet: Sheet, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        amount = papers.field(sheet, "amount")
        answer = client.post(url(sheet), {**right(sheet), f"text-{amount.pk}": "一万二千"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "整数で入力してください。" in page
        assert "一万二千" in page
        assert set(sheet.fields.filter(state=State.VERIFIED)) == set()

    def test_a_field_that_says_nothing_is_not_blank_by_accident(
        self, cast: Cast, sheet: Sheet, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        answer = client.post(url(sheet), {})
        assert answer.status_code == 422
        assert "「空欄」を選んでください" in answer.content.decode()

    def test_checking_confirms_nothing(self, cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        assert client.post(url(sheet), {**right(sheet), "check": "1"}).status_code == 200
        assert not sheet.fields.filter(state=State.VERIFIED).exists()

    def test_another_shape_of_a_letter_is_put_in_without_confirming(
        self, cast: Cast, sheet: Sheet, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        assert "邉" in opened(client, sheet)
        family = papers.field(sheet, "applicant.family")
        sent = {**right(sheet), f"pick-{family.pk}": "1", "swap": f"{family.pk}:1:邉"}
        answer = client.post(url(sheet), sent)
        assert answer.status_code == 200
        assert f'id="text-{family.pk}" value="渡邉"' in answer.content.decode()
        assert not sheet.fields.filter(state=State.VERIFIED).exists()
        # A shape that is none of this letter stays out.
        wrong = client.post(url(sheet), {**sent, "swap": f"{family.pk}:1:高"})
        assert "渡高" not in wrong.content.decode()

    def test_a_name_keeps_its_variation_sequence(self, cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        family = papers.field(sheet, "applicant.family")
        name = "渡邉\U000e0105"
        client.post(url(sheet), {**right(sheet), f"pick-{family.pk}": "typed", f"text-{family.pk}": name})
        assert Application.objects.get().answers["applicant"]["family"] == name

    def test_a_date_shows_its_western_day(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        made = papers.read(cast, version, doubtful={"born_on": ["1965-01-07"]})
        papers.settled(made, but=["born_on"])
        client = client_of(cast.clerk)
        assert "1965年1月2日（土）" in opened(client, made)
        born = papers.field(made, "born_on")
        sent = {f"pick-{born.pk}": "typed", f"text-{born.pk}": "昭和40年1月3日"}
        answer = client.post(url(made), {**sent, "check": "1"})
        assert "1965年1月3日（日）" in answer.content.decode()
        client.post(url(made), sent)
        assert Application.objects.get().answers["born_on"] == "1965-01-03"


class TestOneField:
    """As the script does it: each field by itself."""

    def test_each_field_is_kept_as_it_is_confirmed(
        self, cast: Cast, sheet: Sheet, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        family, amount = papers.field(sheet, "applicant.family"), papers.field(sheet, "amount")
        answer = client.post(url(sheet, "field_verify", family.pk), right(sheet))
        assert answer.json() == {"left": 1, "shown": "渡邊", "url": url(sheet, "sheet_finish")}
        assert papers.field(sheet, "applicant.family").final == "渡邊"
        last = client.post(url(sheet, "field_verify", amount.pk), right(sheet)).json()
        assert (last["left"], last["shown"]) == (0, "12000")
        assert client.post(last["url"])["Location"] == url(sheet, "sheet_done")
        assert Application.objects.get().answers["amount"] == 12000

    def test_a_wrong_value_is_refused_in_words(self, cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        amount = papers.field(sheet, "amount")
        sent = {f"pick-{amount.pk}": "typed", f"text-{amount.pk}": "？"}
        answer = client.post(url(sheet, "field_verify", amount.pk), sent)
        assert (answer.status_code, answer.json()) == (422, {"message": "整数で入力してください。"})

    def test_a_sheet_that_is_not_held_takes_nothing(
        self, cast: Cast, sheet: Sheet, client_of: ClientOf
    ) -> None:
        family = papers.field(sheet, "applicant.family")
        opened(client_of(cast.chief), sheet)
        answer = client_of(cast.clerk).post(url(sheet, "field_verify", family.pk), right(sheet))
        assert answer.status_code == 409
        assert papers.field(sheet, "applicant.family").state == State.DOUBTFUL

    def test_a_field_of_another_sheet_is_not_there(
        self, cast: Cast, version: ProcedureVersion, sheet: Sheet, client_of: ClientOf
    ) -> None:
        other = papers.read(cast, version, doubtful={"amount": []})
        client = client_of(cast.clerk)
        opened(client, sheet)
        elsewhere = papers.field(other, "amount")
        assert client.post(url(sheet, "field_verify", elsewhere.pk), {}).status_code == 404
        assert client.get(url(sheet, "field_crop", elsewhere.pk)).status_code == 404


class TestBlind:
    """Audits and second entries show nothing that was read or typed before."""

    def test_an_audited_field_shows_no_value(self, cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
        sheet.fields.filter(key="amount").update(state=State.AUDIT, is_audited=True)
        client = client_of(cast.clerk)
        page = opened(client, sheet)
        assert "抜取り検査" in page
        for value in ("12000", "12,000", "72000"):
            assert value not in page
        # The number of a candidate that was not shown picks nothing.
        amount = papers.field(sheet, "amount")
        answer = client.post(url(sheet, "field_verify", amount.pk), {f"pick-{amount.pk}": "1"})
        assert answer.status_code == 422

    def test_two_clerks_type_without_seeing_each_other(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        made = papers.read(cast, version, doubtful={"amount": ["72000"]})
        papers.settled(made, but=["amount"])
        made.fields.filter(key="amount").update(needs_second=True)
        amount = papers.field(made, "amount")
        first, second = client_of(cast.clerk), client_of(make_staff(cast.division, "S0500", "二人目 五"))
        opened(first, made)
        answer = first.post(url(made), {f"pick-{amount.pk}": "typed", f"text-{amount.pk}": "13500"})
        assert "ほかの職員の確認を待っています" in text(first, answer["Location"])
        # The first one does not get it again.
        assert first.post(VERIFY)["Location"] == VERIFY
        page = opened(second, made)
        assert "二人目の入力" in page
        for value in ("13500", "12000", "72000"):
            assert value not in page
        second.post(url(made), {f"pick-{amount.pk}": "typed", f"text-{amount.pk}": "13500"})
        assert Application.objects.get().answers["amount"] == 13500

    def test_when_two_differ_a_third_look_sees_both(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        made = papers.read(cast, version, doubtful={"amount": []})
        papers.settled(made, but=["amount"])
        made.fields.filter(key="amount").update(
            state=State.THIRD, needs_second=True, first_entry=13500, second_entry=18500, first_by="x"
        )
        client, amount = client_of(cast.clerk), papers.field(made, "amount")
        page = opened(client, made)
        assert page.index("13500") < page.index("18500") < page.index("12000")
        assert "checked" not in page.split(f'id="pick-{amount.pk}-1"')[1].split(">")[0]
        client.post(url(made), {f"pick-{amount.pk}": "2"})
        assert Application.objects.get().answers["amount"] == 18500


class TestRefused:
    """What the procedure does not take comes back to the field, and to the same clerk."""

    def test_the_field_says_what_is_wrong(self, cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        amount = papers.field(sheet, "amount")
        answer = client.post(url(sheet), {**right(sheet), f"text-{amount.pk}": "99999999"})
        assert answer["Location"] == url(sheet)
        page = text(client, url(sheet))
        assert page.count("data-field=") == 1
        assert "verify-field--error" in page
        assert not Application.objects.exists()
        client.post(url(sheet), {f"pick-{amount.pk}": "typed", f"text-{amount.pk}": "12000"})
        assert Application.objects.get().answers["amount"] == 12000

    def test_going_on_in_the_ordinary_form(self, cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        client.post(url(sheet), {**right(sheet), "check": "1"})
        answer = client.post(url(sheet, "sheet_hand_over"))
        assert answer["Location"].startswith(reverse("applications:enter"))
        assert "渡辺" in text(client, reverse("applications:enter"))
        assert "入力画面に移しました" in text(client, url(sheet, "sheet_done"))

    def test_discarding_wants_a_reason(self, cast: Cast, sheet: Sheet, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        opened(client, sheet)
        client.post(url(sheet, "sheet_discard"), {"reason": " "})
        sheet.refresh_from_db()
        assert sheet.state == Sheet.State.VERIFYING
        client.post(url(sheet, "sheet_discard"), {"reason": "二度読み取った"})
        sheet.refresh_from_db()
        assert sheet.state == Sheet.State.DISCARDED


def test_the_same_paper_twice_is_shown(
    cast: Cast, version: ProcedureVersion, sheet: Sheet, client_of: ClientOf
) -> None:
    second = papers.settled(papers.read(cast, version, doubtful={"amount": []}), but=["amount"])
    client = client_of(cast.clerk)
    assert "同じ人の、同じ手続、同じ日のものがあります" in opened(client, second)
    amount = papers.field(second, "amount")
    client.post(url(second), {f"pick-{amount.pk}": "1"})
    first = Application.objects.get()
    page = opened(client, sheet)
    assert first.number in page
    family = papers.field(sheet, "applicant.family")
    client.post(url(sheet), {**right(sheet), f"pick-{family.pk}": "1"})
    # Both are there: which one counts is for people to say.
    assert Application.objects.count() == 2
    assert first.number in text(client, url(sheet, "sheet_done"))


@pytest.mark.parametrize("name", ["sheet", "sheet_done"])
def test_a_retired_form_is_still_shown(cast: Cast, sheet: Sheet, client_of: ClientOf, name: str) -> None:
    FormTemplate.objects.update(state=FormTemplate.State.RETIRED)
    answer = client_of(cast.clerk).get(url(sheet, name))
    assert answer.status_code in {200, 302}
