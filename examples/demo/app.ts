import { App, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { ProjectVersionTeardown } from '../../src';

export const PROJECT_NAME = 'screw-inspection';
export const STACK_NAME = 'ScrewInspection';

/**
 * The app that the demo deploys: a Custom Labels project and, once there is a model in it and unless it is to be
 * shown without, the teardown of that model.
 */
export function synthesize(outdir: string, projectVersionArn?: string): void {
  const app = new App({ outdir });
  const stack = new Stack(app, STACK_NAME);
  const project = new CfnProject(stack, 'Project', { projectName: PROJECT_NAME });
  if (projectVersionArn) new ProjectVersionTeardown(stack, 'Model', { projectVersionArn, project });
  app.synth();
}
