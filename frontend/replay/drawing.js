// One diagram that can be changed for another, with marks for where the case is and the way it took.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';

const MARKS = { passed: 'app-passed', step: 'app-step', open: 'app-open' };

export function drawing(holder) {
  const sources = new Map();
  let viewer = null;
  let shown = null;
  let wanted = null;
  let marked = [];
  let busy = Promise.resolve();

  async function source(url) {
    if (!sources.has(url)) {
      const answer = await fetch(url, { credentials: 'same-origin' });
      if (!answer.ok) throw new Error(`The diagram answered ${answer.status}`);
      sources.set(url, await answer.text());
    }
    return sources.get(url);
  }

  async function draw({ url, marks }) {
    if (!url) {
      empty();
      return;
    }
    if (url !== shown) {
      const text = await source(url);
      if (!viewer) {
        holder.replaceChildren();
        viewer = new NavigatedViewer({ container: holder });
        holder.append(buttons(viewer));
      }
      await viewer.importXML(text);
      marked = [];
      shown = url;
    }
    mark(marks);
  }

  function empty() {
    viewer?.destroy();
    viewer = null;
    shown = null;
    const note = document.createElement('p');
    note.className = 'govuk-body app-diagram__note';
    note.textContent = 'Nothing has happened here yet.';
    holder.replaceChildren(note);
  }

  function mark(marks) {
    const canvas = viewer.get('canvas');
    const registry = viewer.get('elementRegistry');
    const overlays = viewer.get('overlays');
    for (const [id, name] of marked) canvas.removeMarker(id, name);
    overlays.remove({ type: 'token' });
    marked = [];
    for (const [kind, name] of Object.entries(MARKS)) {
      for (const id of new Set(marks[kind])) {
        if (!registry.get(id)) continue;
        canvas.addMarker(id, name);
        marked.push([id, name]);
      }
    }
    const open = [...new Set(marks.open)].map((id) => registry.get(id)).filter((each) => each && !each.waypoints);
    for (const each of open) overlays.add(each, 'token', { position: { top: -9, left: -9 }, html: token() });
    look(canvas, registry, open[0] ?? last(registry, marks.step) ?? last(registry, marks.passed));
    holder.classList.add('app-diagram--ready');
  }

  return {
    show(url, marks) {
      wanted = { url, marks };
      const asked = wanted;
      busy = busy
        .then(() => (asked === wanted ? draw(asked) : undefined))
        .catch((problem) => {
          holder.textContent = 'The diagram could not be shown. The list below says the same in words.';
          viewer = shown = null;
          console.error(problem);
        });
      return busy;
    },
  };
}

function buttons(viewer) {
  const bar = document.createElement('div');
  bar.className = 'app-replay__zoom';
  bar.append(
    button('Zoom in', '+', () => viewer.get('zoomScroll').stepZoom(1)),
    button('Zoom out', '−', () => viewer.get('zoomScroll').stepZoom(-1)),
    button('Show the whole diagram', 'Whole', () => viewer.get('canvas').zoom('fit-viewport', 'auto')),
  );
  return bar;
}

function button(label, sign, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'app-replay__zoom-button';
  made.setAttribute('aria-label', label);
  made.title = label;
  made.textContent = sign;
  made.addEventListener('click', act);
  return made;
}

function token() {
  const dot = document.createElement('span');
  dot.className = 'app-token';
  return dot;
}

function last(registry, ids) {
  const shapes = ids.map((id) => registry.get(id)).filter((each) => each && !each.waypoints);
  return shapes[shapes.length - 1];
}

// The whole diagram if it stays readable, else as large as readable around where the case is.
function look(canvas, registry, at) {
  canvas.resized();
  const { width, height } = canvas.getSize();
  if (!width || !height) return;
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() >= 0.6) return;
  canvas.zoom(0.65);
  const element = at ?? registry.getAll().find((each) => each.type === 'bpmn:StartEvent');
  if (!element) return;
  const view = canvas.viewbox();
  const x = element.x + element.width / 2 - view.width / 2;
  const y = element.y + element.height / 2 - view.height / 2;
  canvas.viewbox({ x, y, width: view.width, height: view.height });
}
