import { parseProjectArn } from '../../lambda/arn';
import { inTraining, notFound, notReached, notTheTarget, notUnderstood, Situation } from '../../lambda/messages';
import type { Left, Target } from '../../lambda/model';
import { projectVersionTeardown } from '../../lambda/project-version-teardown';
import { ACCOUNT, OTHER_VERSION_ARN, PROJECT_ARN, REGION, STACK_ID, VERSION_ARN } from '../support/arns';

const target = (arn = VERSION_ARN, mode: Target['mode'] = 'DELETE'): Target => ({ arn, mode, trainingBehavior: 'WAIT' });
const CUSTODY: Situation = { phase: 'custody', rootStackId: STACK_ID };
const CLEAN_UP: Situation = { phase: 'deletion', rootStackId: STACK_ID, isCleanUp: true };
const command = (operation: string, version: string) => `aws rekognition ${operation}-project-version --region ${REGION} --project-version-arn ${version}`;

describe('what to do by hand', () => {
  test.each<[string, Target, string]>([
    ['a version', target(), `stop and delete it by hand: ${command('stop', VERSION_ARN)}, then, once it is stopped, ${command('delete', VERSION_ARN)}`],
    ['a version that is kept', target(VERSION_ARN, 'STOP'), `stop it by hand: ${command('stop', VERSION_ARN)}`],
    ['a project', target(PROJECT_ARN), `stop and delete it by hand: ${command('stop', 'VERSION')}, then, once it is stopped, ${command('delete', 'VERSION')}, `
      + `for each VERSION that aws rekognition describe-project-versions --project-arn ${PROJECT_ARN} lists`],
    ['a project whose versions are kept', target(PROJECT_ARN, 'STOP'), `stop it by hand: ${command('stop', 'VERSION')}, `
      + `for each VERSION that aws rekognition describe-project-versions --project-arn ${PROJECT_ARN} lists`],
  ])('is named for %s', (_, what, advice) => {
    expect(notUnderstood(what, 'nothing', CUSTODY).message).toBe(
      `it is not clear whether the project ${what.arn === VERSION_ARN ? 'version ' : ''}${what.arn} should be torn down: nothing; nothing was changed; `
      + `if you want to delete the stack ${STACK_ID}, delete it again; if an update was meant to remove it, ${advice}`);
    expect(notUnderstood(what, 'nothing', { ...CUSTODY, isCleanUp: true }).message).toMatch(`; nothing was changed; if it was meant to be torn down, ${advice}`);
  });
});

test.each<[Left['status'], string]>([
  ['RUNNING', 'a model is billed while it runs: find out what restarts it, stop that, and delete the stack again'],
  ['STARTING', 'a model is billed while it runs: find out what restarts it, stop that, and delete the stack again'],
  ['STOPPING', 'it is still STOPPING; delete the stack again'],
  [undefined, 'it is no longer listed, but not confirmed to be gone; delete the stack again'],
])('the advice depends on the status of what is left: %s', (status, advice) => {
  expect(notReached(target(), [{ name: 'it', versionArn: VERSION_ARN, status }], { ...CUSTODY, phase: 'deletion' }, '55 min').message).toMatch(new RegExp(`; ?${advice}$|: ${advice}$`));
});

test('a version in training that a cleanup leaves behind is to be deleted by hand', () => {
  expect(inTraining(target(), OTHER_VERSION_ARN, CLEAN_UP).message).toBe(`the project version ${OTHER_VERSION_ARN} is TRAINING_IN_PROGRESS and trainingBehavior is FAIL: nothing was deleted; `
    + 'training cannot be cancelled and takes up to 24 hours: when it has finished, stop and delete it by hand, because CloudFormation gives up after three attempts: '
    + `${command('stop', VERSION_ARN)}, then, once it is stopped, ${command('delete', VERSION_ARN)}`);
});

test('a target that does not exist is to be corrected or removed', () => {
  expect(notFound(target(PROJECT_ARN), parseProjectArn(PROJECT_ARN)!).message).toBe(`there is no project ${PROJECT_ARN} in account ${ACCOUNT} and region ${REGION}: correct the ARN `
    + '(rekognition:DescribeProjectVersions and DescribeProjects show it), or remove the teardown of something that is already deleted');
});

test('the right one of two targets is to be deleted by hand', () => {
  expect(notTheTarget(target(), OTHER_VERSION_ARN).message).toBe(`the resource has the physical id ${OTHER_VERSION_ARN}, but its properties name ${VERSION_ARN}: nothing was deleted, `
    + 'because it is not clear which one is meant; delete the right one by hand, then delete the stack and retain this resource');
});

test('a project that the version does not belong to is to be corrected or left out', () => {
  const other = PROJECT_ARN.replace('parts', 'screws');
  expect(() => projectVersionTeardown.read({ ProjectVersionArn: VERSION_ARN, ProjectArn: other })).toThrow(`the project "${other}" is not the project of the version ${VERSION_ARN}: `
    + 'region, account and project name must be the same; pass the project that the version belongs to, or leave `project` out');
});
