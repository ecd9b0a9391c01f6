import { CallFailure } from '../../../lambda/aws/errors';
import { isReached, isUnderWay, orFailure, Progress } from '../../../lambda/steps/progress';
import { VERSION_ARN } from '../../support/arns';
import { awsError } from '../../support/aws';

const failure = new CallFailure('rekognition:StopProjectVersion', VERSION_ARN, awsError('AccessDeniedException'));
const moving = { arn: 'one', status: 'STOPPING' };
const refused = { arn: 'another', status: 'RUNNING', refusal: 'no' };

test.each<[string, Progress, boolean, boolean]>([
  ['nothing is left', { left: [] }, true, false],
  ['something is on its way', { left: [moving] }, false, true],
  ['something else is refused', { left: [moving, refused] }, false, false],
  ['a call has failed', { left: [], failure }, false, false],
  ['a call has failed and something is on its way', { left: [moving], failure }, false, false],
  ['a training is in the way', { left: [], inTraining: VERSION_ARN }, false, false],
  ['a training is in the way and something is on its way', { left: [moving], inTraining: VERSION_ARN }, false, false],
])('the state is reached or only waited for when %s', (_, progress, reached, underWay) => {
  expect(isReached(progress)).toBe(reached);
  expect(isUnderWay(progress)).toBe(underWay);
});

test('a failed call counts as progress, a bug does not', async () => {
  expect(await orFailure(Promise.reject(failure))).toEqual({ left: [], failure });
  await expect(orFailure(Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
});
