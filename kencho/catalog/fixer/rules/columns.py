"""What kind a column is, and what its cells become: the rules on single cells, in their order."""

import re
from collections import Counter
from typing import Any, Final

from kencho.catalog.fixer.cells.characters import has_dependent, is_blank, standard
from kencho.catalog.fixer.cells.marks import is_ditto, is_mark, total_rank, without_note_mark
from kencho.catalog.fixer.cells.times import Moment, is_iso_date, read_moment
from kencho.catalog.fixer.drafts import Bench, Draft, DraftColumn, Written, put_cells
from kencho.catalog.fixer.rules.codes import is_code_name, is_sequence_name, written_code
from kencho.catalog.fixer.rules.r1_03_numbers import read_numbers
from kencho.catalog.fixer.rules.r1_05_looks import clean_text, is_person_column, is_remark
from kencho.catalog.fixer.rules.r1_09_units import shown_as, stated_unit
from kencho.catalog.fixer.rules.r1_11_time import era_sequence, is_year_name, written_moment
from kencho.catalog.fixer.shapes import ColumnKind, Range

__all__ = ["work_columns"]


def work_columns(bench: Bench, draft: Draft, kinds: dict[str, str]) -> None:
    """Reads every column of a table. `kinds` are the kinds a recipe remembers, by name."""
    readings = [
        _Column(bench, draft, index, kinds.get(column.name, "")) for index, column in enumerate(draft.columns)
    ]
    for reading in readings:
        reading.first_look()
    numeric = [reading.is_surely_numeric for reading in readings]
    for index, reading in enumerate(readings):
        mates = [flag for other, flag in enumerate(numeric) if other != index and other > 0]
        reading.settle(numeric_mates=index > 0 and bool(mates) and all(mates))


_MOMENTS_SHARE: Final = 0.8
_SCIENTIFIC: Final = re.compile(r"[0-9]\.[0-9]+[eE]\+[0-9]{2}")


class _Column:
    """One column on its way."""

    def __init__(self, bench: Bench, draft: Draft, index: int, remembered: str) -> None:
        self.bench, self.draft, self.index = bench, draft, index
        self.column: DraftColumn = draft.columns[index]
        self.remembered = remembered
        self.texts: Counter[str] = Counter()
        self.numbers: list[int | float] = []
        self.is_surely_numeric = False
        self.unit = ""

    def first_look(self) -> None:
        """Counts what the column holds."""
        if self.column.derived_from:
            return
        for value in self.column.raw:
            if value.__class__ is str:
                self.texts[value] += 1
            elif value.__class__ is int or value.__class__ is float:
                self.numbers.append(value)
        for text in [text for text in self.texts if is_blank(text) or is_ditto(text)]:
            if not (text.strip() in {"-", "―"} and is_mark(text)):
                del self.texts[text]
        self.unit = stated_unit(self.draft, self.column)
        self.is_surely_numeric = bool(self.numbers) and not any(
            not is_mark(text) for text in list(self.texts)[:50]
        )

    def settle(self, *, numeric_mates: bool) -> None:
        """Decides the kind and writes the cells."""
        column = self.column
        if column.derived_from or column.settled:
            return
        if not self.texts and not self.numbers:
            self._settle_empty()
        elif (
            self.numbers and not self.texts and len(zeros := self._shown(percent=False)) == len(self.numbers)
        ):
            self._settle_text(special=zeros)
        elif self.remembered == "text" or (is_code_name(column.name) and not self.remembered):
            self._settle_code()
        elif not (self._settle_time() or self._settle_numbers(numeric_mates)):
            self._settle_text(codes=self._has_leading_zeros())

    def _has_leading_zeros(self) -> bool:
        return any(re.fullmatch("[0０][0-9０-９]+", text.strip()) for text in self.texts)

    def _shown(self, *, percent: bool) -> dict[int, Written]:
        """Row → what its number format shows, where the format changes the value (3.5%, 01234)."""
        found: dict[int, Written] = {}
        sheets = self.bench.workbook.sheets
        for row, value in enumerate(self.column.raw):
            part_index, line = self.draft.rows[row]
            part = self.draft.parts[part_index]
            code = sheets[part.sheet].formats.get((line, part.columns[self.index] or 0), "")
            if (
                not code
                or isinstance(value, bool)
                or not isinstance(value, int | float)
                or ("%" in code) != percent
            ):
                continue
            shown = shown_as(value, code)
            if shown is not None:
                rule, action = ("1-9", "percent_shown") if percent else ("1-3", "code_shown")
                found[row] = Written(shown, rule, action, {"format": code})
        return found

    # Kinds

    def _settle_empty(self) -> None:
        booleans = any(isinstance(value, bool) for value in self.column.raw)
        self.column.kind = "boolean" if booleans else "empty"
        self._write({})

    def _settle_code(self) -> None:
        counting = is_sequence_name(self.column.name) and all(
            re.fullmatch("[1-9][0-9]{0,5}", t) for t in self.texts
        )
        if counting and self._settle_numbers(False):
            return
        zeros = self._shown(percent=False) if self.numbers else {}
        if zeros and len(zeros) == len(self.numbers):
            self._settle_text(codes=True, special=zeros)
            return
        if self.numbers and not self.texts:
            self.column.kind = "integer" if all(isinstance(n, int) for n in self.numbers) else "number"
            if any(isinstance(n, float) or n >= 1e15 for n in self.numbers) or len(
                set(self.numbers)
            ) == 1 < len(self.numbers):
                self._ask("code_as_number")
        if any(_SCIENTIFIC.fullmatch(text) for text in self.texts):
            self._ask("scientific_id", text=next(t for t in self.texts if _SCIENTIFIC.fullmatch(t)))
        self._settle_text(codes=True)

    def _settle_time(self) -> bool:
        moments: dict[str, Moment] = {}
        for text in self.texts:
            moment = read_moment(text)
            if moment is not None:
                moments[text] = moment
        if not moments:
            return self._settle_years_alone()
        kinds: Counter[ColumnKind] = Counter()
        for text, moment in moments.items():
            kinds[moment.kind] += self.texts[text]
        marks = sum(count for text, count in self.texts.items() if is_mark(text))
        sequence = (
            era_sequence(self.column.raw, named=is_year_name(self.column.name)) if kinds["year"] else {}
        )
        if sequence:
            kinds["year"] += len(sequence)
        elif self._years_among_numbers():
            kinds["year"] += len(self.numbers)
        total = sum(self.texts.values()) + len(self.numbers) - marks
        kind, count = kinds.most_common(1)[0]
        if count < _MOMENTS_SHARE * total or (kind == "year" and self._are_models(moments)):
            return False
        self.column.kind = kind
        self._write_moments(moments, kind, sequence)
        return True

    def _are_models(self, moments: dict[str, Moment]) -> bool:
        """S1, T2, H3: room numbers or models, unless the header speaks of years."""
        short = all(not moment.suffix and text.strip()[:1].isascii() for text, moment in moments.items())
        return short and not is_year_name(self.column.name) and not all(t.isdigit() for t in self.texts)

    def _years_among_numbers(self) -> bool:
        return bool(self.numbers) and all(isinstance(n, int) and 1868 <= n <= 2100 for n in self.numbers)

    def _settle_years_alone(self) -> bool:
        """Plain Western years under a header that says so."""
        if not is_year_name(self.column.name) or self.unit not in {"", "年"}:
            return False
        words = [text for text in self.texts if not re.fullmatch("1[89][0-9]{2}|20[0-9]{2}|21[0-9]{2}", text)]
        if words or (self.numbers and not self._years_among_numbers()):
            return False
        if not self._settle_numbers(False):
            return False
        self.column.kind = "year"
        return True

    def _write_moments(self, moments: dict[str, Moment], kind: str, sequence: dict[int, int]) -> None:
        table: dict[str, Written] = {}
        odd: list[str] = []
        for text in self.texts:
            moment = moments.get(text)
            if moment is not None and moment.kind == kind:
                written = written_moment(text, moment)
                if written is not None:
                    table[text] = written
            elif not is_iso_date(text) and not sequence and not total_rank(text) and not is_mark(text):
                odd.append(text)
        if kind == "year" and self.bench.workbook.is_text:
            self._literals(
                {text: int(moment.value) for text, moment in moments.items() if text == str(moment.value)}
            )
        special = {
            row: Written(year, "1-11", "era_year", {"text": str(self.column.raw[row])}, ("1-6",))
            for row, year in sequence.items()
            if self.column.raw[row] != year
        }
        self._write(table, special)
        if odd:
            self._ask("odd_moments", texts=odd[:5], kind=kind)

    def _settle_numbers(self, numeric_mates: bool) -> bool:
        reading = read_numbers(
            self.texts,
            self.numbers,
            name=self.column.name,
            unit=self.unit,
            is_text_file=self.bench.workbook.is_text,
            numeric_mates=numeric_mates,
        )
        if reading is None:
            return False
        percents = self._shown(percent=True) if self.numbers else {}
        if percents:
            if reading.unit not in {"", "%"}:
                self._ask("percent_conflict")
                percents = {}
            else:
                reading.unit = "%"
        self.column.unit = reading.unit
        self.column.markers = reading.markers
        for code in reading.questions:
            self._ask(code)
        self._literals(reading.literals)
        self._write(reading.written, percents)
        if reading.odd:
            self._ask("words_among_numbers", texts=sorted(reading.odd)[:5])
        whole = all(isinstance(v, int) for v in self.column.values if isinstance(v, int | float))
        self.column.kind = "text" if reading.odd else "integer" if whole else "number"
        return True

    def _settle_text(self, *, codes: bool = False, special: dict[int, Written] | None = None) -> None:
        person = is_person_column(self.column.name)
        texts = self.texts.keys()
        table: dict[str, Written] = {}
        several = ""
        for text in self.texts:
            written = self._text(text, texts, person, codes)
            if written is not None:
                table[text] = written
            elif "\n" in text and not is_remark(self.column.name):
                several = text
        self._write(table, special)
        if several:
            self._ask("several_data", text=several[:80])

    def _text(self, text: str, texts: Any, person: bool, codes: bool) -> Written | None:
        if codes:
            written = written_code(text)
            if written is not None:
                return written
        bare, mark = ("", "") if codes or is_remark(self.column.name) else without_note_mark(text)
        cleaned = clean_text(
            bare if mark else text, texts, person=person, keep_lines=is_remark(self.column.name)
        )
        out = standard(cleaned) if has_dependent(cleaned) else cleaned
        if out == text:
            return None
        if mark:
            return Written(out, "1-2", "label_note_mark", {"mark": mark})
        if out == cleaned:
            return Written(out, "1-5", "looks")
        return Written(out, "1-10", "characters", {}, ("1-5",) if cleaned != text else ())

    # Writing

    def _literals(self, literals: dict[str, int | float] | dict[str, int]) -> None:
        """Numbers of a text file: taken as such, with no change; how they were written is kept."""
        if not literals:
            return
        values, kept = self.column.values, self.draft.literals
        for row, value in enumerate(self.column.raw):
            if value.__class__ is str and value in literals:
                number = literals[value]
                values[row] = number
                if str(number) != value:
                    kept[row, self.index] = value

    def _write(self, table: dict[str, Written], special: dict[int, Written] | None = None) -> None:
        blank = Written(None, "1-5", "blank_text")
        found: list[tuple[int, Written]] = []
        for row, value in enumerate(self.column.raw):
            if special and row in special:
                found.append((row, special[row]))
            elif value.__class__ is str:
                written = table.get(value)
                if written is None and is_blank(value):
                    written = blank
                if written is not None:
                    found.append((row, written))
        put_cells(self.bench, self.draft, self.index, found)

    def _ask(self, code: str, **params: Any) -> None:
        part = self.draft.parts[0]
        source = part.columns[self.index]
        lines = [line for index, line in self.draft.rows if index == 0]
        if source is None or not lines:
            return
        self.bench.ask(
            code, part.sheet, Range(lines[0], source, lines[-1], source), column=self.column.name, **params
        )
