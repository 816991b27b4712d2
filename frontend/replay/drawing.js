// One diagram that can be changed for another, with marks for where the case is and the way it took; with words instead
// where there is nothing to mark, and then it is shown whole.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import { button, centre, innermost } from '../canvas.js';

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
      viewer?.destroy();
      viewer = shown = null;
      holder.replaceChildren(note(marks.words || 'This version of the policy has no drawing of this process.'));
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
        for (const each of holds(registry.get(id)) ? [name, 'app-holder'] : [name]) {
          canvas.addMarker(id, each);
          marked.push([id, each]);
        }
      }
    }
    const open = [...new Set(marks.open)].map((id) => registry.get(id)).filter((each) => each && !each.waypoints);
    for (const each of open) overlays.add(each, 'token', { position: { top: -9, left: -9 }, html: token() });
    holder.querySelector('.app-replay__note')?.remove();
    if (marks.words) {
      holder.append(note(marks.words));
      whole(canvas);
    } else look(canvas, registry, innermost(open) ?? last(registry, marks.step) ?? last(registry, marks.passed));
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
  const kind = 'app-replay__zoom-button';
  const bar = document.createElement('div');
  bar.className = 'app-replay__zoom';
  bar.append(
    button(kind, 'Zoom in', '+', () => viewer.get('zoomScroll').stepZoom(1)),
    button(kind, 'Zoom out', '−', () => viewer.get('zoomScroll').stepZoom(-1)),
    button(kind, 'Show the whole diagram', 'Whole', () => whole(viewer.get('canvas'))),
  );
  return bar;
}

function note(words) {
  const said = document.createElement('p');
  said.className = 'app-replay__note';
  said.textContent = words;
  return said;
}

// Whether a shape has others drawn in it.
function holds(shape) {
  return shape.children?.some((each) => !each.labelTarget) ?? false;
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

function whole(canvas) {
  const { width, height } = canvas.getSize();
  if (!width || !height) return;
  canvas.resized();
  canvas.zoom('fit-viewport', 'auto');
}

// The whole diagram if it stays readable, else as large as readable around where the case is.
function look(canvas, registry, at) {
  whole(canvas);
  if (canvas.zoom() >= 0.6) return;
  canvas.zoom(0.65);
  const element = at ?? registry.getAll().find((each) => each.type === 'bpmn:StartEvent');
  if (element) centre(canvas, element);
}
