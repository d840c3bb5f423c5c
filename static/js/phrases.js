// Chinese headings break between words, not inside them: 康复|辅助|技术|咨询师, never 咨|询师. Browsers know the words
// (Intl.Segmenter) but break at every character; so places to break are put between words, and style allows no others.
const chinese = document.documentElement.lang.startsWith("zh");
const words = chinese && window.Intl?.Segmenter ? new Intl.Segmenter("zh", { granularity: "word" }) : null;
const HAN = /^\p{Script=Han}+$/u;
const LONGEST = 7;

// A sign alone belongs to the word before it (咨询 + 师, 协会 + 的), unless that becomes too long for a narrow line.
function pieces(text) {
  const found = [];
  for (const { segment } of words.segment(text)) {
    const before = found.at(-1);
    const joins = before && [...segment].length === 1 && HAN.test(segment) && HAN.test(before) && before.length < LONGEST;
    if (joins) found[found.length - 1] += segment;
    else found.push(segment);
  }
  return found;
}

function setBreaks(heading) {
  const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (walker.currentNode.data.trim().length > 4) texts.push(walker.currentNode);
  for (const text of texts) {
    const parts = pieces(text.data);
    const nodes = parts.flatMap((part, place) =>
      place && HAN.test(part[0]) && HAN.test(parts[place - 1].at(-1)) ? [document.createElement("wbr"), part] : [part],
    );
    if (nodes.length > parts.length) text.replaceWith(...joined(nodes));
  }
  heading.classList.add("by-words");
}

// Text between two breaks is one node, as it was.
function joined(nodes) {
  const out = [];
  for (const node of nodes) {
    if (typeof node === "string" && typeof out.at(-1) === "string") out[out.length - 1] += node;
    else out.push(node);
  }
  return out;
}

if (words) for (const heading of document.querySelectorAll("main :is(h1, h2, h3, .row__title)")) setBreaks(heading);
