import { App, CfnOutput, Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Project, TeardownMode, TeardownWorkflow } from 'cdk-rekognition-teardown';

const ISSUER = 'token.actions.githubusercontent.com';

/**
 * Lets a job of GitHub Actions empty the project of a test environment, and do nothing else. The job is in
 * docs/pipelines.md.
 */
class GitHubActionsStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const project = Project.fromProjectArn(
      this,
      'Project',
      StringParameter.valueForStringParameter(this, '/inspection-test/project-arn'),
    );
    const { stateMachine } = new TeardownWorkflow(this, 'Workflow', {
      mode: TeardownMode.DELETE,
      projects: [project],
      // a job on a GitHub-hosted runner ends after six hours.
      timeout: Duration.hours(5),
    });

    const role = new Role(this, 'Role', {
      // an account can have only one such provider, so it belongs in a stack of its own.
      assumedBy: new WebIdentityPrincipal(
        this.formatArn({ service: 'iam', region: '', resource: 'oidc-provider', resourceName: ISSUER }),
        {
          StringEquals: {
            [`${ISSUER}:aud`]: 'sts.amazonaws.com',
            [`${ISSUER}:sub`]: 'repo:example/inspection:environment:test',
          },
        },
      ),
      // by default, the credentials expire after an hour, and then the job fails.
      maxSessionDuration: Duration.hours(6),
    });
    stateMachine.grantStartExecution(role);
    stateMachine.grantExecution(role, 'states:DescribeExecution');

    new CfnOutput(this, 'TeardownRole', {
      value: role.roleArn,
      description: 'The variable TEARDOWN_ROLE of the repository',
    });
    new CfnOutput(this, 'TeardownWorkflow', {
      value: stateMachine.stateMachineArn,
      description: 'The variable TEARDOWN_WORKFLOW of the repository',
    });
    new CfnOutput(this, 'Command', {
      description: 'Starts a run from a shell',
      value: `aws stepfunctions start-execution --state-machine-arn ${stateMachine.stateMachineArn}`
        + ' --name "$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT" --input \'{}\'',
    });
  }
}

const app = new App();
new GitHubActionsStack(app, 'GitHubActions');
app.synth();
