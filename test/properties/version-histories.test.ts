import { VERSIONS } from './histories';
import { tryHistories } from './run';

tryHistories('project version teardowns', VERSIONS);
