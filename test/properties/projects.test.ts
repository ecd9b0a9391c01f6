import { tryLifecycles } from './run';

tryLifecycles('project teardowns', 0.35, { versions: 1, projects: 1 });
