// What an editor would lose of a file: every element, attribute and text of it that is missing in what it would save.
// Drawing coordinates are left out, and so is what only says the standard's own default.
const DRAWN = /\/DI$|\/DD\/|\/DC\/|DMNDI\/?$|\/DI\/$/;
const DEFAULTS = new Set([
  'cancelActivity=true', 'isInterrupting=true', 'isSequential=false', 'triggeredByEvent=false', 'isForCompensation=false',
  'isCollection=false', 'parallelMultiple=false', 'isClosed=false', 'isImmediate=true', 'processType=None',
  'gatewayDirection=Unspecified', 'associationDirection=None', 'startQuantity=1', 'completionQuantity=1',
  'hitPolicy=UNIQUE', 'preferredOrientation=Rule-as-Row', 'instantiate=false', 'implementation=##WebService',
  'implementation=##unspecified', 'eventGatewayType=Exclusive', 'textFormat=text/plain', 'ordering=Parallel',
  'propagateAllChildVariables=true', 'propagateAllParentVariables=true', 'bindingType=latest',
]);
const WHOLE = new Set(['exporter', 'exporterVersion', 'schemaLocation']);

export function lostOfXml(before, after, Parser = DOMParser) {
  const had = facts(new Parser().parseFromString(before, 'application/xml').documentElement);
  const has = facts(new Parser().parseFromString(after, 'application/xml').documentElement);
  return missing(had, has);
}

export function lostOfJson(before, after) {
  return missing(leaves(JSON.parse(before)), leaves(after));
}

function missing(had, has) {
  const gone = [];
  for (const [fact, times] of had) if ((has.get(fact) || 0) < times) gone.push(fact);
  return gone;
}

function facts(root) {
  const found = new Map();
  const note = (fact) => found.set(fact, (found.get(fact) || 0) + 1);
  walk(root, (element) => {
    const name = element.localName;
    note(`the element ${name}`);
    for (const each of Array.from(element.attributes)) {
      if (each.name === 'xmlns' || each.name.startsWith('xmlns:') || WHOLE.has(each.localName)) continue;
      if (DEFAULTS.has(`${each.localName}=${each.value}`)) continue;
      note(`${name}, ${each.localName} “${each.value}”`);
    }
    const children = Array.from(element.childNodes);
    if (children.every((each) => each.nodeType !== 1)) {
      const text = (element.textContent || '').trim();
      if (text) note(`${name} “${text}”`);
    }
  });
  return found;
}

function walk(element, see) {
  if (DRAWN.test(element.namespaceURI || '')) return;
  see(element);
  for (const each of Array.from(element.childNodes)) if (each.nodeType === 1) walk(each, see);
}

function leaves(value, path = '', found = new Map()) {
  if (value && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) leaves(inner, `${path}.${Array.isArray(value) ? '' : key}`, found);
  } else if (!/^\.(schemaVersion|exporter|executionPlatform)/.test(path)) {
    const fact = `${path.slice(1)} “${value}”`;
    found.set(fact, (found.get(fact) || 0) + 1);
  }
  return found;
}
