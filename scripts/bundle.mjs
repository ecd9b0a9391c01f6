// Bundles the functions into assets/: users of Python, Java, C# and Go have no bundler.
import { build } from 'esbuild';
import { options } from './esbuild.mjs';

await build(options);
