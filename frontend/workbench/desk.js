// What every editor of the workbench shares: opening a file of the draft, keeping it, and saying in words what is
// wrong with it. The page gives addresses in `data-` attributes; nothing is saved that was not opened whole.
const PATIENCE = 1500;

export class Desk {
  constructor(root, { read, select = () => {}, mark = () => {} }) {
    this.root = root;
    this.read = read;
    this.select = select;
    this.mark = mark;
    this.revision = 0;
    this.pending = null;
    this.isDirty = false;
    this.isRefused = false;
    this.at('now')?.addEventListener('click', () => this.save('typed'));
    window.addEventListener('beforeunload', (event) => this.isDirty && event.preventDefault());
  }

  at(name) {
    return this.root.querySelector(`[data-desk="${name}"]`);
  }

  // The file as the draft holds it.
  async load() {
    const response = await fetch(this.root.dataset.content, { credentials: 'same-origin', cache: 'no-store' });
    if (!response.ok) throw new Error(`The file answered ${response.status}`);
    this.revision = Number(response.headers.get('X-Revision') || 0);
    return response.text();
  }

  // Nothing will be saved: the editor would lose what these sentences name.
  refuse(reasons) {
    this.isRefused = true;
    const list = make('ul', 'govuk-list govuk-list--bullet', ...reasons.slice(0, 20).map((each) => make('li', '', each)));
    this.trouble('This file cannot be changed here, because saving it would lose something:', list, this.download());
    this.say('Nothing will be saved.');
    this.at('now')?.setAttribute('disabled', '');
  }

  // Something was changed: keep it after a moment of quiet.
  touch() {
    if (this.isRefused) return;
    this.isDirty = true;
    this.say('Not saved yet');
    clearTimeout(this.pending);
    this.pending = setTimeout(() => this.save('autosaved'), PATIENCE);
  }

  async save(how) {
    clearTimeout(this.pending);
    if (this.isRefused || this.isSaving) return;
    this.isSaving = true;
    this.isDirty = false;
    try {
      this.text = await this.read();
      this.say('Saving');
      await this.answer(await this.send(how), how);
    } catch (problem) {
      this.isDirty = true;
      this.trouble(`Not saved: ${problem.message}. What you did is still here.`, this.download());
    } finally {
      this.isSaving = false;
    }
  }

  async send(how, again = true) {
    const response = await fetch(this.root.dataset.save, {
      method: 'POST',
      credentials: 'same-origin',
      redirect: 'manual',
      headers: {
        'Content-Type': 'text/plain; charset=utf-8',
        'X-CSRFToken': this.root.dataset.csrf,
        'X-Revision': String(this.revision),
        'X-How': how,
      },
      body: this.text,
    });
    if (response.status === 400 && again && (await this.renew())) return this.send(how, false);
    return response;
  }

  // After signing in again in another tab the page needs the new token.
  async renew() {
    const response = await fetch(this.root.dataset.token, { credentials: 'same-origin', redirect: 'manual' });
    if (!response.ok) return false;
    this.root.dataset.csrf = (await response.json()).token;
    return true;
  }

  async answer(response, how) {
    const isOurs = (response.headers.get('Content-Type') || '').startsWith('application/json');
    const said = isOurs ? await response.json() : {};
    if (response.ok && isOurs) {
      this.revision = said.revision;
      this.at('trouble').hidden = true;
      this.say(`${how === 'typed' ? 'Saved' : 'Saved by itself'} at ${said.at}`);
      await this.judge();
    } else if (response.status === 409 && said.theirs) {
      this.collide(said);
    } else {
      this.isDirty = true;
      const large = response.status === 413 ? ['The file is larger than 1 MB.'] : null;
      const why = said.sentences || large || ['You may have been signed out. Sign in in another tab, then press Save.'];
      const list = make('ul', 'govuk-list govuk-list--bullet', ...why.map((each) => make('li', '', each)));
      this.trouble('Not saved. What you did is still here.', list, this.download());
      this.say('Not saved');
    }
  }

  // Somebody saved the file since: theirs stands, ours is kept beside it, and the person decides.
  collide(said) {
    this.isRefused = true;
    const theirs = button('Open their text', () => location.reload());
    const mine = button('Put mine in its place', () => {
      this.isRefused = false;
      this.revision = said.theirs.revision;
      this.at('trouble').hidden = true;
      this.save('typed');
    });
    const kept = make('a', 'govuk-link', 'Your text, kept beside it');
    kept.href = said.kept;
    this.trouble(said.sentences[0], make('p', 'govuk-body', kept), theirs, mine);
    this.say('Not saved: somebody else changed it');
  }

  // What the checks say of the file as saved.
  async judge() {
    const response = await fetch(this.root.dataset.faults, { credentials: 'same-origin', cache: 'no-store' });
    if (response.ok) this.found = await response.json();
    this.tell();
  }

  // The list of what is wrong, those of the editor's own rules last; each leads to its element.
  tell(advice = this.advice || []) {
    this.advice = advice;
    const found = [...(this.found?.faults || []), ...(this.found?.warnings || []), ...advice];
    this.mark(found);
    const list = this.at('faults');
    list.replaceChildren(...found.map((each) => this.line(each)));
    if (!found.length) list.append(make('li', 'app-desk__fault', 'Nothing is wrong with this file.'));
  }

  line({ element, sentence, kind }) {
    const tone = { fault: 'red', warning: 'yellow', advice: 'blue' }[kind];
    const word = { fault: 'Must be put right', warning: 'Look again', advice: 'Good practice' }[kind];
    const tag = make('strong', `govuk-tag govuk-tag--${tone}`, word);
    const said = element ? button(sentence, () => this.select(element), 'app-link-button') : make('span', '', sentence);
    return make('li', 'app-desk__fault', tag, ' ', said);
  }

  say(words) {
    this.at('status').textContent = words;
  }

  trouble(sentence, ...more) {
    const box = this.at('trouble');
    box.replaceChildren(make('p', 'govuk-body govuk-!-font-weight-bold', sentence), ...more);
    box.hidden = false;
  }

  // A link by which the text as it is now can be taken away, whatever happens to the page.
  download() {
    return button('Keep a copy on this computer', async () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([await this.read()], { type: 'application/octet-stream' }));
      link.download = this.root.dataset.name;
      link.click();
    });
  }
}

export function make(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function button(label, act, className = 'govuk-button govuk-button--secondary app-desk__button') {
  const made = make('button', className, label);
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
}

// Runs an editor on the page's desk; a file that cannot be opened says so in words.
export async function run(start) {
  const root = document.querySelector('[data-desk-root]');
  try {
    await start(root);
    root.dataset.ready = 'yes';
  } catch (problem) {
    console.error(problem);
    const box = root.querySelector('[data-desk="trouble"]');
    box.textContent = `The file could not be opened here (${problem.message}). Download it and look at it elsewhere.`;
    box.hidden = false;
  }
}

// The element that the address names, as in `#hold-conference`.
export function asked() {
  return decodeURIComponent(location.hash.slice(1));
}
