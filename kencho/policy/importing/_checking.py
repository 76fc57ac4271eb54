"""Whether the parts of a file fit each other: eras, totals, changes, links. What does not fit is refused by its cell."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain

from kencho.foundation.fiscal import FiscalYear, FiscalYearError, parse_headers
from kencho.policy import profiles, rules
from kencho.policy.importing._cursor import Cursor
from kencho.policy.importing._errors import Finding, Findings
from kencho.policy.importing._shapes import IndicatorEntry, SheetFile, YearCells
from kencho.policy.marks import mark_of
from kencho.policy.queries import spec_of
from kencho.policy.rules import Amount, Direction, Missing, Profile, RuleError, Stage, StageKind


def check_sheet(document: Cursor, sheet: SheetFile, findings: Findings) -> None:
    """All checks; complaints and remarks go to ``findings``."""
    with findings.collect():
        _calendar(document, findings)
    with findings.collect():
        _frame(document, sheet)
    if not profiles.known(sheet.profile):
        findings.errors.append(Finding("evaluation_profile", "profile", (("value", sheet.profile),)))
        return
    profile = profiles.all_profiles()[sheet.profile]
    _twice(document, sheet, findings)
    _indicators(document, sheet, profile, findings)
    _links(document, sheet, findings)
    _projects(document, sheet, findings)
    with findings.collect():
        _totals(document, sheet, findings)


def _calendar(document: Cursor, findings: Findings) -> None:
    calendar = document.opt("calendar")
    if calendar is None:
        return
    rule = calendar.opt("fiscal_year")
    if rule is not None and (rule.text_at("starts", "04-01"), rule.text_at("timezone", "Asia/Tokyo")) != (
        "04-01",
        "Asia/Tokyo",
    ):
        raise rule.wrong("calendar")
    labels = calendar.opt("labels")
    if labels is None:
        return
    for key in labels.names():
        with findings.collect():
            _label(labels.get(key))


def _label(place: Cursor) -> None:
    key = place.cell.rpartition(".")[2]
    if not key.isdecimal() or len(key) > len("9999"):
        raise place.wrong("not_an_integer")
    year = FiscalYear(int(key))
    for name, expected in (("label", year.label), ("short", year.short_label)):
        said = place.opt(name)
        if said is not None and said.text() != expected:
            raise said.wrong("era", stated=said.value, year=key, label=expected)
    for alias in place.entries("aliases"):
        if parsed_year(alias) != year:
            raise alias.wrong("alias", text=alias.value, year=key, label=year.label)
    header = place.opt("header_form")
    if header is not None and header.text() != f"{year.era_year}年度":
        raise header.wrong("era", stated=header.value, year=key, label=year.label)


def parsed_year(place: Cursor) -> FiscalYear:
    """A fiscal year written in words. Raises Wrong with the reason."""
    try:
        return FiscalYear.parse(place.text())
    except FiscalYearError as wrong:
        raise place.wrong("era_unreadable", why=wrong.message) from wrong


def _frame(document: Cursor, sheet: SheetFile) -> None:
    identity = document.get("identity")
    plan = sheet.plan
    if not plan.fy_from <= sheet.sheet_year <= plan.fy_to + 1:
        raise identity.get("sheet_fy").wrong(
            "sheet_year", year=sheet.sheet_year, first=plan.fy_from, last=plan.fy_to
        )
    if sheet.desired is None:
        return
    heading = document.get("desired_state").get("heading")
    said = _years_in(heading)
    if said and sheet.desired.as_of != said.last_day:
        place = document.get("desired_state").get("as_of")
        raise place.wrong("as_of", date=sheet.desired.as_of, expected=said.last_day)


def _years_in(place: Cursor) -> FiscalYear | None:
    """The fiscal year that a heading names: 「めざす姿（令和5年度末での到達目標）」."""
    try:
        return parse_headers([place.text()])[0]
    except FiscalYearError as wrong:
        raise place.wrong("era_unreadable", why=wrong.message) from wrong


def _twice(document: Cursor, sheet: SheetFile, findings: Findings) -> None:
    lists: Iterable[tuple[str, str, Sequence[object]]] = (
        ("programs", "code", [code for code, _name in sheet.programs]),
        ("indicators", "id", [each.code for each in sheet.indicators]),
        ("issues", "no", [each.number for each in sheet.issues]),
        ("directions", "no", [each.number for each in sheet.directions]),
        ("projects", "no", [each.number for each in sheet.projects]),
    )
    for part, key, values in lists:
        for index, value in enumerate(values):
            if value in values[:index]:
                place = f"{part}[{index}].{key}"
                findings.errors.append(Finding(place, "duplicate", (("value", str(value)),)))


def _indicators(document: Cursor, sheet: SheetFile, profile: Profile, findings: Findings) -> None:
    if sheet.indicators and not any(each.role == "primary" for each in sheet.indicators):
        findings.errors.append(Finding("indicators", "no_primary"))
    places = {place.cell: place for place in document.entries("indicators")}
    for indicator in sheet.indicators:
        years: set[int] = set()
        cells = {each.cell: each for each in places[indicator.place].entries("cells")}
        for each in indicator.cells:
            with findings.collect():
                _cell(cells[each.place], each, indicator, sheet, profile)
                if each.year in years:
                    raise cells[each.place].get("fy").wrong("duplicate", value=each.year)
                years.add(each.year)
        _targets(indicator, sheet, findings)
        if indicator.binding is not None and spec_of(indicator.binding.code) is None:
            value = (("value", indicator.binding.code),)
            findings.warnings.append(Finding(f"{indicator.place}.binding", "unbound", value))


def _cell(
    place: Cursor, cells: YearCells, indicator: IndicatorEntry, sheet: SheetFile, profile: Profile
) -> None:
    plan = sheet.plan
    if cells.is_baseline:
        if cells.year >= plan.fy_from:
            raise place.get("fy").wrong("baseline_year", year=cells.year, first=plan.fy_from)
        _digits(place, "value", cells.actual, indicator)
        _display(place, cells.actual, indicator, profile)
        return
    if not plan.fy_from <= cells.year <= plan.fy_to:
        raise place.get("fy").wrong("target_year", year=cells.year, first=plan.fy_from, last=plan.fy_to)
    final = place.opt("final")
    if final is not None and final.flag() and cells.year != plan.fy_to:
        raise final.wrong("final", year=plan.fy_to)
    _digits(place, "target", cells.target, indicator)
    _digits(place, "actual", cells.actual, indicator)
    _reference(place, cells, indicator, profile)
    _achieved(place, cells, indicator, profile)


def _digits(place: Cursor, key: str, value: Decimal | Missing, indicator: IndicatorEntry) -> None:
    if isinstance(value, Missing):
        return
    if rules.official(value, indicator.decimals) != value:
        raise place.get(key).wrong("decimals", decimals=indicator.decimals)


def _display(place: Cursor, value: Decimal | Missing, indicator: IndicatorEntry, profile: Profile) -> None:
    said = place.opt("display")
    computed = rules.shown(value, unit=indicator.unit, decimals=indicator.decimals, profile=profile)
    if said is not None and said.text() != computed:
        raise said.wrong("display", stated=said.value, computed=computed)


def _reference(place: Cursor, cells: YearCells, indicator: IndicatorEntry, profile: Profile) -> None:
    said = place.opt("reference_interpolated")
    if said is None:
        return
    base = indicator.baseline
    computed = rules.expected_at(
        year=cells.year,
        targets=indicator.targets,
        baseline=(base.year, base.actual) if base else None,
        by=profile.expected,
    )
    shown = computed if isinstance(computed, Missing) else rules.official(computed, indicator.decimals)
    if shown != said.decimal():
        raise said.wrong("interpolated", stated=said.value, computed=shown)


def _achieved(place: Cursor, cells: YearCells, indicator: IndicatorEntry, profile: Profile) -> None:
    said = place.opt("achievement")
    if said is None:
        return
    base = indicator.baseline
    try:
        computed = rules.achieve(
            actual=cells.actual,
            target=cells.target,
            baseline=base.actual if base else Missing.NO_BASELINE,
            direction=Direction(indicator.direction),
            decimals=indicator.decimals,
            profile=profile,
            cell=place.cell,
        )
    except RuleError as wrong:
        raise said.wrong("era_unreadable", why=wrong.message) from wrong
    if computed is None or computed.display != said.text():
        raise said.wrong("achievement", stated=said.value, computed=computed.display if computed else "")


def _targets(indicator: IndicatorEntry, sheet: SheetFile, findings: Findings) -> None:
    """Missing, zero, negative and reversed targets are remarkable, not wrong: they are imported with a remark."""
    base = indicator.baseline
    remarks = rules.check_targets(
        indicator.targets,
        baseline=base.actual if base else Missing.NO_BASELINE,
        direction=Direction(indicator.direction),
        final_fy=sheet.plan.fy_to,
    )
    findings.warnings += [Finding(indicator.place, each.code, said=each.message) for each in remarks]


def _links(document: Cursor, sheet: SheetFile, findings: Findings) -> None:
    programs = {code for code, _name in sheet.programs}
    issues = {each.number: each for each in sheet.issues}
    directions = {each.number: each for each in sheet.directions}
    projects = {each.number: each for each in sheet.projects}
    for part in ("issues", "directions", "projects"):
        for place in document.entries(part):
            with findings.collect():
                _mark(place)
    for issue in sheet.issues:
        _known(issue.programs, programs, f"{issue.place}.programs", findings)
        _known(_some(issue.direction), directions, f"{issue.place}.direction_no", findings)
        back = directions.get(issue.direction or 0)
        if back is not None and back.issue not in {None, issue.number}:
            _back(
                f"{issue.place}.direction_no", f"issues {issue.number}", f"directions {back.number}", findings
            )
    for direction in sheet.directions:
        _known(_some(direction.issue), issues, f"{direction.place}.issue_no", findings)
        _known(direction.projects, projects, f"{direction.place}.projects", findings)
        for number in direction.projects:
            project = projects.get(number)
            if project is not None and project.direction not in {None, direction.number}:
                here, there = f"directions {direction.number}", f"projects {number}"
                _back(f"{direction.place}.projects", here, there, findings)
    for project in sheet.projects:
        _known([project.program], programs, f"{project.place}.program", findings)
        _known(_some(project.direction), directions, f"{project.place}.direction_no", findings)


def _some(number: int | None) -> list[int]:
    return [] if number is None else [number]


def _known(values: Iterable[object], among: Iterable[object], cell: str, findings: Findings) -> None:
    there = set(among)
    findings.errors += [
        Finding(cell, "link", (("value", str(value)),)) for value in values if value not in there
    ]


def _back(cell: str, here: str, there: str, findings: Findings) -> None:
    findings.errors.append(Finding(cell, "link_back", (("here", here), ("there", there))))


def _mark(place: Cursor) -> None:
    said, number = place.opt("mark"), place.get("no").integer()
    if said is not None and said.text() != mark_of(number):
        raise said.wrong("mark", stated=said.value, number=number, expected=mark_of(number))


def _projects(document: Cursor, sheet: SheetFile, findings: Findings) -> None:
    places = {place.cell: place for place in document.entries("projects")}
    for project in sheet.projects:
        said = places[project.place].opt("budget_change")
        if said is None:
            continue
        sums = {
            year: [each.amount for each in project.budgets if each.year == year] for year in _years(sheet)
        }
        with findings.collect():
            _change(said, *(_amount(sums[year]) for year in _years(sheet)))


def _years(sheet: SheetFile) -> tuple[int, int]:
    return sheet.sheet_year - 1, sheet.sheet_year


def _amount(amounts: Sequence[int]) -> Amount:
    return Amount(Stage(StageKind.UNSPECIFIED), amounts[0] if len(amounts) == 1 else Missing.NOT_SET)


def _change(place: Cursor, old: Amount, new: Amount) -> None:
    computed = rules.change(old, new)
    delta, rate = place.opt("delta"), place.opt("rate_percent")
    if delta is not None and delta.integer() != computed.delta:
        raise delta.wrong("change", stated=delta.value, computed=computed.delta)
    if rate is not None and rate.decimal() != computed.rate:
        raise rate.wrong("change", stated=rate.value, computed=computed.rate)


def _totals(document: Cursor, sheet: SheetFile, findings: Findings) -> None:
    totals = document.opt("totals")
    if totals is None:
        return
    everything = {year: _sum(sheet, year) for year in _years(sheet)}
    printed = totals.opt("printed_projects")
    if printed is not None:
        with findings.collect():
            _total(printed, everything)
    for place in totals.entries("by_program"):
        with findings.collect():
            code = place.get("code").text()
            if code not in {each for each, _name in sheet.programs}:
                raise place.get("code").wrong("link", value=code)
            _total(place, {year: _sum(sheet, year, code) for year in _years(sheet)})


def _sum(sheet: SheetFile, year: int, program: str | None = None) -> int:
    budgets = chain.from_iterable(
        each.budgets for each in sheet.projects if program is None or each.program == program
    )
    return sum(each.amount for each in budgets if each.year == year)


def _total(place: Cursor, sums: dict[int, int]) -> None:
    for year, amount in sums.items():
        said = place.opt(f"fy{year}")
        if said is not None and said.integer() != amount:
            raise said.wrong("total", stated=f"{said.integer():,}", computed=f"{amount:,}")
    old, new = (Amount(Stage(StageKind.UNSPECIFIED), amount) for amount in sums.values())
    _change(place, old, new)
