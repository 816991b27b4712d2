// Builds what pages load into engine/web/static/build: one style sheet, the diagram viewer, and a manifest of
// hashed names. `npm run build`. Nothing is fetched, and the build fails if a GDS font or the crest would be served.
import { build, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, 'engine/web/static/build');
const target = ['chrome110', 'firefox110', 'safari16'];
const notice = '/*! GOV.UK Frontend (c) Crown Copyright (Government Digital Service), MIT Licence */';
const manifest = {};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await styles();
await scripts();
await writeFile(join(out, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');

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

// Each page script is an entry of its own: a page loads only what it needs.
async function scripts() {
  const result = await build({
    entryPoints: { viewer: join(here, 'viewer.js') },
    outdir: out,
    entryNames: '[name]-[hash]',
    bundle: true,
    format: 'iife',
    minify: true,
    legalComments: 'linked',
    metafile: true,
    target,
    loader: { '.woff': 'empty', '.woff2': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
    logLevel: 'warning',
    absWorkingDir: root,
  });
  for (const [file, made] of Object.entries(result.metafile.outputs)) {
    if (made.entryPoint) name(file, '.js');
    if (made.cssBundle) name(made.cssBundle, '.css');
  }
}

function name(file, suffix) {
  const path = relative(out, join(root, file));
  manifest[path.replace(/-[A-Z0-9]+\.\w+$/, suffix)] = path;
}
