import { build } from 'esbuild';
import { options } from './esbuild.mjs';

/** The folders of the packages whose code the bundles contain. */
export async function packageFolders() {
  const { metafile } = await build({ ...options, metafile: true, write: false });
  const folders = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  return [...new Set(folders)].sort();
}
