import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation.checkdigits import (
    ReceiptNumber,
    Span,
    check_receipt_number,
    contains_my_number,
    damm_digit,
    find_my_numbers,
    is_legal_entity_number,
    is_local_government_code,
    legal_entity_check_digit,
    local_government_check_digit,
    local_government_code,
    parse_receipt_number,
    receipt_number,
)


@pytest.mark.parametrize(
    "number",
    ["7000012050002", "5000020240001", "8000020130001"],  # 国税庁, 三重県, 東京都
)
def test_real_legal_entity_numbers(number: str) -> None:
    assert is_legal_entity_number(number)
    for wrong in range(10):
        assert is_legal_entity_number(f"{wrong}{number[1:]}") is (str(wrong) == number[0])


@pytest.mark.parametrize(
    "text", ["", "500002024000", "50000202400011", "５０００02024000１", "500002024000a"]
)
def test_other_texts_are_no_legal_entity_numbers(text: str) -> None:
    assert not is_legal_entity_number(text)


@settings(max_examples=60, deadline=None)
@given(st.from_regex("[0-9]{12}", fullmatch=True))
def test_check_digits_of_legal_entities_are_one_to_nine(base: str) -> None:
    assert 1 <= legal_entity_check_digit(base) <= 9
    assert is_legal_entity_number(f"{legal_entity_check_digit(base)}{base}")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("240001", "三重県"),
        ("242012", "津市"),
        ("242021", "四日市市"),
        ("130001", "東京都"),
        ("011002", "札幌市"),
    ],
)
def test_real_local_government_codes(code: str, name: str) -> None:
    assert is_local_government_code(code), name
    assert local_government_code(code[:5]) == code
    assert not is_local_government_code(code[:5] + str((int(code[5]) + 1) % 10))


@pytest.mark.parametrize("text", ["", "24000", "2400011", "２４０００１", "24000x"])
def test_other_texts_are_no_local_government_codes(text: str) -> None:
    assert not is_local_government_code(text)


def test_wrong_lengths_have_no_check_digit() -> None:
    for function in (legal_entity_check_digit, local_government_check_digit):
        with pytest.raises(ValueError, match="digits"):
            function("123")


# 個人番号: the sample number is the one printed on the specimen cards, it belongs to nobody.


@pytest.mark.parametrize(
    "text",
    [
        "123456789018",
        "1234 5678 9018",
        "1234-5678-9018",
        "１２３４－５６７８－９０１８",
        "1234　5678　9018",
        "1 2 3 4 5 6 7 8 9 0 1 8",
        "個人番号は123456789018です",
        "2026 1234 5678 9018",
        "1234.5678.9018",
        "1234 - 5678 - 9018",
    ],
)
def test_my_numbers_are_found(text: str) -> None:
    assert contains_my_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789012",
        "1234567890180",
        "0123456789018",
        "059-224-3070",
        "5-0000-2024-0001",
        "令和8年11月24日",
        "1234、5678、9018",
        "1234\n5678\n9018",
    ],
)
def test_other_digits_are_not(text: str) -> None:
    assert not contains_my_number(text)


def test_places_are_given_in_characters() -> None:
    text = "番号 １２３４ ５６７８ ９０１８ と 123456789018"
    assert [text[span.start : span.end] for span in find_my_numbers(text)] == [
        "１２３４ ５６７８ ９０１８",
        "123456789018",
    ]
    assert find_my_numbers("123456789018") == [Span(0, 12)]


@settings(max_examples=60, deadline=None)
@given(st.from_regex("[0-9]{11}", fullmatch=True))
def test_one_check_digit_in_ten_is_right(base: str) -> None:
    assert sum(contains_my_number(f"{base}{digit}") for digit in range(10)) == 1


# Damm


def test_the_published_example() -> None:
    assert damm_digit("572") == 4
    assert damm_digit("5724") == 0


DIGITS = st.from_regex("[0-9]{1,18}", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(DIGITS, st.data())
def test_every_wrong_digit_shows(digits: str, data: st.DataObject) -> None:
    number = f"{digits}{damm_digit(digits)}"
    place = data.draw(st.integers(0, len(number) - 1))
    for digit in "0123456789":
        changed = number[:place] + digit + number[place + 1 :]
        assert (damm_digit(changed) == 0) is (changed == number)


@settings(max_examples=60, deadline=None)
@given(DIGITS)
def test_every_swap_of_neighbours_shows(digits: str) -> None:
    number = f"{digits}{damm_digit(digits)}"
    for place in range(len(number) - 1):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert (damm_digit(swapped) == 0) is (swapped == number)


PREFIXES = st.from_regex("[A-Z0-9]{1,4}(-[A-Z0-9]{1,4})?", fullmatch=True)
SERIALS = st.integers(1, 10**12)


@settings(max_examples=60, deadline=None)
@given(PREFIXES, SERIALS)
def test_receipt_numbers_come_back(prefix: str, n: int) -> None:
    number = receipt_number(prefix, n)
    assert parse_receipt_number(number) == ReceiptNumber(prefix, n)
    assert str(ReceiptNumber(prefix, n)) == number


@settings(max_examples=60, deadline=None)
@given(PREFIXES, SERIALS, st.data())
def test_one_wrong_digit_or_swap_in_a_receipt_number_shows(prefix: str, n: int, data: st.DataObject) -> None:
    number = receipt_number(prefix, n)
    places = [index for index, character in enumerate(number) if character.isdigit()]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert not check_receipt_number(number[:place] + digit + number[place + 1 :])
    for left, right in itertools.pairwise(places):
        # Neighbours may have a hyphen, but no letter, between them.
        if number[left] != number[right] and not any(c.isalpha() for c in number[left:right]):
            letters = list(number)
            letters[left], letters[right] = letters[right], letters[left]
            assert not check_receipt_number("".join(letters))


@pytest.mark.parametrize(("letter", "digit"), ["O0", "I1", "Z2", "S5", "B8", "G6", "Q0", "L1"])
def test_a_letter_taken_for_a_digit_shows(letter: str, digit: str) -> None:
    number = receipt_number(f"A{letter}9", 42)
    assert not check_receipt_number(number.replace(letter, digit))


def test_ways_of_typing_a_receipt_number() -> None:
    number = receipt_number("R8A", 123)
    assert number.startswith("R8A-000123-")
    wide = "".join(chr(ord(c) + 0xFEE0) if c != "-" else "－" for c in number)
    for typed in (number.lower(), f" {number} ", wide, number.replace("-", "−"), number.replace("-", " - ")):
        assert check_receipt_number(typed)


@pytest.mark.parametrize(
    "text", ["", "R8", "R8-123-4", "R8-000000-1", "-000123-1", "R8-0000123-1", "東京-000123-1"]
)
def test_what_cannot_be_a_receipt_number(text: str) -> None:
    assert parse_receipt_number(text) is None


@pytest.mark.parametrize(("prefix", "n"), [("", 1), ("r8", 1), ("R8-", 1), ("R8", 0), ("R8", 10**18)])
def test_numbers_that_are_not_issued(prefix: str, n: int) -> None:
    with pytest.raises(ValueError, match=r"^(prefix|n)$"):
        receipt_number(prefix, n)
