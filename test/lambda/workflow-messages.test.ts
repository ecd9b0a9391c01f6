import { CallFailure } from '../../lambda/errors';
import type { Progress } from '../../lambda/progress';
import { cannotLook, incomplete, Outcome } from '../../lambda/workflow-messages';
import { PROJECT_ARN, VERSION_ARN } from '../support/arns';
import { awsError } from '../support/aws';

const DENIED = (resource = PROJECT_ARN) => new CallFailure('rekognition:DescribeProjectVersions', resource, awsError('AccessDeniedException'));
const NOT_ALLOWED = `not allowed to call rekognition:DescribeProjectVersions on ${PROJECT_ARN}: look for a permissions boundary or service control policy `
  + 'that denies it to the role of the workflow';

const unreached = (progress: Partial<Progress>, arn = PROJECT_ARN, mode: 'DELETE' | 'STOP' = 'DELETE'): Outcome =>
  ({ target: { arn, mode, trainingBehavior: 'WAIT' }, progress: { left: [], ...progress } });

const left = (status: string, name = 'the project version A') => ({ left: [{ name, status }] });

describe('the cause of a failure', () => {
  test('names how many targets are left, why, for how long, and what to do', () => {
    expect(incomplete([unreached(left('STOPPING'))], 1, '26 h')).toBe(
      '1 of 1 target could not be deleted in 26 h; start the workflow again. Left: the project version A is still STOPPING');
    expect(incomplete([unreached(left('STOPPING'), PROJECT_ARN, 'STOP')], 40, '2 min')).toMatch(/^1 of 40 targets could not be stopped in 2 min; start the workflow again\./);
  });

  test('begins with what is billed, no matter what else is left', () => {
    expect(incomplete([unreached(left('DELETING')), unreached(left('RUNNING', 'the project version B'))], 2, '1 h')).toBe(
      '2 of 2 targets could not be deleted in 1 h; a model is billed while it runs: find out what restarts it, stop that, and start the workflow again. '
      + 'Left: the project version B is still RUNNING, the project version A is still DELETING');
  });

  test('says that a training that is not waited for cannot be cancelled, but only if there is one', () => {
    const trains = unreached({ inTraining: VERSION_ARN });
    expect(incomplete([trains, unreached(left('RUNNING', 'the project version B'))], 2, '1 h')).toMatch(
      /; training cannot be cancelled and takes up to 24 hours: when it has finished, start the workflow again\. Left: .* is still TRAINING_IN_PROGRESS \(trainingBehavior is FAIL\), /);
    expect(incomplete([unreached(left('RUNNING'))], 1, '1 h')).not.toMatch('training');
  });

  test.each([[PROJECT_ARN, `the project ${PROJECT_ARN}`], [VERSION_ARN, `the project version ${VERSION_ARN}`]])('names the target that could not be described: %s', (arn, name) => {
    const failure = DENIED();
    expect(incomplete([unreached({ failure }, arn)], 1, '2 min')).toBe(
      `1 of 1 target could not be deleted in 2 min; ${NOT_ALLOWED}; start the workflow again. Left: ${name} is still not torn down (${failure.message})`);
    expect(incomplete([unreached({}, arn)], 1, '2 min')).toMatch(`Left: ${name} is still not torn down`);
  });

  test('names each failed call once, and no more than ten', () => {
    const project = (index: number) => PROJECT_ARN.replace('parts', `parts-${index}`);
    const failing = (count: number) => Array.from({ length: count }, (_, index) => unreached({ failure: DENIED(project(index)) }));
    expect(incomplete([...failing(10), ...failing(10)], 20, '2 min').match(/not allowed/g)).toHaveLength(10);
    expect(incomplete(failing(10), 10, '2 min')).not.toMatch('more calls failed');
    const twelve = incomplete(failing(12), 12, '2 min');
    expect(twelve.match(/not allowed/g)).toHaveLength(10);
    expect(twelve).toMatch('; and 2 more calls failed; start the workflow again. Left: ');
  });

  test("is the service's error if no call was denied", () => {
    const failure = new CallFailure('rekognition:DescribeProjectVersions', PROJECT_ARN, awsError('ValidationException', 'odd'));
    expect(incomplete([unreached({ failure })], 1, '5 s')).toMatch('; rekognition:DescribeProjectVersions failed with ValidationException: odd; start the workflow again.');
  });
});

test('a dry run that cannot read names the failed call, and says that nothing was changed', () => {
  expect(cannotLook(DENIED(), '3 min')).toBe(`${NOT_ALLOWED} (after 3 min); nothing was changed`);
});
