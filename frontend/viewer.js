// Shows a diagram with the places where the case is now. The page gives it: the element carries `data-diagram` (the
// address of the BPMN file), `data-open` and `data-done` (element ids, comma separated).
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import { button, centre, innermost } from './canvas.js';
import './viewer.css';

for (const holder of document.querySelectorAll('[data-diagram]')) {
  show(holder).catch((problem) => {
    holder.classList.add('app-diagram--failed');
    holder.textContent = 'The diagram could not be shown. The list beside it says the same in words.';
    console.error(problem);
  });
}

async function show(holder) {
  const response = await fetch(holder.dataset.diagram, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`The diagram answered ${response.status}`);
  const source = await response.text();
  holder.replaceChildren();
  const viewer = new NavigatedViewer({ container: holder });
  await viewer.importXML(source);
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const mark = (ids, marker) => ids.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, marker));
  const open = list(holder.dataset.open);
  mark(list(holder.dataset.done), 'app-done');
  mark(open, 'app-open');
  fit(canvas, registry, open);
  holder.classList.add('app-diagram--ready');
  addButtons(holder, viewer, () => fit(canvas, registry, open));
}

function list(text) {
  return (text || '').split(',').filter(Boolean);
}

// The whole diagram if it stays readable, else as large as readable around the first open element.
function fit(canvas, registry, open) {
  canvas.resized();
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() >= 0.7) return;
  canvas.zoom(0.8);
  const first = innermost(open.map((id) => registry.get(id)).filter(Boolean)) ?? registry.getAll().find((e) => e.type === 'bpmn:StartEvent');
  if (first) centre(canvas, first);
}

function addButtons(holder, viewer, reset) {
  const kind = 'app-diagram__button';
  const bar = document.createElement('div');
  bar.className = 'app-diagram__buttons';
  bar.append(
    button(kind, 'Zoom in', '+', () => viewer.get('zoomScroll').stepZoom(1)),
    button(kind, 'Zoom out', '−', () => viewer.get('zoomScroll').stepZoom(-1)),
    button(kind, 'Reset the view', 'Reset', reset),
  );
  holder.append(bar);
}
