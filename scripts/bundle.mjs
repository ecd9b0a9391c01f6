// Bundles the functions into assets/: users of Python, Java, C# and Go have no bundler.
import { buildSync } from 'esbuild';
import { options } from './esbuild.mjs';

buildSync(options);
