// Shows highlights in the lesson, and offers to highlight selected words. Without it, notes are written below the lesson.
const desk = document.querySelector("[data-notes]");
const LONGEST = 500;

/** The block that follows a spot, or null. */
const blockOf = (id) => document.querySelector(`[data-spot="${CSS.escape(id)}"]`)?.nextElementSibling ?? null;

const spotAbove = (node) => {
  const article = node?.parentElement?.closest(".lesson__body");
  if (!article) return null;
  let child = node;
  while (child.parentElement !== article) child = child.parentElement;
  while (child && !child.dataset?.spot) child = child.previousElementSibling;
  return child;
};

const squeeze = (text) => text.replace(/\s+/gu, "");

/** Wrap the first place of `quote` in the block in <mark>; spaces and line breaks do not count. */
const mark = (block, quote, target) => {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const letters = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let place = 0; place < node.data.length; place += 1) {
      if (!/\s/u.test(node.data[place])) letters.push([node, place]);
    }
  }
  const wanted = squeeze(quote);
  const start = letters.map(([node, place]) => node.data[place]).join("").indexOf(wanted);
  if (start < 0 || !wanted) return false;
  const parts = new Map();
  for (const [node, place] of letters.slice(start, start + wanted.length)) {
    const [from] = parts.get(node) ?? [place];
    parts.set(node, [from, place + 1]);
  }
  for (const [node, [from, to]] of parts) {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    const element = document.createElement("mark");
    element.className = "highlight";
    element.dataset.note = target;
    range.surroundContents(element);
  }
  return true;
};

if (desk) {
  for (const note of desk.querySelectorAll("[data-quote]")) {
    const block = blockOf(note.dataset.block);
    const found = block && mark(block, note.dataset.quote, note.id);
    if (!found) note.querySelector("[data-note-moved]").hidden = false;
  }

  const form = desk.querySelector("[data-note-form]");
  const tool = desk.querySelector("[data-note-tool]");
  const shown = desk.querySelector("[data-note-quote]");
  desk.querySelector("[data-notes-hint]").hidden = false;
  document.body.append(tool);
  let chosen = null;

  const look = () => {
    const selection = document.getSelection();
    const quote = selection.toString().trim();
    const spot = quote && spotAbove(selection.anchorNode);
    if (!spot || desk.contains(selection.anchorNode)) {
      tool.hidden = true;
      return;
    }
    chosen = { quote: quote.slice(0, LONGEST), block: spot.dataset.spot };
    tool.hidden = false;
  };

  const take = () => {
    form.elements.quote.value = chosen.quote;
    form.elements.block.value = chosen.block;
    shown.textContent = chosen.quote;
    shown.hidden = false;
    tool.hidden = true;
  };

  document.addEventListener("selectionchange", look);
  // Pressing a button must not empty the selection before it is read.
  tool.addEventListener("pointerdown", (event) => event.preventDefault());
  tool.querySelector("[data-note-mark]").addEventListener("click", () => {
    take();
    form.submit();
  });
  tool.querySelector("[data-note-write]").addEventListener("click", () => {
    take();
    form.elements.text.focus();
  });
}
