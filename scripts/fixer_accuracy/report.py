"""The printed report: by check, by layout, what failed, and the verdict last."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from scripts.fixer_accuracy.compare import Score
from scripts.fixer_accuracy.honesty import Honesty
from scripts.fixer_accuracy.model import Book

F1, NO_CLICK, SECONDS = 0.99, 0.95, 2.0
RULES = {
    "1-2": "1セル1データ（注の印）",
    "1-3": "数値（全角・▲・桁区切り）",
    "1-4": "セルの結合",
    "1-5": "体裁の空白・改行",
    "1-6": "省略（〃・空欄）",
    "1-9": "単位",
    "1-10": "機種依存文字",
    "1-11": "和暦・日付",
    "1-13": "秘匿などの記号",
    "2-1": "分かれたデータ",
    "section": "見出しの行",
    "code": "コード・電話",
    "text": "自由な文（変えない）",
    "plain": "そのままの値",
}


@dataclass(slots=True)
class Result:
    """What came of one workbook."""

    book: Book
    score: Score
    honesty: Honesty
    questions: list[str] = field(default_factory=list)
    changes: int = 0
    seconds: float = 0.0
    refusal: str = ""


def _line(name: str, score: Score, books: int) -> str:
    return (
        f"  {name:<22} {books:>5} {score.right + score.missing:>8} {score.precision:>9.4f} {score.recall:>7.4f}"
        f" {score.f1:>7.4f}"
    )


def _sum(results: Iterable[Result]) -> Score:
    total = Score()
    for each in results:
        total.right += each.score.right
        total.missing += each.score.missing
        total.unwanted += each.score.unwanted
        total.wanted_by += each.score.wanted_by
        total.right_by += each.score.right_by
    return total


def print_report(
    results: Sequence[Result], *, seed: int, long_seconds: tuple[float, float], show: int
) -> bool:
    """Print everything; returns whether every goal was met."""
    total = _sum(results)
    print(f"  {'check':<34} {'cells':>8} {'right':>8}")
    for rule in sorted(
        total.wanted_by, key=lambda each: [int(part) if part.isdecimal() else 99 for part in each.split("-")]
    ):
        wanted, right = total.wanted_by[rule], total.right_by[rule]
        print(f"  {rule:<8}{RULES.get(rule, ''):<20} {wanted:>10} {right / wanted:>8.4f}")
    print(f"\n  {'layout':<22} {'books':>5} {'cells':>8} {'precision':>9} {'recall':>7} {'F1':>7}")
    for layout in sorted({each for result in results for each in result.book.layouts}):
        own = [each for each in results if layout in each.book.layouts]
        print(_line(layout, _sum(own), len(own)))
    _print_faults(results, show)
    return _print_summary(results, total, seed, long_seconds)


def _print_faults(results: Sequence[Result], show: int) -> None:
    wrong = sorted((each for each in results if each.score.f1 < 1), key=lambda each: each.score.f1)
    print(f"\n— workbooks with a wrong cell: {len(wrong)}")
    for result in wrong[:show]:
        score = result.score
        print(
            f"  {result.book.name}.{result.book.format} F1 {score.f1:.3f} {', '.join(sorted(result.book.layouts))}"
        )
        for fault in score.faults[:4]:
            print(f"      {fault}"[:180])
    _print_list("silent", results, lambda each: each.honesty.silent, show)
    _print_list("change tells another value", results, lambda each: each.honesty.untold, show)
    _print_list("not restored", results, lambda each: each.honesty.not_restored, show)
    _print_list("questions", results, lambda each: each.questions, show)
    _print_list("refused", results, lambda each: [each.refusal] if each.refusal else [], show)


def _print_list(title: str, results: Sequence[Result], of: Callable[[Result], list[str]], show: int) -> None:
    having = [each for each in results if of(each)]
    if having:
        print(f"— {title}: {sum(len(of(each)) for each in having)} in {len(having)} workbooks")
    for result in having[:show]:
        print(f"  {result.book.name}.{result.book.format}: {'; '.join(of(result)[:2])}"[:220])


def _print_summary(
    results: Sequence[Result], total: Score, seed: int, long_seconds: tuple[float, float]
) -> bool:
    count = len(results)
    silent = sum(len(each.honesty.silent) for each in results)
    untold = sum(len(each.honesty.untold) for each in results)
    lost = sum(bool(each.honesty.not_restored) for each in results)
    no_click = sum(not each.questions and not each.refusal for each in results) / count if count else 0.0
    clean = [each for each in results if each.book.is_clean]
    touched = sum(each.changes > 0 for each in clean)
    hand = [each for each in results if "handmade" in each.book.layouts]
    goals = {
        f"F1 {total.f1:.4f} (precision {total.precision:.4f}, recall {total.recall:.4f}), at least {F1}": total.f1
        >= F1,
        f"silent changes {silent}": silent == 0,
        f"workbooks that the inverse does not restore {lost}": lost == 0,
    }
    print(
        f"\nseed {seed}: {count} workbooks, {len(hand)} of them made by hand (F1 {_sum(hand).f1:.4f}), {total.right + total.missing} cells"
    )
    print(
        f"  workbooks without a wrong cell {sum(each.score.f1 == 1 for each in results)}; without a question {no_click:.3f} (goal {NO_CLICK})"
    )
    print(
        f"  clean workbooks {len(clean)}, changed needlessly {touched}; changes that tell another value {untold}"
    )
    print(
        f"  10,000 rows {long_seconds[0]:.2f} s, of the processor {long_seconds[1]:.2f} s (goal {SECONDS}); mean of a workbook {sum(each.seconds for each in results) / max(1, count):.3f} s"
    )
    for text, met in goals.items():
        print(f"  {'met   ' if met else 'MISSED'} {text}")
    print(
        json.dumps(
            {
                "seed": seed,
                "books": count,
                "f1": round(total.f1, 5),
                "precision": round(total.precision, 5),
                "recall": round(total.recall, 5),
                "silent": silent,
                "not_restored": lost,
                "no_click": round(no_click, 4),
                "clean_changed": touched,
                "seconds_10000_rows": [round(each, 2) for each in long_seconds],
                "by_layout": dict(
                    Counter(layout for each in results for layout in each.book.layouts if each.score.f1 < F1)
                ),
            },
            ensure_ascii=False,
        )
    )
    return all(goals.values())
