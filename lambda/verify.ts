import { TeardownError } from './errors';
import { log } from './log';
import { observe } from './rekognition';
import { Target } from './request';
import type { ProjectVersionTeardownAttributes } from '../src/private/contract';

/**
 * Create and Update look whether the version exists: a mistyped ARN would make the teardown a silent no-op, while
 * the model it was meant for bills on. They change nothing.
 */
export async function verify(target: Target, mustExist: () => Promise<boolean>): Promise<ProjectVersionTeardownAttributes> {
  const { version, projectArn } = target;
  const observed = await observe(version, projectArn);
  if (observed) return { ProjectArn: observed.projectArn, Status: observed.status };

  if (await mustExist()) {
    throw new TeardownError(`there is no project version ${version.arn}: ${projectArn ? `the project ${projectArn}` : `no project named ${version.projectName}`} `
      + `in account ${version.account} and region ${version.region} lists it; correct the ARN (rekognition:DescribeProjectVersions shows it), `
      + 'or remove the teardown of a version that is already deleted');
  }
  log('the version is already gone', { projectVersionArn: version.arn });
  return { ProjectArn: projectArn ?? '', Status: 'NOT_FOUND' };
}
