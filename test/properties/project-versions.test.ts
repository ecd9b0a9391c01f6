import { tryLifecycles } from './run';

tryLifecycles('project version teardowns', 0.65, { versions: 3, projects: 0 });
