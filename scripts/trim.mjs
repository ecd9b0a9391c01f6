import { readFile } from 'node:fs/promises';

/**
 * Parts of the SDK that the handler never uses. Each must be found in a bundle, so that the bundle does not grow
 * unnoticed when the SDK changes.
 */
const TRIMMINGS = [
  {
    // errors are distinguished by their names, which they have even without their classes.
    what: "the classes of a client's errors",
    path: /[\\/]@aws-sdk[\\/]client-[a-z-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/,
    trim: code =>
      code.replaceAll(/^export var (\w+)\$ = \[-3, n\d+,[^;]*;\n(?:n\d+_registry\.registerError\(\1\$, \1\);\n)/gm, ''),
  },
  {
    what: 'event streams, which none of the operations has',
    path: /[\\/]@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]event-streams[\\/]index\.js$/,
    trim: () => '',
  },
  {
    what: 'the package.json of a client, of which only the version is sent',
    path: /[\\/]@aws-sdk[\\/]client-[a-z-]+[\\/]package\.json$/,
    trim: code => JSON.stringify({ version: JSON.parse(code).version }),
  },
];

/** An esbuild plugin that leaves them out. The build fails if one of them is not found. */
export const trim = {
  name: 'trim',
  setup(build) {
    const found = new Set();
    for (const { what, path, trim: shorten } of TRIMMINGS) {
      build.onLoad({ filter: path }, async ({ path: file }) => {
        const code = await readFile(file, 'utf8');
        const contents = shorten(code);
        if (contents === code)
          return {
            errors: [{ text: `${file} does not contain ${what}: adapt scripts/trim.mjs to this release of the SDK` }],
          };
        found.add(what);
        return { contents, loader: file.endsWith('.json') ? 'json' : 'js' };
      });
    }
    build.onEnd(() => {
      const missing = TRIMMINGS.filter(({ what }) => !found.has(what));
      return {
        errors: missing.map(({ what, path }) => ({
          text: `no file of the bundle is ${path} (${what}): adapt scripts/trim.mjs to this release of the SDK`,
        })),
      };
    });
  },
};
