/* Boxes over a blank form. The table of numbers is the form that is sent; this only moves its numbers about. */
(() => {
  "use strict";

  const board = document.querySelector("[data-draw]");
  const body = document.querySelector("[data-rows]");
  const blank = document.querySelector("[data-row-template]");
  if (!board || !body || !blank || body.closest("fieldset")?.disabled) return;
  const SVG = "http://www.w3.org/2000/svg";
  const total = document.querySelector("[name=boxes-TOTAL_FORMS]");
  const sheets = [...board.querySelectorAll("[data-page]")];
  const LEAST = 2;
  const drawn = new Map();
  let now = null;

  const part = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const number = (row, name) => Number(part(row, name).value);
  const rounded = (value) => String(Math.round(value * 10) / 10);
  const label = (row) => {
    const select = part(row, "target");
    return select.value ? select.selectedOptions[0].textContent : board.dataset.new;
  };
  const sheetOf = (row) => sheets.find((each) => each.dataset.page === (part(row, "page").value || "1"));
  const size = (sheet) => sheet.viewBox.baseVal;
  const isPlaced = (row) => part(row, "width").value !== "" && part(row, "height").value !== "" && !part(row, "DELETE").checked;

  const set = (row, box) => {
    for (const [name, value] of Object.entries(box)) part(row, name).value = rounded(value);
    body.closest("form").dispatchEvent(new Event("input", { bubbles: true }));
    show(row);
  };
  const box = (row) => ({ x: number(row, "x"), y: number(row, "y"), width: number(row, "width"), height: number(row, "height") });

  const choose = (row) => {
    now?.classList.remove("draw-row--now");
    if (now) drawn.get(now)?.rect.classList.remove("draw__box--now");
    now = row;
    row.classList.add("draw-row--now");
    drawn.get(row)?.rect.classList.add("draw__box--now");
  };

  const show = (row) => {
    let shape = drawn.get(row);
    const sheet = sheetOf(row);
    if (!isPlaced(row) || !sheet) {
      shape?.group.remove();
      drawn.delete(row);
      return;
    }
    if (!shape) {
      const group = document.createElementNS(SVG, "g");
      const rect = document.createElementNS(SVG, "rect");
      rect.setAttribute("tabindex", "0");
      rect.setAttribute("role", "button");
      rect.addEventListener("focus", () => choose(row));
      rect.addEventListener("keydown", (event) => keys(event, row));
      rect.addEventListener("pointerdown", (event) => drag(event, row));
      group.append(rect);
      shape = { group, rect };
      drawn.set(row, shape);
    }
    sheet.querySelector("[data-boxes]").append(shape.group);
    const place = box(row);
    for (const [name, value] of Object.entries(place)) shape.rect.setAttribute(name, String(value));
    shape.rect.setAttribute("class", `draw__box${part(row, "target").value ? "" : " draw__box--unnamed"}${row === now ? " draw__box--now" : ""}`);
    const said = board.dataset.box.replace(/\{(\w+)\}/g, (whole, key) => (key === "label" ? label(row) : rounded(place[key])));
    shape.rect.setAttribute("aria-label", said);
    for (const line of shape.group.querySelectorAll("line")) line.remove();
    const cells = number(row, "cells") || 1;
    for (let each = 1; each < cells; each += 1) {
      const line = document.createElementNS(SVG, "line");
      const x = place.x + (place.width * each) / cells;
      for (const [name, value] of Object.entries({ x1: x, x2: x, y1: place.y, y2: place.y + place.height })) line.setAttribute(name, String(value));
      line.setAttribute("class", "draw__cell");
      shape.group.append(line);
    }
  };

  /* --- Keys: arrows move by half a millimetre, with Shift they change the size --------------------------------------- */
  const clamp = (value, least, most) => Math.min(Math.max(value, least), Math.max(most, least));
  const keys = (event, row) => {
    const step = event.ctrlKey ? 5 : 0.5;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    const { width, height } = size(sheetOf(row));
    const place = box(row);
    if (by) {
      event.preventDefault();
      if (event.shiftKey) {
        set(row, {
          width: clamp(place.width + by[0], LEAST, width - place.x),
          height: clamp(place.height + by[1], LEAST, height - place.y),
        });
      } else {
        set(row, { x: clamp(place.x + by[0], 0, width - place.width), y: clamp(place.y + by[1], 0, height - place.height) });
      }
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      part(row, "target").focus();
    } else if (event.key === "Delete") {
      event.preventDefault();
      part(row, "DELETE").checked = true;
      show(row);
      part(row, "DELETE").focus();
    }
  };

  /* --- The pointer: on a box it moves, on paper it draws --------------------------------------------------------------- */
  const point = (event, sheet) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(sheet.getScreenCTM().inverse());
    const { width, height } = size(sheet);
    return { x: clamp(at.x, 0, width), y: clamp(at.y, 0, height) };
  };
  const follow = (sheet, event, move, end) => {
    const onMove = (next) => move(point(next, sheet));
    const onEnd = () => {
      sheet.removeEventListener("pointermove", onMove);
      sheet.removeEventListener("pointerup", onEnd);
      sheet.removeEventListener("pointercancel", onEnd);
      end();
    };
    sheet.setPointerCapture(event.pointerId);
    sheet.addEventListener("pointermove", onMove);
    sheet.addEventListener("pointerup", onEnd);
    sheet.addEventListener("pointercancel", onEnd);
  };
  const drag = (event, row) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    const sheet = sheetOf(row);
    const start = point(event, sheet);
    const from = box(row);
    const { width, height } = size(sheet);
    choose(row);
    follow(sheet, event, (to) => set(row, {
      x: clamp(from.x + to.x - start.x, 0, width - from.width),
      y: clamp(from.y + to.y - start.y, 0, height - from.height),
    }), () => drawn.get(row)?.rect.focus());
  };

  const freeRow = () => {
    const empty = [...body.querySelectorAll("[data-row]")].find(
      (row) => !part(row, "target").value && part(row, "width").value === "" && !part(row, "DELETE").checked);
    if (empty) return empty;
    const copy = blank.content.firstElementChild.cloneNode(true);
    const index = total.value;
    for (const each of copy.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).replace("__prefix__", index));
      }
    }
    total.value = String(Number(index) + 1);
    body.append(copy);
    watch(copy);
    return copy;
  };

  for (const sheet of sheets) {
    sheet.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      const start = point(event, sheet);
      let row = null;
      follow(sheet, event, (to) => {
        const place = { x: Math.min(start.x, to.x), y: Math.min(start.y, to.y), width: Math.abs(to.x - start.x), height: Math.abs(to.y - start.y) };
        if (!row && (place.width < LEAST || place.height < LEAST)) return;
        if (!row) {
          row = freeRow();
          part(row, "page").value = sheet.dataset.page;
          if (!part(row, "cells").value) part(row, "cells").value = "1";
          choose(row);
        }
        set(row, { ...place, width: Math.max(place.width, LEAST), height: Math.max(place.height, LEAST) });
      }, () => {
        if (row) part(row, "target").focus();
      });
    });
  }

  const watch = (row) => {
    row.addEventListener("input", () => show(row));
    row.addEventListener("change", () => show(row));
    row.addEventListener("focusin", () => choose(row));
  };
  for (const sheet of sheets) sheet.querySelector("[data-boxes]").replaceChildren();
  for (const row of body.querySelectorAll("[data-row]")) {
    watch(row);
    show(row);
  }
})();
