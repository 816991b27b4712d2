// Opens form-js schemas in form-js itself and tells what it warns of: `node open_forms.mjs FILE...` prints JSON.
// Only the importer works; what it draws on is a stand-in for a browser, because nothing is drawn.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const element = () => ({
  classList: { add() {} },
  setAttribute() {},
  appendChild() {},
  addEventListener() {},
  style: {},
  childNodes: [],
});
class Nothing {}
Object.assign(globalThis, {
  window: globalThis,
  document: { createElement: element, addEventListener() {}, documentElement: element(), body: element() },
  KeyboardEvent: Nothing,
  HTMLElement: Nothing,
  HTMLCollection: Nothing,
  NodeList: Nothing,
  Node: Nothing,
});
globalThis.navigator ??= { userAgent: "node", platform: "" };

const require = createRequire(import.meta.url);
const { Form, schemaVersion } = require("@bpmn-io/form-js-viewer");
const withoutOwn = (name, value) => (name.startsWith("_") ? undefined : value); // as form-js' editor saves
const found = { schemaVersion, warnings: {}, saved: {} };
for (const file of process.argv.slice(2)) {
  const schema = JSON.parse(readFileSync(file, "utf8"));
  const form = new Form({ additionalModules: [{ renderer: ["value", {}] }] });
  try {
    const { warnings } = await form.importSchema(schema, {});
    found.warnings[file] = warnings.map(String);
    found.saved[file] = JSON.parse(JSON.stringify(form._getState().schema, withoutOwn));
  } catch (error) {
    found.warnings[file] = [String(error), ...(error.warnings ?? []).map(String)];
  }
}
process.stdout.write(JSON.stringify(found));
