"""Parsing and writing XML without document types, entities, outside fetches, comments or instructions."""

import re
from typing import Any

from kencho.files.sanitize.outcome import Reason, Refusal

# Written in UTF-16 the word would look different; such parts are turned into UTF-8 first.
DOCTYPE = re.compile(r"<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST)", re.I)
DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_\-]+)[\"']")
DEPTH = 250


def parse(data: bytes) -> Any:
    """The root element. Raises `Refusal` for a document type (the door for entity bombs) and for broken XML."""
    from lxml import etree

    text = _decoded(data)
    if DOCTYPE.search(text):
        raise Refusal(Reason.DOCTYPE)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal(Reason.BROKEN, "xml") from error
    information: Any = None if root is None else root.getroottree().docinfo
    if information is None or information.doctype:
        raise Refusal(Reason.DOCTYPE)
    return root


def _decoded(data: bytes) -> str:
    """The text of an XML part: UTF-8 or UTF-16, the two encodings that packages may use (OPC 6.2.5)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data[:2] in {b"<\0", b"\0<"}:
        encoding = "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    else:
        encoding = "utf-8-sig"
        declared = DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
        if declared and declared.group(1).lower() not in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}:
            raise Refusal(Reason.BROKEN, "xml encoding")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal(Reason.BROKEN, "xml encoding") from error
    # The declaration may name another encoding than the one that the text is now handed over in.
    return re.sub(r"\A\s*<\?xml[^>]*\?>", "", text, count=1)


def write(root: Any) -> bytes:
    """The element as a whole UTF-8 document."""
    from lxml import etree

    result: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return result


def local(element: Any) -> str:
    """An element's or attribute's name without its namespace."""
    name = element if isinstance(element, str) else element.tag
    return str(name).rpartition("}")[2]


def namespace(name: Any) -> str:
    """The namespace of a qualified name."""
    return str(name)[1:].partition("}")[0] if str(name).startswith("{") else ""


def drop(element: Any) -> None:
    """Remove an element but keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def unwrap(element: Any) -> None:
    """Put an element's children in its place."""
    parent = element.getparent()
    place = parent.index(element)
    for child in list(element):
        parent.insert(place, child)
        place += 1
    parent.remove(element)
