// Builds what pages load into engine/web/static/build: one style sheet, the scripts of pages, and a manifest of hashed
// names. `npm run build`. What runs keeps its old files until the new ones are all there. Nothing is fetched, and the build
// fails if a GDS font or the crest would be served.
import { build, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, 'engine/web/static/build');
const target = ['chrome110', 'firefox110', 'safari16'];
const notice = '/*! GOV.UK Frontend (c) Crown Copyright (Government Digital Service), MIT Licence */';
const manifest = {};

// CodeMirror writes its styles into the page; our security policy refuses that, and a sheet object does the same.
const sheets = {
  name: 'sheets',
  setup(builder) {
    builder.onLoad({ filter: /style-mod[\\/](src|dist)[\\/]style-mod\.c?js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('!root.head && root.adoptedStyleSheets')) throw new Error(`${path} is not as it was`);
      return { contents: source.replace('!root.head && root.adoptedStyleSheets', 'root.adoptedStyleSheets') };
    });
  },
};

await mkdir(out, { recursive: true });
await styles();
await scripts({ viewer: join(here, 'viewer.js'), replay: join(here, 'replay/replay.js') }, 'empty');
await scripts(workbench(), 'file');
await writeFile(join(out, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');
await prune();

// GOV.UK Frontend's own style sheet without its licensed font and crest, then ours.
async function styles() {
  const theirs = await readFile(join(root, 'node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css'), 'utf8');
  const ours = await readFile(join(here, 'alongside.css'), 'utf8');
  const { code } = await transform(notice + unbranded(theirs) + ours, { loader: 'css', minify: true, target });
  for (const banned of ['GDS Transport', 'govuk-crest', '/assets/', '@font-face']) {
    if (code.includes(banned)) throw new Error(`alongside.css still holds "${banned}"`);
  }
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 8).toUpperCase();
  manifest['alongside.css'] = `alongside-${hash}.css`;
  await writeFile(join(out, manifest['alongside.css']), code);
}

function unbranded(css) {
  return css
    .replace(/\/\*![^]*?\*\//g, '')
    .replace(/@font-face\{[^}]*\}/g, '')
    .replace(/GDS Transport,arial,sans-serif/g, 'var(--alongside-font)')
    .replace(/[\w-]+:[^;{}]*url\(\/assets\/[^)]*\)[^;{}]*;?/g, '')
    .replace(/\/\*#.*?\*\//g, '');
}

// The editors of the policy's owner; their symbols are fonts of their own, served from here.
function workbench() {
  const names = ['diagram', 'table', 'form', 'text'];
  return Object.fromEntries(names.map((each) => [`workbench-${each}`, join(here, 'workbench', `${each}.js`)]));
}

// Each page script is an entry of its own: a page loads only what it needs.
async function scripts(entryPoints, fonts) {
  const result = await build({
    entryPoints,
    outdir: out,
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    bundle: true,
    format: 'iife',
    minify: true,
    legalComments: 'linked',
    metafile: true,
    target,
    loader: { '.woff': 'empty', '.woff2': fonts, '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
    logLevel: 'warning',
    absWorkingDir: root,
    plugins: [sheets],
  });
  for (const [file, made] of Object.entries(result.metafile.outputs)) {
    if (made.entryPoint) name(file, '.js');
    if (made.cssBundle) name(made.cssBundle, '.css');
    if (file.endsWith('.woff2')) name(file, '.woff2');
  }
}

// What an earlier build left behind.
async function prune() {
  const kept = new Set(['manifest.json', ...Object.values(manifest)]);
  for (const file of await readdir(out)) {
    if (!kept.has(file.replace(/\.LEGAL\.txt$/, ''))) await rm(join(out, file), { recursive: true });
  }
}

function name(file, suffix) {
  const path = relative(out, join(root, file));
  manifest[path.replace(/-[A-Z0-9]+\.\w+$/, suffix)] = path;
}
