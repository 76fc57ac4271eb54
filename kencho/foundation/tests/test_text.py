import sqlite3
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation import text as t
from kencho.foundation.text import VARIANTS, Replaced, bigrams, fold, fts_query

JAPANESE = st.text(
    st.one_of(
        st.sampled_from(
            "髙高﨑崎邊辺齋斉沢澤三重県庁アイガぱーｱﾞｶ-−ー〜 　\nAaＡ１1①㍻々ヶ゙゚\u200b\U000e0100𠮷𰀀.。"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("髙田", "高田"),
        ("山﨑", "山崎"),
        ("渡邊", "渡辺"),
        ("渡邉", "渡辺"),
        ("齋藤", "斉藤"),
        ("斎藤", "齊藤"),
        ("澤", "沢"),
        ("𠮷野", "吉野"),
        ("葛󠄀城", "葛城"),
        ("辻󠄁", "辻"),
        ("神戸", "神戸"),
        ("三重縣廳", "三重県庁"),
        ("サーバ－", "さーばー"),
        ("ｻｰﾊﾞｰ", "サーバー"),
        ("ガイド", "ガイド"),
        ("３－１２", "3-12"),
        ("３−１２", "3‐12"),
        ("霞ヶ関", "霞ケ関"),
        ("Ｒ８", "r8"),
        ("STRASSE", "straße"),
        ("㈱山田", "(株)山田"),
        ("9時〜", "9時～"),
        (" 山田　 太郎\n", "山田 太郎"),
        ("山\u200b田", "山田"),
    ],
)
def test_texts_that_compare_equal(typed: str, same: str) -> None:
    assert fold(typed) == fold(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [("一", "ー"), ("はは", "ばば"), ("三-一", "三一"), ("キョウ", "キヨウ"), ("山田 太郎", "山田太郎")],
)
def test_texts_that_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_names_compare_without_blanks() -> None:
    assert t.fold_name("山田　太郎") == t.fold_name("山田太郎") == "山田太郎"


@settings(max_examples=60, deadline=None)
@given(JAPANESE)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=60, deadline=None)
@given(JAPANESE, JAPANESE)
def test_shape_width_and_kana_do_not_matter(a: str, b: str) -> None:
    wide = a + "".join(VARIANTS.get(c, c) for c in b)
    assert fold(wide) == fold(a + b)
    assert fold(t.to_katakana("かな")) == fold("カナ") == "かな"


def test_the_table_of_variants_is_in_order() -> None:
    assert len(VARIANTS) > 300
    assert not set(VARIANTS) & set(VARIANTS.values())
    for variant, head in VARIANTS.items():
        assert len(variant) == len(head) == 1
        assert unicodedata.normalize("NFKC", variant) == variant
    words = t._GROUPS.split()
    assert len("".join(words)) == len(set("".join(words)))


def test_small_helpers() -> None:
    assert t.to_hiragana("ミエケン ヴ") == "みえけん ゔ"
    assert t.to_katakana("みえけんゔ") == "ミエケンヴ"
    assert t.kana_full("ｶﾞｷﾞﾊﾟｰ abc１２") == "ガギパー abc１２"
    assert t.digits_ascii("第１２号、三") == "第12号、三"
    assert t.has_ivs("葛󠄀")
    assert not t.has_ivs("葛")
    assert t.strip_ivs("葛󠄀城") == "葛城"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ヤマダ", True),
        ("ヤマダ　タロウ", True),
        ("ヤマダ タロウ", True),
        ("ジョン・スミス", True),
        ("サトー", True),
        ("ヴァン＝ダイク", True),
        ("", False),
        ("ーサトウ", False),
        ("やまだ", False),
        ("ﾔﾏﾀﾞ", False),
        ("ヤマダ  タロウ", False),
        ("ヤマダ ", False),
        ("山田", False),
        ("Yamada", False),
        ("ヤマダ1", False),
    ],
)
def test_readings(text: str, expected: bool) -> None:
    assert t.is_katakana_reading(text) is expected


# Search


def hits(documents: list[str], query: str) -> list[int]:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE letters USING fts5(body, tokenize = 'ascii', prefix = '1')")
        connection.executemany(
            "INSERT INTO letters(rowid, body) VALUES (?, ?)",
            [(index, bigrams(document)) for index, document in enumerate(documents)],
        )
        rows = connection.execute("SELECT rowid FROM letters WHERE letters MATCH ? ORDER BY rowid", (query,))
        found = [int(row[0]) for row in rows]
    connection.close()
    return found


LETTERS = [
    "都市計画課は耐震改修の補助を決めた。",
    "県税の納付について（髙田様）",
    "保健所に\n提出する",
    "サーバーの更新 R8-0001",
    "都市の計画",
    "𰀀さん (a-1)",
]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("耐震", [0]),
        ("税", [1]),
        ("様", [1]),
        ("都市計画", [0]),
        ("都市", [0, 4]),
        ("高田", [1]),
        ("保健所に提出", [2]),
        ("都市　計画", [0, 4]),
        ("ｻｰﾊﾞ", [3]),
        ("r8-0001", [3]),
        ("8000", []),
        ("𰀀", [5]),
        ("𰀀さ", [5]),
        ("a-1", [5]),
        ("市計課", []),
        ('"税" OR "耐震"', []),
    ],
)
def test_search_finds_exactly_what_holds_the_words(typed: str, expected: list[int]) -> None:
    assert hits(LETTERS, fts_query(typed)) == expected


@pytest.mark.parametrize("typed", ["", "   ", "、。", "*", '"', "-"])
def test_nothing_to_search_for(typed: str) -> None:
    assert fts_query(typed) == ""


def test_pairs() -> None:
    assert bigrams("都市計画") == "都市 市計 計画 画"
    assert fts_query("都市計画 税 税") == '"都市 市計 計画" AND "税" *'


SHORT = st.text(st.sampled_from("ab1都市計画 　、-ー髙かガ\n𠮷"), max_size=10)


@settings(max_examples=60, deadline=None)
@given(st.lists(SHORT, max_size=5), SHORT)
def test_search_agrees_with_looking_for_substrings(documents: list[str], typed: str) -> None:
    query = fts_query(typed)
    if not query:
        return
    words = list(t._runs(fold(typed)))
    plain = [t._INNER_BLANK.sub("", fold(document)) for document in documents]
    assert hits(documents, query) == [
        i for i, text in enumerate(plain) if all(word in text for word in words)
    ]


# 縮退


def test_falling_back_to_jis_x_0213() -> None:
    text, replaced = t.degrade_jis0213("𠮷野の髙田と﨑、葛󠄀城😀")
    assert text == "吉野の高田と﨑、葛城〓"
    assert replaced == [
        Replaced(0, "𠮷", "吉", "variant"),
        Replaced(3, "髙", "高", "variant"),
        Replaced(8, "葛󠄀", "葛", "ivs"),
        Replaced(11, "😀", "〓", "unknown"),
    ]


def test_falling_back_to_cp932() -> None:
    text, replaced = t.degrade_cp932("髙﨑①–𠮟 か\u3099é")
    assert text == "髙﨑①‐叱 がe"
    assert [(one.original, one.kind) for one in replaced] == [
        ("–", "equivalent"),
        ("𠮟", "variant"),
        ("か\u3099", "equivalent"),
        ("é", "variant"),
    ]


def test_falling_back_to_jis_x_0208() -> None:
    text, replaced = t.degrade("髙﨑①", "shift_jis")
    assert text == "高崎1"
    assert {one.kind for one in replaced} == {"variant"}


@settings(max_examples=60, deadline=None)
@given(JAPANESE)
def test_what_is_left_can_be_written(text: str) -> None:
    for codec in ("euc_jis_2004", "cp932", "shift_jis"):
        plain, replaced = t.degrade(text, codec)
        plain.encode(codec)
        for one in replaced:
            assert text[one.index : one.index + len(one.original)] == one.original
        if not replaced:
            assert plain == text
