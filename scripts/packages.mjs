import { buildSync } from 'esbuild';
import { options } from './esbuild.mjs';

/** The folders of the packages whose code the bundle contains. */
export function packageFolders() {
  const { metafile } = buildSync({ ...options, metafile: true, write: false });
  const [{ inputs }] = Object.values(metafile.outputs);
  const folders = Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  return [...new Set(folders)].sort();
}
