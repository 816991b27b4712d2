// Steps through a case on its diagrams. The page gives the frames (data-frames: where the case was after each entry, and
// the way it took) and the words of each step (data-steps + number, HTML made by the server).
import { drawing } from './drawing.js';
import './replay.css';

const player = document.getElementById('player');
if (player) {
  start(player).catch((problem) => {
    player.hidden = true;
    console.error(problem);
  });
}

async function start(root) {
  const response = await fetch(root.dataset.frames, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`The frames answered ${response.status}`);
  const record = await response.json();
  if (!record.frames.length) return;
  root.hidden = false;
  const strands = [...root.querySelectorAll('[data-strand]')].map((holder) => strand(holder, record));
  const words = stepWords(root.querySelector('[data-step]'), root.dataset.steps);
  const parts = {
    slider: root.querySelector('#replay-slider'),
    number: root.querySelector('[data-number]'),
    now: root.querySelector('[data-now]'),
    date: root.querySelector('#replay-date'),
    buttons: Object.fromEntries([...root.querySelectorAll('[data-go]')].map((each) => [each.dataset.go, each])),
  };
  let at = -1;

  function show(wanted) {
    const next = Math.min(Math.max(wanted, 0), record.frames.length - 1);
    if (next === at) return;
    at = next;
    const frame = record.frames[at];
    parts.slider.value = at + 1;
    parts.slider.setAttribute('aria-valuetext', `Step ${at + 1}, ${frame.day}`);
    parts.number.textContent = at + 1;
    parts.now.textContent = `Step ${at + 1} of ${record.frames.length}, ${frame.day}: ${frame.sentence}`;
    parts.date.value = frame.date;
    disable(parts.buttons, at, record.frames.length - 1);
    strands.forEach((each) => each.show(at));
    words.show(frame.seq, record.frames[at + 1]?.seq);
  }

  const moves = { first: () => 0, back: () => at - 1, forward: () => at + 1, last: () => record.frames.length - 1 };
  for (const [name, button] of Object.entries(parts.buttons)) button.addEventListener('click', () => show(moves[name]()));
  parts.slider.addEventListener('input', () => show(Number(parts.slider.value) - 1));
  root.querySelector('[data-jump]').addEventListener('submit', (event) => {
    event.preventDefault();
    if (parts.date.value) show(lastBy(record.frames, parts.date.value));
  });
  document.addEventListener('keydown', (event) => {
    const move = key(event, root);
    if (!move) return;
    event.preventDefault();
    show(moves[move]());
  });
  show(record.frames.findIndex((frame) => frame.seq === Number(root.dataset.start)));
}

// The last step recorded on or before a date; the first when the case began after it.
function lastBy(frames, date) {
  const after = frames.findIndex((frame) => frame.date > date);
  return after === -1 ? frames.length - 1 : after - 1;
}

// Buttons that lead nowhere; the one with the focus hands it on, so that a keyboard is never left without a place.
function disable(buttons, at, last) {
  const had = document.activeElement;
  for (const name of ['first', 'back']) buttons[name].disabled = at === 0;
  for (const name of ['forward', 'last']) buttons[name].disabled = at === last;
  if (had?.disabled && had.dataset.go) (at === 0 ? buttons.forward : buttons.back).focus();
}

// Arrows work wherever nothing else wants them, Home and End inside the player only.
function key(event, root) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  if (event.target.closest?.('input, select, textarea, [contenteditable]')) return null;
  if (event.key === 'ArrowLeft') return 'back';
  if (event.key === 'ArrowRight') return 'forward';
  if (!root.contains(event.target)) return null;
  return { Home: 'first', End: 'last' }[event.key] ?? null;
}

// One strand's diagram: that of the latest thing that happened in it, or of the first that will, unless one was chosen.
function strand(holder, record) {
  const id = holder.dataset.strand;
  const choose = holder.querySelector('[data-choose]');
  const canvas = drawing(holder.querySelector('[data-drawing]'));
  let at = 0;
  const diagrams = (frame) => record.versions[frame.version].diagrams;
  for (const process of seen(record, id)) {
    const option = document.createElement('option');
    option.value = process;
    option.textContent = diagrams(record.frames[0])[process]?.name ?? process;
    choose.append(option);
  }
  const show = (wanted) => {
    at = wanted;
    const frame = record.frames[at];
    const process = choose.value || latest(record, id, at) || first(record, id, frame);
    return canvas.show(diagrams(frame)[process]?.url, marks(record, process, at));
  };
  choose.addEventListener('change', () => show(at));
  return { show };
}

// The processes of a strand that the case ever went through, in the order in which it met them.
function seen(record, id) {
  const found = new Set();
  for (const frame of record.frames) {
    for (const [process] of frame.passed) if (record.versions[frame.version].diagrams[process]?.strand === id) found.add(process);
  }
  return found;
}

function latest(record, id, at) {
  for (let i = at; i >= 0; i -= 1) {
    const frame = record.frames[i];
    const own = frame.passed.filter(([process]) => record.versions[frame.version].diagrams[process]?.strand === id);
    if (own.length) return own[own.length - 1][0];
  }
  return null;
}

// Where a strand begins: the first of its processes that the case came to, else the first that the policy names.
function first(record, id, frame) {
  const [met] = seen(record, id);
  return met ?? record.versions[frame.version].strands[id]?.[0];
}

function marks(record, process, at) {
  const frame = record.frames[at];
  const of = (list) => list.filter(([name]) => name === process).map(([, element]) => element);
  const past = record.frames.slice(0, at).filter((each) => each.version === frame.version);
  const begun = record.frames.slice(0, at + 1).some((each) => of(each.passed).length || of(each.at).length);
  const words = begun ? '' : 'Nothing of this process has begun yet.';
  return { words, passed: past.flatMap((each) => of(each.passed)), step: of(frame.passed), open: of(frame.at) };
}

// The words of a step, fetched once each; the next one is fetched ahead.
function stepWords(holder, address) {
  const kept = new Map();
  const fetched = (seq) => {
    if (!kept.has(seq)) {
      kept.set(seq, fetch(address + seq, { credentials: 'same-origin' }).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status))));
      kept.get(seq).catch(() => kept.delete(seq));
    }
    return kept.get(seq);
  };
  let wanted = null;
  async function show(seq, next) {
    wanted = seq;
    holder.setAttribute('aria-busy', 'true');
    try {
      const html = await fetched(seq);
      if (wanted !== seq) return;
      holder.innerHTML = html;
      holder.dataset.shown = seq;
      if (next) fetched(next).catch(() => {});
    } catch {
      if (wanted === seq) holder.textContent = 'This step could not be fetched. The chronology below says it in words.';
    } finally {
      if (wanted === seq) holder.removeAttribute('aria-busy');
    }
  }
  let later = 0;
  return {
    show(seq, next) {
      clearTimeout(later);
      later = setTimeout(() => show(seq, next), 60);
    },
  };
}
