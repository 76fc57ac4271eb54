"""The frozen document and its digest."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.approvals.document import Attachment, Document, Section, Table, digest_of, document_of

TEXT = st.text(max_size=8)
TABLES = st.builds(lambda a, b, row: Table((a, b), (row,)), TEXT, TEXT, st.tuples(TEXT, TEXT))
SECTIONS = st.builds(
    Section,
    TEXT,
    st.lists(TEXT, max_size=2).map(tuple),
    st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    st.none() | TABLES,
)
ATTACHMENTS = st.builds(Attachment, TEXT, TEXT, st.integers(0, 10**9), TEXT)
DOCUMENTS = st.builds(
    Document, st.lists(SECTIONS, max_size=3).map(tuple), st.lists(ATTACHMENTS, max_size=2).map(tuple)
)


@given(DOCUMENTS)
@settings(max_examples=60)
def test_a_document_survives_storing(document: Document) -> None:
    assert document_of(document.as_json()) == document


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=60)
def test_the_digest_differs_exactly_when_the_document_does(one: Document, other: Document) -> None:
    digests = [digest_of(title="件名", amount=1, document=each.as_json()) for each in (one, other)]
    assert (digests[0] == digests[1]) == (one == other)


def test_the_digest_covers_title_and_amount() -> None:
    plain = Document().as_json()
    digests = {
        digest_of(title=title, amount=amount, document=plain)
        for title in ("甲", "乙")
        for amount in (None, 0, 1)
    }
    assert len(digests) == 6
