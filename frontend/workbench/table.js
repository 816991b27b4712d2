// Changes the decision tables of a file.
import Modeler from 'dmn-js/lib/Modeler';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import './workbench.css';
import { Desk, asked, button, run } from './desk';
import { lostOfXml } from './lost';

run(async (root) => {
  const desk = new Desk(root, { read, select });
  const modeler = new Modeler({ container: desk.at('canvas') });
  const text = await desk.load();
  const { warnings } = await modeler.importXML(text);
  const lost = [...warnings.map((each) => each.message), ...lostOfXml(text, await read())];
  if (lost.length) desk.refuse(lost);
  modeler.on('viewer.created', ({ viewer }) => watch(viewer));
  for (const viewer of Object.values(modeler._viewers || {})) watch(viewer);
  modeler.on('views.changed', tabs);
  const table = modeler.getViews().find((each) => each.type === 'decisionTable');
  if (table) await modeler.open(table);
  tabs();
  await desk.judge();
  if (asked()) select(asked());

  function watch(viewer) {
    viewer.on('commandStack.changed', () => desk.touch());
  }

  async function read() {
    return (await modeler.saveXML({ format: true })).xml;
  }

  // A button for each decision of the file.
  function tabs() {
    const views = modeler.getViews();
    const active = modeler.getActiveView();
    desk.at('tabs').replaceChildren(
      ...views.map((view) => {
        const label = view.type === 'drd' ? 'How they depend on each other' : view.element.name || view.element.id;
        const tab = button(label, () => modeler.open(view));
        if (active && view.id === active.id) tab.setAttribute('aria-current', 'true');
        return tab;
      }),
    );
  }

  // A fault names a decision, or a row of one.
  async function select(id) {
    for (const view of modeler.getViews()) {
      const rules = view.element.decisionLogic?.rule || [];
      const row = rules.findIndex((each) => each.id === id);
      if (view.type !== 'decisionTable' || (view.element.id !== id && row < 0)) continue;
      await modeler.open(view);
      desk.at('canvas').querySelectorAll('tbody tr')[Math.max(row, 0)]?.scrollIntoView({ block: 'center' });
    }
  }
});
