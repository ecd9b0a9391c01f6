import { ExpectedResult, IApiCall, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { ProjectVersionTeardown } from '../../src';

/** An app whose snapshot is about what it deploys. */
export function integApp(): App {
  return new App({
    treeMetadata: false,
    postCliContext: { '@aws-cdk/core:enableAdditionalMetadataCollection': false },
  });
}

/** What an integration test asks Rekognition about one stack, while it is deployed and after it is deleted. */
class StackTest {
  private readonly integ: IntegTest;

  constructor(stack: Stack) {
    this.integ = new IntegTest(stack.node.root, 'Test', {
      testCases: [stack],
      // assertions run before the stack is deleted; a program checks what must be true afterwards.
      hooks: { postDestroy: [`node --import tsx expect-gone.ts ${stack.stackName}`] },
      // the snapshot does not contain assets, so it cannot be deployed.
      stackUpdateWorkflow: false,
      // asset hashes do not count either: every edit of the handler would change all snapshots.
      diffAssets: false,
    });
  }

  /**
   * The expected answer of an operation, as a regular expression. Only the value at that path is checked: a whole
   * answer may be too long for a custom resource.
   */
  expect(operation: string, parameters: object, path: string, pattern: string): void {
    removeTime(
      this.integ.assertions
        .awsApiCall('Rekognition', operation, parameters)
        .assertAtPath(path, ExpectedResult.stringLikeRegexp(pattern)),
    );
  }

  /** The attributes of a teardown must match what the service says about its model. */
  expectStatus({ projectVersionArn, projectArn, projectVersionStatus }: ProjectVersionTeardown): void {
    const name = Fn.select(3, Fn.split('/', projectVersionArn));
    this.expect('DescribeProjectVersions', { ProjectArn: projectArn, VersionNames: [name] },
      'ProjectVersionDescriptions.0.Status', `^${projectVersionStatus}$`);
  }

  /** Puts an empty dataset into a project of the stack. */
  fill(project: CfnProject): void {
    this.expect(
      'CreateDataset',
      { ProjectArn: project.attrArn, DatasetType: 'TRAIN' },
      'DatasetArn',
      '/dataset/train/',
    );
  }
}

/** The integration test of a stack. */
export function testOf(stack: Stack): StackTest {
  return new StackTest(stack);
}

/**
 * An assertion contains the time of its synthesis, for stacks that are kept and updated; that would change every
 * snapshot.
 */
function removeTime(call: IApiCall): void {
  (call.node.defaultChild!.node.defaultChild as CfnResource).addPropertyDeletionOverride('salt');
}
