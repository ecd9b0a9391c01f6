import { CallFailure } from '../../../lambda/aws/errors';
import { cannotLook, incomplete, Outcome, refused, trainingOf } from '../../../lambda/messages/workflow';
import type { Progress } from '../../../lambda/steps/progress';
import { OTHER_VERSION_ARN, PROJECT_ARN, VERSION_ARN } from '../../support/arns';
import { awsError } from '../../support/aws';

const DENIED = (resource = PROJECT_ARN) => new CallFailure('rekognition:DescribeProjectVersions', resource, awsError('AccessDeniedException', 'No.'));
const NOT_ALLOWED = `rekognition:DescribeProjectVersions on ${PROJECT_ARN} has been denied for 2 min: No. `
  + 'Look for a service control policy or permissions boundary that denies it to the workflow.';

const unreached = (progress: Partial<Progress>, arn = PROJECT_ARN, mode: 'DELETE' | 'STOP' = 'DELETE', sameName?: string[]): Outcome =>
  ({ target: { arn, mode, trainingBehavior: 'WAIT' }, progress: { left: [], ...progress }, sameName });

const left = (status: string, arn = VERSION_ARN) => ({ left: [{ arn, status }] });
const SCREWS = VERSION_ARN.replace('parts', 'screws');

describe('the cause of a failure', () => {
  test('names what remains, for how long, and what to do', () => {
    expect(incomplete([unreached(left('STOPPING'))], 1, '26 h')).toBe(
      '1 model of project parts is left after 26 h: parts.v1 STOPPING. 1 of 1 target is not done. Start the workflow again. [slow]');
    expect(incomplete([unreached(left('STOPPING'), PROJECT_ARN, 'STOP')], 40, '2 min')).toMatch(/^1 model of project parts is not stopped after 2 min: .* 1 of 40 targets is|are/);
  });

  test('begins with what is billed, no matter what else is left', () => {
    expect(incomplete([unreached(left('TRAINING_IN_PROGRESS')), unreached(left('RUNNING', SCREWS)), unreached({ failure: DENIED() })], 3, '2 min')).toBe(
      '2 models are left after 2 min: screws/parts.v1 RUNNING (billed), parts/parts.v1 TRAINING_IN_PROGRESS. 3 of 3 targets are not done. '
      + `Of 1 of them it is not known whether a model runs and is billed. ${NOT_ALLOWED} `
      + 'Something restarts screws/parts.v1: disable it, then start the workflow again. [restarted]');
  });

  test('says that a training that is not waited for cannot be canceled', () => {
    expect(incomplete([unreached({ left: [trainingOf(VERSION_ARN)] })], 1, '1 h')).toBe(
      '1 model of project parts is left after 1 h: parts.v1 TRAINING_IN_PROGRESS. 1 of 1 target is not done. '
      + 'Training cannot be canceled and takes up to 24 hours: when it has finished, start the workflow again. The last answer was: trainingBehavior is FAIL. [training]');
  });

  test('names what does not exist, and what has its name', () => {
    expect(incomplete([unreached({ isMissing: true })], 1, '1 min')).toBe(
      `1 of 1 target is not done after 1 min. There is no project ${PROJECT_ARN}: correct the ARN and deploy the workflow. Then start the workflow again. [not-found]`);
    expect(incomplete([unreached({ isMissing: true }, VERSION_ARN, 'STOP', [OTHER_VERSION_ARN])], 1, '1 min')).toMatch(
      new RegExp(`There is no project version ${VERSION_ARN}, but ${OTHER_VERSION_ARN} has its name, and what runs there is billed: .* \\[recreated\\]$`));
  });

  test('names each failed call once, and no more than ten', () => {
    const project = (index: number) => PROJECT_ARN.replace('parts', `parts-${index}`);
    const failing = (count: number) => Array.from({ length: count }, (_, index) => unreached({ failure: DENIED(project(index)) }));
    expect(incomplete([...failing(10), ...failing(10)], 20, '2 min').match(/has been denied/g)).toHaveLength(10);
    expect(incomplete(failing(10), 10, '2 min')).not.toMatch('more such failures');
    const twelve = incomplete(failing(12), 12, '2 min');
    expect(twelve.match(/has been denied/g)).toHaveLength(10);
    expect(twelve).toMatch(/There are 2 more such failures\. Then start the workflow again\. \[denied\]$/);
  });

  test("is the service's error if no call was denied", () => {
    const failure = new CallFailure('rekognition:DescribeProjectVersions', PROJECT_ARN, awsError('ValidationException', 'odd'));
    expect(incomplete([unreached({ failure })], 1, '5 s')).toMatch(/rekognition:DescribeProjectVersions failed with ValidationException: odd \(after 5 s\)\. .* \[failed-call\]$/);
  });
});

test('a dry run that cannot read names the failed call, and says that nothing was changed', () => {
  expect(cannotLook(DENIED(), '2 min')).toBe(`${NOT_ALLOWED.replace('No. ', 'No. Nothing was changed. ')} [denied]`);
});

test('an invalid request has an id too', () => {
  expect(refused('the input is odd')).toBe('the input is odd [invalid]');
});
