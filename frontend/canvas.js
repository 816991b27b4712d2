// What the drawings of a case have in common, on its page and in its replay.

export function button(className, label, sign, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = className;
  made.setAttribute('aria-label', label);
  made.title = label;
  made.textContent = sign;
  made.addEventListener('click', act);
  return made;
}

// The first of some elements that holds none of the others: a sub-process is open for as long as anything in it is.
export function innermost(elements) {
  return elements.find((each) => !elements.some((other) => holds(each, other)));
}

function holds(outer, inner) {
  for (let at = inner.parent; at; at = at.parent) if (at === outer) return true;
  return false;
}

export function centre(canvas, element) {
  const view = canvas.viewbox();
  const x = element.x + element.width / 2 - view.width / 2;
  const y = element.y + element.height / 2 - view.height / 2;
  canvas.viewbox({ x, y, width: view.width, height: view.height });
}
