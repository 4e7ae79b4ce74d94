"use strict";

const form = document.getElementById("filter");
const rows = Array.from(document.querySelectorAll(".changes > li"));
const texts = new Map();

function text(row) {
  if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
  return texts.get(row);
}

function pipeline(row) {
  const named = row.querySelector(".pipeline");
  return named === null ? null : named.textContent;
}

function project(row) {
  return row.querySelector("h4 code").textContent.split("/")[0];
}

function wish() {
  const fields = form.elements;
  const [kind, place] = fields.place.value ? JSON.parse(fields.place.value) : [null, null];
  return {
    words: fields.text.value.toLowerCase().split(/\s+/).filter(Boolean),
    classes: [fields.action.value, fields.risk ? fields.risk.value : ""].filter(Boolean),
    fits: { pipeline: (row) => pipeline(row) === place, project: (row) => project(row) === place }[kind] || (() => true),
  };
}

function show() {
  const { words, classes, fits } = wish();
  let shown = 0;
  for (const list of document.querySelectorAll(".changes")) {
    let here = 0;
    for (const row of list.children) {
      row.hidden = !(
        classes.every((name) => row.classList.contains(name)) &&
        words.every((word) => text(row).includes(word)) &&
        fits(row)
      );
      here += row.hidden ? 0 : 1;
    }
    list.hidden = here === 0;
    list.style.containIntrinsicBlockSize = here === list.children.length ? "" : `${here * 9}rem`;
    shown += here;
  }
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = group.querySelector(".changes:not([hidden])") === null;
  }
  document.getElementById("none").hidden = shown > 0;
  form.querySelector("output").value =
    shown === rows.length ? `${rows.length} shown` : `${shown} of ${rows.length} shown`;
}

function offer(label, kind, names) {
  const group = document.createElement("optgroup");
  group.label = label;
  for (const name of Array.from(names).sort()) group.append(new Option(name, JSON.stringify([kind, name])));
  if (names.size) form.elements.place.append(group);
}

function clear() {
  form.reset();
}

if (form !== null) {
  offer("Pipelines", "pipeline", new Set(rows.map(pipeline).filter((name) => name !== null)));
  offer("Projects", "project", new Set(rows.map(project)));
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target !== null && target.hidden) {
      form.reset();
      setTimeout(() => target.scrollIntoView());
    }
  });
  show();
}

// A picture that is wider than its place is scrolled; not every browser lets the keyboard do so by itself.
const wide = new ResizeObserver((drawings) => {
  for (const { target: drawing } of drawings) {
    const place = drawing.parentElement;
    const scrolls = place.scrollWidth > place.clientWidth;
    for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Picture, wider than this place"]]) {
      if (scrolls) place.setAttribute(name, value);
      else place.removeAttribute(name);
    }
  }
});
for (const drawing of document.querySelectorAll(".picture > svg")) wide.observe(drawing);

async function plan() {
  const packed = document.getElementById("packed");
  if (packed === null) return document.querySelector("#raw pre").textContent;
  const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

async function copy() {
  await navigator.clipboard.writeText(await plan());
  return "Copied.";
}

async function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await plan()], { type: "application/json" }));
  link.download = "plan.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return "Saved as plan.json, where this browser puts downloads.";
}

const handles = document.getElementById("handles");
handles.hidden = false;
for (const [name, deed] of Object.entries({ copy, save })) {
  handles.querySelector(`[name=${name}]`).addEventListener("click", async () => {
    const told = handles.querySelector("output");
    try {
      told.value = await deed();
    } catch {
      told.value = "This browser does not allow it here.";
    }
  });
}
