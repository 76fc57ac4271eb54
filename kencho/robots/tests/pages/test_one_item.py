"""One item of work: what its page shows and what its buttons do."""

from decimal import Decimal

import pytest
from django.test import Client

from kencho.files import services as files
from kencho.foundation import clock
from kencho.organization.testing import Cast
from kencho.reforms.models import EffectRecord
from kencho.reforms.testing import make_reform
from kencho.robots.models import RobotItem
from kencho.robots.testing import VALUES, Robots
from kencho.robots.tests.pages.walk import LEFT, LIST, ClientOf, send, text, url


class TestItems:
    """What a person may do about an item, and what is said."""

    def test_an_item_says_why_and_what_to_do(self, clerk: Client, things: Robots) -> None:
        page = text(clerk, url("item_show", things.item.pk))
        assert "相手の画面が変わっている" in page
        assert "新しい版を頼んでください" in page
        assert "段階：fill" in page
        assert "画面の写真はありません" in page
        assert "二重にはなりません" in page
        for value in (VALUES["applicant_name"],):
            assert value not in page

    def test_it_is_on_the_list_for_people(self, clerk: Client, things: Robots) -> None:
        assert things.item.key in text(clerk, LEFT)
        assert "人が見る件が1件あります" in text(clerk, LIST)

    def test_trying_again_puts_it_back(self, clerk: Client, things: Robots) -> None:
        assert "待ちに戻しました" in send(clerk, "item_retry", things.item.pk)
        things.item.refresh_from_db()
        assert things.item.state == RobotItem.State.WAITING

    def test_what_may_have_been_submitted_is_looked_up_first(self, clerk: Client, things: Robots) -> None:
        RobotItem.objects.filter(pk=things.item.pk).update(may_be_there=True)
        assert "先に相手の台帳を調べます" in text(clerk, url("item_show", things.item.pk))
        send(clerk, "item_retry", things.item.pk)
        things.item.refresh_from_db()
        assert things.item.state == RobotItem.State.UNCERTAIN

    def test_done_by_hand_needs_the_receipt_and_counts_the_minutes(
        self, clerk: Client, cast: Cast, things: Robots
    ) -> None:
        make_reform(cast.division)
        fields = {"finish-receipt": "", "finish-human_minutes": "12", "finish-note": "電話で確かめた"}
        assert "受付番号を入力してください" in send(clerk, "item_finish", things.item.pk, **fields)
        assert not EffectRecord.objects.exists()
        send(clerk, "item_finish", things.item.pk, **{**fields, "finish-receipt": "R-77"})
        things.item.refresh_from_db()
        assert (things.item.state, things.item.receipt) == (RobotItem.State.DONE, "R-77")
        assert EffectRecord.objects.get().human_minutes == Decimal(12)

    @pytest.mark.parametrize("minutes", ["", "-1", "abc", "99999999"])
    def test_minutes_that_cannot_be_are_told(self, clerk: Client, things: Robots, minutes: str) -> None:
        answer = clerk.post(
            url("item_finish", things.item.pk),
            {"finish-receipt": "R-77", "finish-human_minutes": minutes},
        )
        assert answer.status_code == 422
        things.item.refresh_from_db()
        assert things.item.state == RobotItem.State.FAILED

    def test_set_aside_and_remarks(self, clerk: Client, things: Robots) -> None:
        assert "引き取りました" in send(
            clerk, "item_set_aside", things.item.pk, **{"aside-note": "窓口で対応"}
        )
        page = send(clerk, "item_note", things.item.pk, note="相手に連絡済み")
        assert "相手に連絡済み" in page
        things.item.refresh_from_db()
        assert things.item.state == RobotItem.State.SET_ASIDE

    def test_a_done_item_offers_nothing_to_do(self, clerk: Client, things: Robots) -> None:
        RobotItem.objects.filter(pk=things.item.pk).update(
            state=RobotItem.State.DONE, done_at=clock.now(), reason="", input={}
        )
        page = text(clerk, url("item_show", things.item.pk))
        assert "すること" not in page
        assert "いまの状態ではできません" in send(clerk, "item_retry", things.item.pk)

    def test_the_picture_is_for_the_division_only(
        self, clerk: Client, cast: Cast, client_of: ClientOf, things: Robots
    ) -> None:
        address = url("failure_picture", things.failure.pk)
        text(clerk, address, 404)
        png = b"\x89PNG\r\n\x1a\n" + bytes(64)
        things.failure.screenshot = files.keep(body=cast.body, content=png, kind="image/png", at=clock.now())
        things.failure.save()
        answer = clerk.get(address)
        assert (answer.content, answer["Content-Type"]) == (png, "image/png")
        assert "no-store" in answer["Cache-Control"]
        assert address in text(clerk, url("item_show", things.item.pk))
        text(client_of(cast.other_division_clerk), address, 404)
