import { PROJECTS } from './histories';
import { tryHistories } from './run';

tryHistories('project teardowns', PROJECTS);
