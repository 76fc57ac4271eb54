// Blacks out a page before its picture is taken: fields, pictures, and every text that is not plainly the form's own.
// All masks have one length, so that not even the length of a value can be read.
({ texts, shown }) => {
  const MASK = "■■■■■";
  for (const field of document.querySelectorAll("input, textarea, select")) {
    const kind = (field.getAttribute("type") || "").toLowerCase();
    if (field.tagName === "SELECT") {
      field.replaceChildren(new Option(MASK));
    } else if (kind === "checkbox" || kind === "radio") {
      field.indeterminate = true;
      field.checked = false;
    } else if (kind !== "submit" && kind !== "button" && kind !== "hidden") {
      field.setAttribute("type", "text");
      field.value = MASK;
      field.placeholder = "";
    } else if (texts.some((text) => field.value.includes(text))) {
      field.value = MASK;
    }
  }
  const walker = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    const text = node.nodeValue;
    const parent = node.parentElement;
    if (!text.trim() || !parent || ["SCRIPT", "STYLE", "OPTION"].includes(parent.tagName)) continue;
    const plain = parent.closest(shown);
    const squeezed = text.replace(/\s+/g, "");
    const names = texts.some((value) => squeezed.includes(value.replace(/\s+/g, "")));
    if (!plain || names) node.nodeValue = MASK;
  }
  const style = document.createElement("style");
  style.textContent =
    "img, svg, canvas, video, object, embed, picture { visibility: hidden !important; }" +
    "*, *::before, *::after { background-image: none !important; content: none; }";
  document.documentElement.append(style);
}
