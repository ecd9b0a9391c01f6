import { CallFailure } from '../../../lambda/aws/errors';
import { compose } from '../../../lambda/messages/compose';
import { callFailed, inTraining, notFound, notReached, notUnderstood, Situation } from '../../../lambda/messages/teardown';
import type { Left, Target } from '../../../lambda/model';
import { ACCOUNT, PROJECT_ARN, REGION, STACK_ID, VERSION_ARN } from '../../support/arns';
import { awsError } from '../../support/aws';

const target = (arn = VERSION_ARN, mode: Target['mode'] = 'DELETE'): Target => ({ arn, mode, trainingBehavior: 'WAIT' });
const arnOf = (name: string) => VERSION_ARN.replace('parts.v1', name);
const left = (versions: { [name: string]: string | undefined }): Left[] =>
  Object.entries(versions).map(([name, status]) => ({ arn: arnOf(name), status }));

const CUSTODY: Situation = { phase: 'custody', rootStackId: STACK_ID };
const DELETION: Situation = { phase: 'deletion', rootStackId: STACK_ID, isCleanUp: false };
const CLEAN_UP: Situation = { phase: 'deletion', rootStackId: STACK_ID, isCleanUp: true };
const command = (operation: string, arn: string) => `aws rekognition ${operation}-project-version --region ${REGION} --project-version-arn ${arn}`;
const LIST = `aws rekognition describe-project-versions --region ${REGION} --project-arn ${PROJECT_ARN} `
  + "--query 'ProjectVersionDescriptions[].[Status,ProjectVersionArn]' --output text";
const DATASETS = `aws rekognition describe-projects --region ${REGION} --project-names parts --query 'ProjectDescriptions[].Datasets[].DatasetArn' --output text`;
const DELETE_PROJECT = `aws rekognition delete-project --region ${REGION} --project-arn ${PROJECT_ARN}`;

const message = (versions: { [name: string]: string | undefined }, situation = DELETION, what = target(PROJECT_ARN)) =>
  notReached(what, left(versions), situation, '55 min').message;

describe('what remains', () => {
  test('begins with what is billed, and the advice is about that', () => {
    expect(message({ v2: 'STOPPED', v4: 'TRAINING_IN_PROGRESS', v1: 'RUNNING', v3: 'STOPPED' })).toBe(
      '4 models of project parts are left after 55 min: v1 RUNNING (billed), v4 TRAINING_IN_PROGRESS, v2 and v3 STOPPED. '
      + 'Something restarts v1: disable it, then delete the stack Models again. [restarted]');
  });

  test.each<[string | undefined, string]>([
    ['STARTING', 'v1 STARTING (billed once it runs). Something restarts v1: disable it, then delete the stack Models again. [restarted]'],
    ['TRAINING_IN_PROGRESS', 'v1 TRAINING_IN_PROGRESS. Training cannot be canceled and takes up to 24 hours: when it has finished, delete the stack Models again. [training]'],
    ['COPYING_IN_PROGRESS', 'v1 COPYING_IN_PROGRESS. A copy cannot be canceled: when it has finished, delete the stack Models again. [copying]'],
    ['STOPPING', 'v1 STOPPING. Delete the stack Models again. [slow]'],
    ['A_STATUS', 'v1 A_STATUS (this release does not know the status: it may be billed). '
      + 'Check whether v1 runs, stop it by hand if so, then delete the stack Models again. [unknown-status]'],
    [undefined, 'v1 no longer listed, but not confirmed to be gone. Delete the stack Models again. [not-confirmed]'],
  ])('in status %s has its own advice', (status, end) => {
    expect(message({ v1: status })).toBe(`1 model of project parts is left after 55 min: ${end}`);
  });

  test('is not stopped, in mode STOP', () => {
    expect(message({ v1: 'STOPPING' }, DELETION, target(PROJECT_ARN, 'STOP'))).toMatch(/^1 model of project parts is not stopped after 55 min: v1 STOPPING\./);
  });

  test('may be datasets or the project itself', () => {
    const dataset = { arn: PROJECT_ARN.replace('/parts/', '/parts/dataset/train/'), status: 'DELETE_IN_PROGRESS' };
    expect(notReached(target(PROJECT_ARN), [dataset], DELETION, '55 min').message).toMatch(/^1 dataset of project parts is left after 55 min: the dataset train DELETE_IN_PROGRESS\./);
    expect(notReached(target(PROJECT_ARN), [{ arn: PROJECT_ARN, status: 'DELETING' }], DELETION, '55 min').message)
      .toMatch(/^Project parts is left after 55 min: DELETING\. Delete the stack Models again\. \[slow\]/);
  });

  test('comes with the last answer of the service', () => {
    expect(notReached(target(), [{ ...left({ v1: 'RUNNING' })[0], refusal: 'In use.' }], DELETION, '55 min').message)
      .toMatch('delete the stack Models again. The last answer was: In use. [restarted]');
  });
});

describe('commands', () => {
  test('are only in a cleanup: whole, last, and stop only what runs', () => {
    expect(message({ v1: 'RUNNING' })).not.toMatch('aws ');
    expect(message({ v1: 'RUNNING', v2: 'STOPPED' }, CLEAN_UP)).toMatch(/run what follows, as CloudFormation gives up after three attempts\. \[restarted\] \(1\) /);
    expect(message({ v1: 'RUNNING', v2: 'STOPPED' }, CLEAN_UP).split(/ \(\d\) /).slice(1)).toEqual([
      command('stop', arnOf('v1')), command('delete', arnOf('v1')), command('delete', arnOf('v2')), DATASETS, DELETE_PROJECT,
    ]);
    expect(message({ v1: 'RUNNING', v2: 'STOPPING' }, CLEAN_UP, target(PROJECT_ARN, 'STOP')).split(/ \(\d\) /).slice(1)).toEqual([command('stop', arnOf('v1'))]);
    expect(message({ v1: 'STOPPED' }, CLEAN_UP, target(arnOf('v1'))).split(/ \(\d\) /).slice(1)).toEqual([command('delete', arnOf('v1'))]);
  });

  test.each([3, 40, 255])('and names of running models fit, or are listed by a command, with names of %d characters', length => {
    for (const count of [1, 5, 9, 30]) {
      const versions = Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`.padEnd(length, 'x'), index < 4 ? 'RUNNING' : 'STOPPED']));
      for (const situation of [DELETION, CLEAN_UP]) {
        const text = message(versions, situation);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1500);
        expect(text).not.toMatch(/\.\.\./);
        const running = Object.keys(versions).filter(name => versions[name] === 'RUNNING');
        expect(running.every(name => text.includes(`${name}`)) || text.endsWith(LIST)).toBe(true);
        const complete = new RegExp(`^aws rekognition \\S+ --region ${REGION} --(project-version-arn|project-arn) arn:\\S+/\\d+$`);
        for (const shown of text.split(/ \(\d+\) /).slice(1)) expect(shown === LIST || shown === DATASETS || complete.test(shown)).toBe(true);
      }
    }
  });
});

describe('an unclear verdict', () => {
  const shown = 'the events do not show it';
  const unclear = (situation: Situation, observed?: Left[]) => notUnderstood(target(), shown, situation, observed).message;

  test('says whether something is billed, and that nothing is to be done for a model that was to be kept', () => {
    expect(unclear(CUSTODY, left({ v1: 'RUNNING' }))).toBe('1 model of project parts is there: v1 RUNNING (billed). Nothing was changed, as it is not clear why CloudFormation '
      + 'deletes the teardown: the events do not show it. To delete the stack Models, delete it again. '
      + 'If an update removed the teardown in order to keep it, nothing is to be done. [unclear]');
    expect(unclear(CUSTODY)).toMatch(/^It is not known whether model parts\.v1 of project parts runs and is billed\. Nothing was changed/);
    expect(unclear(CUSTODY, [])).toMatch(/^No model parts\.v1 of project parts is listed\. /);
  });

  test('has commands if an update was to delete it, and does not advise to delete the stack in a cleanup', () => {
    expect(unclear({ ...CUSTODY, removes: true }, left({ v1: 'STOPPED' }))).toMatch(
      new RegExp(`To delete the stack Models, delete it again\\. If an update was to delete it, run what follows, .* \\[unclear\\] \\(1\\) ${command('delete', arnOf('v1'))}$`));
    expect(unclear({ ...CUSTODY, removes: true, isCleanUp: true }, left({ v1: 'STOPPED' }))).not.toMatch('delete it again');
  });
});

describe('a failed call', () => {
  const denied = (text: string, resource = VERSION_ARN) => new CallFailure('rekognition:StopProjectVersion', resource, awsError('AccessDeniedException', text));
  const failed = (call: CallFailure, remains?: Left[], situation = DELETION) => callFailed(target(), call, situation, '3 min', remains).message;

  test.each([
    ['an explicit deny', denied('with an explicit deny in a service control policy'), 'denied', 'service control policy or permissions boundary'],
    ['a removed permission', denied(`${'x'.repeat(500)} because no identity-based policy allows it`), 'permission-removed', 'restore it under its own name'],
    ['a denial without text', denied(''), 'not-available', `may not be available in ${REGION}`],
    ['a denial without text, as the SDK reports it', denied('UnknownError'), 'not-available', `may not be available in ${REGION}`],
    ['another account', denied('No.', VERSION_ARN.replace(ACCOUNT, '999999999999')), 'other-account', `of account 999999999999, but the teardown is in ${ACCOUNT}`],
    ['no route', new CallFailure('rekognition:StopProjectVersion', VERSION_ARN, awsError('TimeoutError')), 'unreachable', 'a NAT gateway, or endpoints'],
    ['an error without text', new CallFailure('rekognition:StopProjectVersion', VERSION_ARN, awsError('InternalServerError', 'UnknownError')), 'failed-call', 'failed with InternalServerError (after 3 min)'],
    ['any other error', new CallFailure('rekognition:StopProjectVersion', VERSION_ARN, awsError('ValidationException', 'odd')), 'failed-call', 'with ValidationException: odd'],
  ])('with %s is diagnosed', (_, call, id, remedy) => {
    const text = failed(call, left({ v1: 'STOPPED' }));
    expect(text).toMatch(new RegExp(`^1 model of project parts is left after 3 min: v1 STOPPED\\. .* Delete the stack Models again\\. \\[${id}\\]$`));
    expect(text).toContain(remedy);
    expect(text).not.toMatch('billed');
  });

  test('says that nothing was changed before it is known why, and that it is not known what remains', () => {
    expect(failed(denied('No.'), undefined, CUSTODY)).toMatch(/^It is not known whether .* runs and is billed\. .* Nothing was changed\. .* nothing is to be done\. \[denied\]$/);
    expect(failed(denied('No.'), undefined, { ...CUSTODY, phase: 'verification' })).toMatch(/^rekognition:StopProjectVersion on .* Nothing was changed\. .* Then deploy again\. \[denied\]$/);
  });
});

test('training that is not waited for is named with the option', () => {
  expect(inTraining(target(), left({ v1: 'TRAINING_IN_PROGRESS' }), DELETION, '5 s').message).toMatch(
    /v1 TRAINING_IN_PROGRESS\. trainingBehavior is FAIL, so nothing was deleted\. Training cannot be canceled .* \[training\]$/);
});

test('a target that does not exist is to be corrected or removed', () => {
  expect(notFound(target(PROJECT_ARN)).message).toMatch(new RegExp(`^There is no project ${PROJECT_ARN} in account ${ACCOUNT} and region ${REGION}, so nothing was changed\\. .* \\[not-found\\]$`));
});

describe('the log group', () => {
  afterEach(() => { delete process.env.AWS_LAMBDA_LOG_GROUP_NAME; });

  test('is named before the commands, unless there is no room for it', () => {
    process.env.AWS_LAMBDA_LOG_GROUP_NAME = 'Models-Log';
    expect(compose({ id: 'slow', text: () => 'Text.', commands: ['aws a', 'aws b'] })).toBe('Text. [slow] Log group: Models-Log (1) aws a (2) aws b');
    expect(compose({ id: 'slow', text: () => 'x'.repeat(1480) })).toBe(`${'x'.repeat(1480)} [slow]`);
  });
});
