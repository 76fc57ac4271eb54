"""Boxes, keys, receipts; and an attacker who keeps every version of the storage."""

import random
import secrets
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.surveys.anonymity import (
    AlreadySpent,
    Box,
    CycleKeys,
    Damaged,
    NotEligible,
    Opener,
    is_receipt,
    new_receipt,
    normal,
    pack,
    seal_ballot,
    sealed,
    tag_of,
    token_of,
    unpack,
    unwrapped,
    wrapped,
)

SIZE = 64


def token(n: int) -> bytes:
    return n.to_bytes(16, "big")


class TestBox:
    """Every ballot once, for those who hold a token."""

    def test_once(self) -> None:
        box = Box.issue([token(1), token(2)], SIZE)
        ballot, tag = secrets.token_bytes(SIZE), secrets.token_bytes(16)
        assert box.put(token(1), tag, ballot)
        assert not box.put(token(1), tag, secrets.token_bytes(SIZE))
        with pytest.raises(AlreadySpent):
            box.put(token(1), secrets.token_bytes(16), ballot)
        with pytest.raises(NotEligible):
            box.put(token(3), tag, ballot)
        with pytest.raises(ValueError, match="size"):
            box.put(token(2), tag, b"short")
        assert (box.count, box.is_whole, box.sealed_ballots(), box.all_tags()) == (1, True, [ballot], [tag])

    def test_a_box_that_lost_a_ballot_is_not_whole(self) -> None:
        box = Box.issue([token(1)], SIZE)
        box.put(token(1), secrets.token_bytes(16), secrets.token_bytes(SIZE))
        box.ballots = b""
        assert not box.is_whole

    def test_a_hundred_thousand_retries_count_nobody_twice(self) -> None:
        rng = random.Random(406)
        voters = [(token(n), secrets.token_bytes(16), secrets.token_bytes(SIZE)) for n in range(500)]
        box = Box.issue([voter[0] for voter in voters], SIZE)
        first = sum(box.put(*rng.choice(voters)) for _try in range(100_000))
        assert first == box.count == len(set(box.sealed_ballots())) == 500

    @given(
        st.lists(st.binary(min_size=16, max_size=16), unique=True, max_size=30),
        st.randoms(use_true_random=False),
    )
    @settings(max_examples=50)
    def test_the_content_does_not_depend_on_the_order(self, tokens: list[bytes], rng: random.Random) -> None:
        voters = [(each, bytes(rng.randbytes(16)), bytes(rng.randbytes(SIZE))) for each in tokens]
        boxes = []
        for _round in range(2):
            rng.shuffle(voters)
            box = Box.issue(tokens, SIZE)
            for voter in voters:
                box.put(*voter)
            boxes.append(box)
        assert boxes[0] == boxes[1]


class TestKeys:
    """Sealed is sealed."""

    def test_round_trip_and_length(self) -> None:
        keys = CycleKeys.new()
        short, long = (seal_ballot(keys.public, data, 100, "here") for data in (b"a", b"a" * 100))
        assert len(short) == len(long)
        assert Opener(keys).open(short, "here") == b"a"
        assert Opener(keys).open(long, "here") == b"a" * 100
        assert seal_ballot(keys.public, b"a", 100, "here")[:32] != short[:32]
        with pytest.raises(ValueError, match="payload"):
            seal_ballot(keys.public, b"a" * 101, 100, "here")

    def test_changed_moved_or_another_key(self) -> None:
        keys = CycleKeys.new()
        data = seal_ballot(keys.public, b"a", 10, "here")
        wrong = [(keys, data, "there"), (CycleKeys.new(), data, "here"), (keys, data[:-1] + b"\0", "here")]
        for opener, changed, place in wrong:
            with pytest.raises(Damaged):
                Opener(opener).open(changed, place)

    def test_keys_lie_wrapped(self, settings: object) -> None:
        keys = CycleKeys.new()
        data = wrapped(keys, "cycle")
        assert keys.private not in data
        assert unwrapped(data, "cycle") == keys
        with pytest.raises(Damaged):
            unwrapped(data, "another")
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]  # pytest-django's settings take any name
        settings.SECRET_KEY = "replaced"  # type: ignore[attr-defined]  # as above
        assert unwrapped(data, "cycle") == keys

    def test_tokens_cannot_be_made_without_the_key(self) -> None:
        keys = CycleKeys.new()
        assert token_of(keys, "S1") == token_of(keys, "S1")
        assert token_of(keys, "S1") != token_of(keys, "S2")
        assert token_of(keys, "S1") != token_of(CycleKeys.new(), "S1")


class TestReceipts:
    """Codes as people write them."""

    def test_typed_by_hand(self) -> None:
        code = new_receipt()
        wide = code.lower().translate({ord("-"): " "}).translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
        assert normal(wide) == code
        assert tag_of(wide, "c") == tag_of(code, "c") != tag_of(code, "d")
        assert is_receipt(code)
        assert not is_receipt(code[:-1])
        assert normal("oil") == "011"

    def test_sealing_says_nothing_of_the_order(self) -> None:
        tags, ballots = (
            [secrets.token_bytes(16) for _n in range(9)],
            [secrets.token_bytes(40) for _n in range(9)],
        )
        one, other = sealed(tags, ballots), sealed(reversed(tags), reversed(ballots))
        assert one == other
        assert sealed(tags, [*ballots[1:], b"x"]).ballots_root != one.ballots_root
        assert one.count == 9


class TestDrafts:
    """Unfinished answers open for their writer only."""

    def test_only_for_the_same_token(self) -> None:
        text = pack({"a": {"q": ["秘密"]}}, b"mine")
        assert "秘密" not in text
        assert unpack(text, b"mine") == {"a": {"q": ["秘密"]}}
        assert unpack(text, b"yours") is None
        assert unpack(text[:-4] + "AAAA", b"mine") is None
        assert unpack("％", b"mine") is None
        assert unpack("", b"mine") is None

    def test_the_longest_draft_fits_a_cookie(self) -> None:
        rng = random.Random(1)
        words = "".join(chr(rng.randrange(0x20000, 0x2A6D0)) for _sign in range(600))
        assert len(pack({"r": new_receipt(), "a": {"q": [words]}}, b"mine")) < 3900


VOTERS = 20
TRIALS = 10_000
History = list[tuple[bytes, bytes]]


Attack = Callable[[History, int], int]


def first_in_first(history: History, target: int) -> int:
    """The place in the order of writing."""
    return target


def by_sealed_bytes(history: History, target: int) -> int:
    """The place of the sealed ballot among all sealed ballots in their order."""
    return sorted(ballot for _token, ballot in history).index(history[target][1])


def by_token_bytes(history: History, target: int) -> int:
    """The place of the token among all tokens in their order."""
    return sorted(token for token, _ballot in history).index(history[target][0])


def last_in_last(history: History, target: int) -> int:
    """The reverse order of writing."""
    return len(history) - 1 - target


ATTACKS: list[Attack] = [first_in_first, last_in_last, by_sealed_bytes, by_token_bytes]


def test_linking_is_no_better_than_chance() -> None:
    """10,000 trials; the attacker knows when everybody voted and keeps every version of the box."""
    hits = dict.fromkeys(ATTACKS, 0)
    for _trial in range(TRIALS // VOTERS):
        tokens = [secrets.token_bytes(16) for _voter in range(VOTERS)]
        order = random.sample(range(VOTERS), VOTERS)
        box, history, said = Box.issue(tokens, SIZE), History(), {}
        for voter in order:
            ballot = secrets.token_bytes(SIZE)
            said[ballot] = voter
            box.put(tokens[voter], secrets.token_bytes(16), ballot)
            history.append((tokens[voter], ballot))
        table = [
            voter
            for _identifier, voter in sorted((secrets.token_bytes(16), said[b]) for b in box.sealed_ballots())
        ]
        for attack in ATTACKS:
            hits[attack] += sum(table[attack(history, n)] == order[n] for n in range(VOTERS))
    for attack, count in hits.items():
        assert count / TRIALS <= 1 / VOTERS + 0.01, attack.__name__


def test_the_attacks_do_work_on_careless_storage() -> None:
    """Rows with a running number give everybody away; ballots that stay in the order of their sealed bytes do too."""
    order = random.sample(range(VOTERS), VOTERS)
    history = [(secrets.token_bytes(16), secrets.token_bytes(SIZE)) for _voter in order]
    assert all(order[first_in_first(history, n)] == order[n] for n in range(VOTERS))
    kept = [voter for _ballot, voter in sorted((history[n][1], order[n]) for n in range(VOTERS))]
    assert all(kept[by_sealed_bytes(history, n)] == order[n] for n in range(VOTERS))
