import { App, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { ProjectTeardown, ProjectVersionTeardown } from '../../src';

export const PROJECT_NAME = 'screw-inspection';
export const STACK_NAME = 'ScrewInspection';

/** What is torn down with the stack's project: nothing, one model by its ARN, or all that the project contains. */
export type Teardown = 'nothing' | 'contents' | { readonly model: string };

/** Synthesizes the app that the demo deploys: a Custom Labels project, and a teardown. */
export function synthesize(outdir: string, teardown: Teardown): void {
  const app = new App({ outdir });
  const stack = new Stack(app, STACK_NAME);
  const project = new CfnProject(stack, 'Project', { projectName: PROJECT_NAME });
  if (teardown === 'contents') {
    new ProjectTeardown(stack, 'Teardown', { project });
  } else if (teardown !== 'nothing') {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: teardown.model, project });
  }
  app.synth();
}
