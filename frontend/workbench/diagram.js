// Changes a diagram: the modeller with its properties panel, our element templates, and the checks beside the elements.
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import { CloudElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates';
import ElementTemplateChooserModule from '@bpmn-io/element-template-chooser';
import ZeebeBehaviorsModule from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/assets/properties-panel.css';
import 'bpmn-js-element-templates/dist/assets/element-templates.css';
import '@bpmn-io/element-template-chooser/dist/element-template-chooser.css';
import './workbench.css';
import { Desk, asked, make, run } from './desk';
import { lint } from './goodpractice';
import { lostOfXml } from './lost';

run(async (root) => {
  const desk = new Desk(root, { read, select, mark });
  const modeler = new Modeler({
    container: desk.at('canvas'),
    propertiesPanel: { parent: desk.at('panel') },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      CloudElementTemplatesPropertiesProviderModule,
      ElementTemplateChooserModule,
      ZeebeBehaviorsModule,
    ],
    moddleExtensions: { zeebe },
  });
  const text = await desk.load();
  const { warnings } = await modeler.importXML(text);
  modeler.get('elementTemplatesLoader').setTemplates(await templates(root.dataset.templates));
  const canvas = modeler.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() < 0.6) begin(modeler, canvas);
  else canvas.zoom(canvas.zoom() * 0.82, 'auto');
  canvas.scroll({ dx: 40, dy: 0 });
  const lost = [...warnings.map((each) => each.message), ...lostOfXml(text, await read())];
  if (lost.length) desk.refuse(lost);
  else modeler.on('commandStack.changed', () => desk.touch());
  modeler.on('commandStack.changed', advise);
  window.alongsideModeler = modeler;
  await desk.judge();
  await advise();
  if (asked()) select(asked());
  window.addEventListener('hashchange', () => select(asked()));

  async function read() {
    return (await modeler.saveXML({ format: true })).xml;
  }

  async function advise() {
    desk.tell(await lint(modeler.getDefinitions()));
  }

  function select(id) {
    const element = modeler.get('elementRegistry').get(id);
    if (!element) return;
    modeler.get('canvas').scrollToElement(element);
    modeler.get('selection').select(element);
  }

  // A badge on every element that something is wrong with.
  function mark(found) {
    const overlays = modeler.get('overlays');
    overlays.remove({ type: 'fault' });
    const worst = new Map();
    for (const each of [...found].reverse()) if (each.element) worst.set(each.element, each);
    for (const [id, each] of worst) {
      if (!modeler.get('elementRegistry').get(id)) continue;
      const badge = make('div', `app-badge app-badge--${each.kind}`, '!');
      badge.title = each.sentence;
      overlays.add(id, 'fault', { position: { top: -10, left: -10 }, html: badge });
    }
  }
});

async function templates(address) {
  const response = await fetch(address, { credentials: 'same-origin' });
  return response.ok ? response.json() : [];
}

// A large diagram begins at its start event, as large as can be read.
function begin(modeler, canvas) {
  const first = modeler.get('elementRegistry').find((each) => each.type === 'bpmn:StartEvent');
  canvas.zoom(0.8);
  if (first) canvas.scrollToElement(first);
}
