"""Files that are taken once, and files that are refused with the name of the cell."""

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from kencho.audit.models import Entry
from kencho.foundation.actors import Actor
from kencho.organization.testing import Cast, actor
from kencho.policy import importing, queries, services
from kencho.policy.models import Actual, Baseline, PolicyNode, SheetRevision, Target
from kencho.policy.testing import IMPORTED_AT, SETUP, Ledger, declared, import_measure406, measure406_text
from kencho.policy.tests.conftest import NOW


def refused(text: str) -> list[str]:
    """The complaints about a file, as cell: message."""
    with pytest.raises(importing.UnableToImport) as caught:
        importing.check_text(text)
    return [str(each) for each in caught.value.findings]


def changed(old: str, new: str, times: int = 1) -> str:
    """The good file with one thing changed."""
    text = measure406_text()
    assert text.count(old) >= times, old
    return text.replace(old, new, times)


def test_everything_is_there(measure: PolicyNode) -> None:
    plan = measure.plan
    assert (plan.fy_from, plan.fy_to, plan.profile, plan.kpi_mode) == (2020, 2023, "mie-2020", "target")
    assert [each.code for each in queries.programs_of(measure)] == ["40601", "40602", "40603"]
    lead = queries.lead_of(measure, 2021)
    assert lead is not None
    assert lead.name == "総務部"
    assert Target.objects.filter(value__isnull=False).count() == 9
    assert Baseline.objects.get(value__isnull=False).value == 22299
    # Blanks of the source are kept as such and are no zeros.
    assert set(Actual.objects.values_list("value", "missing")) == {(None, "blank_in_source")}


def test_the_lead_is_tied_to_the_unit_of_that_day(cast: Cast, ledger: Ledger) -> None:
    cast.department.valid_from = cast.department.valid_from.replace(year=2018)
    cast.department.save()
    lead = queries.lead_of(import_measure406(cast.body), 2021)
    assert lead is not None
    assert lead.unit == cast.department


def test_bindings_become_codes_of_apps(measure: PolicyNode) -> None:
    found = {
        each.indicator.code: (each.definitions[0].binding_code, each.definitions[0].parameters)
        for each in queries.series_of(measure, IMPORTED_AT)
    }
    assert found == {
        "ind-406-main": (
            "surveys.positive_share",
            {
                "program": ["smart-government-staff-survey"],
                "question": ["q_smart_progress_felt"],
                "positive_options": ["strongly_felt", "somewhat_felt"],
            },
        ),
        "ind-406-sub1": ("workplace.telework_divisions", {"kinds": ["mobile", "satellite"]}),
        "ind-406-sub2": ("applications.received", {"channels": ["online", "api"]}),
    }


def test_an_indicator_that_no_app_declares_is_kept_and_said(cast: Cast) -> None:

    with declared({}):
        found = importing.import_text(body=cast.body, text=measure406_text(), by=SETUP, at=IMPORTED_AT)
        assert [each.cell for each in found.warnings if each.code == "unbound"] == [
            "indicators[0].binding",
            "indicators[1].binding",
            "indicators[2].binding",
        ]
        series = queries.series_of(found.measure, IMPORTED_AT)[2]
        reading = queries.reading_of(series.indicator, series.definition_in(2020), 2020, IMPORTED_AT)
        assert "applications.received" in reading.problem
        assert reading.raw is None


def test_a_second_import_changes_nothing(cast: Cast, measure: PolicyNode) -> None:
    entries = Entry.objects.count()
    again = importing.import_text(body=cast.body, text=measure406_text(), by=SETUP, at=IMPORTED_AT)
    assert again.changes == ()
    assert again.revision is None
    assert Entry.objects.count() == entries
    assert SheetRevision.objects.count() == 1


def test_the_seed_says_the_same_as_the_research_file(cast: Cast, measure: PolicyNode) -> None:

    seed = (settings.BASE_DIR / "seeds" / "policy" / "measure406.yaml").read_text(encoding="utf-8")
    assert importing.import_text(body=cast.body, text=seed, by=SETUP, at=IMPORTED_AT).changes == ()
    sheet, _warnings = importing.check_text(seed)
    plain = importing.check_text(measure406_text())[0]
    assert sheet.indicators == plain.indicators
    assert (sheet.issues, sheet.directions, sheet.projects) == (
        plain.issues,
        plain.directions,
        plain.projects,
    )


def test_a_change_makes_a_revision_that_names_it(cast: Cast, measure: PolicyNode) -> None:
    text = changed('target: "20.0"', 'target: "25.0"').replace(
        'reference_interpolated: "40.0"', 'reference_interpolated: "42.5"'
    )
    again = importing.import_text(body=cast.body, text=text, by=SETUP, at=IMPORTED_AT)
    assert again.changes == ("indicators[0].cells[2].target",)
    assert again.revision is not None
    assert (again.revision.number, again.revision.stage) == (2, "draft")
    fields = {each["field"]: (each["old"], each["new"]) for each in again.revision.diff}
    assert fields["primary[0].years[2].target.text"] == ("20.0%", "25.0%")
    assert Target.objects.filter(indicator__code="ind-406-main", year=2021).count() == 2


def test_lines_that_are_gone_are_removed(cast: Cast, measure: PolicyNode) -> None:
    text = importing.export_yaml(measure, 2021, at=IMPORTED_AT)
    start, end = (
        text.index("  - no: 4\n" if "  - no: 4\n" in text else "  - 'no': 4\n"),
        text.index("directions:\n"),
    )
    shorter = text[:start] + text[end:]
    shorter = shorter.replace("issue_no: 4", "issue_no: null")
    again = importing.import_text(body=cast.body, text=shorter, by=SETUP, at=IMPORTED_AT)
    assert "issues: 4" in again.changes
    assert [each.number for each in queries.sheet_of(measure, 2021, at=IMPORTED_AT).issues] == [1, 2, 3]


def test_export_and_import_make_a_round(cast: Cast, measure: PolicyNode) -> None:
    text = importing.export_yaml(measure, 2021, at=IMPORTED_AT)
    assert importing.import_text(body=cast.body, text=text, by=SETUP, at=IMPORTED_AT).changes == ()
    other = importing.import_text(body=cast.other_body, text=text, by=SETUP, at=IMPORTED_AT).measure
    assert importing.export_yaml(other, 2021, at=IMPORTED_AT) == text


def test_only_planning_staff_of_the_body_import(cast: Cast, planner: Actor, ledger: Ledger) -> None:
    for stranger in (cast.chief, cast.other_body_clerk):
        with pytest.raises(PermissionDenied):
            importing.import_text(body=cast.body, text=measure406_text(), by=actor(stranger), at=IMPORTED_AT)
    with pytest.raises(PermissionDenied):
        importing.import_text(body=cast.other_body, text=measure406_text(), by=planner, at=IMPORTED_AT)
    assert importing.import_text(body=cast.body, text=measure406_text(), by=planner, at=IMPORTED_AT).revision


def test_a_blank_of_the_source_does_not_wipe_what_was_counted_since(cast: Cast, measure: PolicyNode) -> None:
    indicator = queries.indicator_of(cast.body, "406", "ind-406-sub1")
    assert indicator is not None
    from decimal import Decimal

    services.record_actual(
        indicator=indicator, entry=services.Entry(2020, Decimal(61), "confirmed", NOW), by=SETUP, at=NOW
    )
    again = importing.import_text(body=cast.body, text=measure406_text(), by=SETUP, at=NOW)
    assert again.changes == ()


WRONG = [
    pytest.param('label: "令和元年度"', 'label: "平成元年度"', "calendar.labels.2019.label", "令和元年度", id="era"),
    pytest.param('short: "R3"', 'short: "R4"', "calendar.labels.2021.short", "R3", id="short-era"),
    pytest.param('"平成31年度"', '"平成32年度"', "calendar.labels.2019.aliases[0]", "平成32年度", id="no-such-year"),
    pytest.param('"H31"', '"H30"', "calendar.labels.2019.aliases[1]", "令和元年度", id="alias"),
    pytest.param('header_form: "2年度"', 'header_form: "3年度"', "calendar.labels.2020.header_form", "令和2年度", id="header"),
    pytest.param('as_of: "2024-03-31"', 'as_of: "2023-03-31"', "desired_state.as_of", "2024-03-31", id="as-of"),
    pytest.param("fy2020: 1116009", "fy2020: 1116010", "totals.printed_projects.fy2020", "1,116,009", id="total"),
    pytest.param("fy2021: 640583", "fy2021: 640580", "totals.by_program[2].fy2021", "640,583", id="program-total"),
    pytest.param('delta: 112681, rate_percent: "175.1"}   # derived', 'delta: 112680, rate_percent: "175.1"}   # derived', "projects[0].budget_change.delta", "112681", id="delta"),
    pytest.param('rate_percent: "-38.1"', 'rate_percent: "38.1"', "projects[2].budget_change.rate_percent", "-38.1", id="rate"),
    pytest.param("amount: 23093", "amount: 23.5", "projects[1].budgets[1].amount", "整数", id="amount"),
    pytest.param('mark: "②"', 'mark: "③"', "issues[1].mark", "②", id="mark"),
    pytest.param("direction_no: 2\n    programs", "direction_no: 7\n    programs", "issues[1].direction_no", "7", id="link"),
    pytest.param("direction_no: 2\n    programs", "direction_no: 3\n    programs", "issues[1].direction_no", "directions 3", id="link-back"),
    pytest.param('program: "40602"', 'program: "40609"', "projects[1].program", "40609", id="program"),
    pytest.param('value: "22299"', 'value: "22299.5"', "indicators[2].cells[0].value", "0桁", id="decimals"),
    pytest.param('value: "22299"', "value: 22299.5", "indicators[2].cells[0].value", "引用符", id="float"),
    pytest.param('display: "22,299 件"', 'display: "22,298 件"', "indicators[2].cells[0].display", "22,299 件", id="display"),
    pytest.param('value: "22299", state: confirmed', 'value: "22299", state: no_baseline', "indicators[2].cells[0].value", "両方", id="both"),
    pytest.param("value: null, state: no_baseline", "value: null", "indicators[0].cells[0].state", "理由", id="neither"),
    pytest.param('reference_interpolated: "131"', 'reference_interpolated: "130"', "indicators[1].cells[3].reference_interpolated", "131", id="interpolated"),
    pytest.param("fy: 2019, kind: baseline", "fy: 2021, kind: baseline", "indicators[0].cells[0].fy", "2021", id="baseline-year"),
    pytest.param("- {fy: 2022, target: null", "- {fy: 2027, target: null", "indicators[0].cells[3].fy", "2027", id="outside-plan"),
    pytest.param('fy: 2020, target: "10.0"', 'fy: 2021, target: "10.0"', "indicators[0].cells[2].fy", "2021", id="twice"),
    pytest.param('target: "60.0", target_state: set, final: true', 'target: "60.0", target_state: set, final: 1', "indicators[0].cells[4].final", "true", id="final"),
    pytest.param("achievement: null", 'achievement: "1.00"', "indicators[0].cells[1].achievement", "1.00", id="achievement"),
    pytest.param("direction: higher_is_better", "direction: upwards", "indicators[0].direction", "higher_is_better", id="word"),
    pytest.param("role: primary", "role: secondary", "indicators", "主指標", id="no-primary"),
    pytest.param("evaluation_profile: mie-2020", "evaluation_profile: mie-1999", "evaluation_profile", "mie-1999", id="profile"),
    pytest.param("sheet_fy: 2021", "sheet_fy: 2031", "identity.sheet_fy", "2031", id="sheet-year"),
    pytest.param("level: measure", "level: policy", "identity.level", "施策", id="level"),
    pytest.param("schema: kencho.policy-sheet/0.1", "schema: kencho.policy-sheet/9", "schema", "/9", id="schema"),
    pytest.param('code: "40603", name: "情報通信', 'code: "40602", name: "情報通信', "programs[2].code", "40602", id="duplicate"),
    pytest.param('starts: "04-01"', 'starts: "01-01"', "calendar.fiscal_year", "4月1日", id="calendar"),
    pytest.param("fy_to: 2023", "fy_to: 2013", "identity.plan.fy_to", "最後の年度", id="plan-years"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "cell", "word"), WRONG)
def test_what_does_not_fit_is_refused_by_its_cell(old: str, new: str, cell: str, word: str) -> None:
    complaints = refused(changed(old, new))
    assert any(each.startswith(f"{cell}: ") and word in each for each in complaints), complaints


def test_all_faults_are_told_at_once() -> None:
    text = changed("fy2020: 1116009", "fy2020: 1").replace('short: "R3"', 'short: "R9"')
    cells = {each.split(": ")[0] for each in refused(text)}
    assert {"totals.printed_projects.fy2020", "calendar.labels.2021.short"} <= cells


def test_nothing_is_written_when_a_file_is_refused(cast: Cast, ledger: Ledger) -> None:
    with pytest.raises(importing.UnableToImport):
        importing.import_text(
            body=cast.body, text=changed("fy2020: 1116009", "fy2020: 1"), by=SETUP, at=IMPORTED_AT
        )
    assert not PolicyNode.objects.exists()


def test_what_is_no_yaml_names_the_line() -> None:
    assert refused("schema: [1\nidentity: {") == ["YAML: YAMLとして読めません（2行目）。"]


@pytest.mark.parametrize("text", ["", "just words", "[1, 2]", "schema:\n"])
def test_what_is_no_sheet_is_refused(text: str) -> None:
    assert refused(text)


REMARKABLE = [
    pytest.param('fy: 2020, target: "22400"', 'fy: 2020, target: "0"', "0です", id="zero"),
    pytest.param('fy: 2020, target: "22400"', 'fy: 2020, target: "-5"', "負の数", id="negative"),
    pytest.param('fy: 2020, target: "22400"', 'fy: 2020, target: "22200"', "後退", id="reversed"),
    pytest.param(
        'fy: 2023, target: "23000", target_state: set, final: true',
        "fy: 2023, target: null, target_state: not_set",
        "最終年度",
        id="no-final",
    ),
]


@pytest.mark.parametrize(("old", "new", "word"), REMARKABLE)
def test_odd_targets_are_taken_with_a_remark(old: str, new: str, word: str) -> None:
    text = changed(old, new).replace(', reference_interpolated: "22800"', "")
    _sheet, warnings = importing.check_text(text)
    remarks = [each for each in warnings if each.cell == "indicators[2]"]
    assert any(word in each.message for each in remarks), remarks
    assert any("年度" in each.message for each in remarks)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "a: &a [x, x]\nb: &b [*a, *a]\nschema: *b\n",
        "a: &a {x: 1}\nb: {<<: [*a, *a]}\n",
        "schema: 2021-99-99\n",
        f"schema: {'9' * 5000}\n",
    ],
    ids=["brackets", "aliases", "merges", "no such day", "thousands of digits"],
)
def test_files_that_would_harm_their_reader(text: str) -> None:
    (complaint,) = refused(text)
    assert complaint.startswith("YAML: ")


@pytest.mark.parametrize("number", ['"1e999999999"', '"1e-999999999"', '"' + "9" * 22 + '"', str(10**30)])
def test_numbers_that_no_column_takes(number: str) -> None:
    assert any(".cells[" in each for each in refused(changed('target: "10.0"', f"target: {number}")))
