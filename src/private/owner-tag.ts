import { CfnProject } from 'aws-cdk-lib/aws-rekognition';

/** The tag of a project whose value is the logical id of its teardown. */
export const OWNER_TAG = 'cdk-rekognition-teardown:owner';

/** Whether a project has a teardown in its own stack. */
export function hasTeardown(project: CfnProject): boolean {
  return project.cdkTagManager.tagValues()[OWNER_TAG] !== undefined;
}
