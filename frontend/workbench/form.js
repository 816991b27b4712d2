// Changes the questions of a form.
import { FormEditor } from '@bpmn-io/form-js';
import '@bpmn-io/form-js/dist/assets/form-js.css';
import '@bpmn-io/form-js/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js/dist/assets/properties-panel.css';
import './workbench.css';
import { Desk, asked, run } from './desk';
import { lostOfJson } from './lost';

run(async (root) => {
  const desk = new Desk(root, { read, select });
  const editor = new FormEditor({ container: desk.at('canvas') });
  const text = await desk.load();
  const { warnings } = await editor.importSchema(JSON.parse(text));
  const lost = [...(warnings || []).map(String), ...lostOfJson(text, editor.saveSchema())];
  if (lost.length) desk.refuse(lost);
  else editor.on('commandStack.changed', () => desk.touch());
  await desk.judge();
  if (asked()) select(asked());

  async function read() {
    return `${JSON.stringify(editor.saveSchema(), null, 2)}\n`;
  }

  // A fault names a question by its key or its id.
  function select(id) {
    const { _children: fields } = { _children: editor.get('formFieldRegistry').getAll() };
    const found = fields.find((each) => each.id === id || each.key === id);
    if (found) editor.get('selection').set(found);
  }
});
