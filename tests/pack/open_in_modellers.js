// What the modellers make of a file: their import warnings, and the file as they would save it.
import BpmnModeler from "bpmn-js/lib/Modeler";
import DmnModeler from "dmn-js/lib/Modeler";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";

async function opened(modeler, xml) {
  const { warnings } = await modeler.importXML(xml);
  const saved = await modeler.saveXML({ format: true });
  modeler.destroy();
  return { warnings: warnings.map((warning) => warning.message), xml: saved.xml };
}

const container = () => document.body.appendChild(document.createElement("div"));

window.openBpmn = (xml) =>
  opened(new BpmnModeler({ container: container(), moddleExtensions: { zeebe } }), xml);
window.openDmn = (xml) => opened(new DmnModeler({ container: container() }), xml);
