import { VERSION_STATUSES } from '../../sandbox/rekognition';
import { inTurn, isWanted, Question } from '../question';
import { figure } from '../table';
import { measure, Phase } from '../teardown';

const PHASE: Phase = { stopping: 307, deleting: 67 };

/** The time for a version in each status that it can have when the stack is deleted. */
export const statuses: Question = {
  name: 'statuses',
  async answer(options) {
    if (!isWanted(options, 'statuses')) return undefined;
    const { isShort, capacities: { versions: perProvider } } = options;
    const rows = await inTurn(isShort ? ['STARTING'] : [...VERSION_STATUSES, 'A_NEW_ONE'], async status => {
      const run = await measure({ projects: 1, versions: 1, status, teardowns: 'versions' }, PHASE, perProvider);
      return [status, figure(run.limit), figure(run.seconds, 1), figure(run.seconds - run.limit, 1), run.left.length === 0 ? run.status : `${run.status}, left: ${run.left}`];
    });
    return { tables: [{ title: 'One version in each status, in seconds', columns: ['status', 'limit', 'library', 'over', 'outcome'], rows }] };
  },
};
