import { Stack } from 'aws-cdk-lib';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';

/** A project that no stack owns, as an app may know it. */
export class Project extends Construct implements IProjectRef {
  readonly projectRef;
  readonly env;

  constructor(scope: Construct, id: string, projectArn: string) {
    super(scope, id);
    this.projectRef = { projectArn, projectName: projectArn.split('/')[1] };
    this.env = { account: Stack.of(this).account, region: Stack.of(this).region };
  }
}
