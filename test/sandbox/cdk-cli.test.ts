import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { ProjectTeardown, ProjectVersionTeardown } from '../../src';
import { CdkCli, ROOT } from '../support/cdk-cli';

/** A test with its own CLI and sandbox. The CLI polls every few seconds of real time, so the tests run concurrently. */
function withCli(name: string, run: (cli: CdkCli) => Promise<void>): void {
  test.concurrent(name, async () => {
    const cli = await CdkCli.start();
    try {
      await run(cli);
    } finally {
      await cli.stop();
    }
  });
}

const addTaken = (stack: Stack) => new CfnProject(stack, 'Taken', { projectName: 'taken' });

withCli('the AWS CDK CLI deploys and destroys an example with a running model, using the assets that it has uploaded', async cli => {
  const { sandbox } = cli;
  const example = `${join(ROOT, 'node_modules/.bin/tsx')} --tsconfig ${join(ROOT, 'tsconfig.dev.json')} ${join(ROOT, 'examples/typescript/project.ts')}`;
  await cli.run('deploy', '--app', example, '--require-approval', 'never');
  expect(cli.statusOf('Inspection')).toBe('CREATE_COMPLETE');
  expect(sandbox.calls.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['AssumeRole', 'GetParameter', 'PutObject', 'CreateChangeSet', 'ExecuteChangeSet']));

  const model = cli.runModel(cli.projects[0]);
  expect(await cli.run('diff')).toContain('There were no differences');
  const output = await cli.run('destroy', '--force');
  expect(cli.statusOf('Inspection')).toBe('DELETE_COMPLETE');
  // the events of the deployment belong to another operation.
  expect(output).toContain('DELETE_COMPLETE');
  expect(output).not.toContain('CREATE_');
  expect(sandbox.rekognition.version(model.arn)).toBeUndefined();
});

withCli('a nested stack and its parent are deployed, and destroyed over a running model', async cli => {
  cli.shop(stack => {
    const nested = new NestedStack(stack, 'Nested');
    const project = new CfnProject(nested, 'Project', { projectName: 'bolts' });
    new ProjectTeardown(nested, 'Teardown', { project });
  });
  await cli.run('deploy', '--require-approval', 'never');
  expect(cli.projects).toEqual(['bolts', 'screws']);
  cli.runModel('bolts');
  await cli.run('destroy', '--force');
  expect(cli.statusOf('Shop')).toBe('DELETE_COMPLETE');
  expect(cli.sandbox.rekognition.versions).toEqual([]);
});

withCli('stages are deployed together, and destroyed one by one', async cli => {
  cli.synth(app => {
    for (const name of ['Beta', 'Prod']) {
      const stack = new Stack(new Stage(app, name), 'Shop');
      const project = new CfnProject(stack, 'Project', { projectName: `${name.toLowerCase()}-screws` });
      new ProjectTeardown(stack, 'Teardown', { project });
    }
  });
  await cli.run('deploy', '**', '--require-approval', 'never');
  expect(cli.projects).toEqual(['beta-screws', 'prod-screws']);
  const kept = cli.runModel('prod-screws');
  cli.runModel('beta-screws');
  await cli.run('destroy', 'Beta/*', '--force');
  expect([cli.statusOf('Beta-Shop'), cli.statusOf('Prod-Shop')]).toEqual(['DELETE_COMPLETE', 'CREATE_COMPLETE']);
  expect(cli.sandbox.rekognition.versions.map(({ arn, status }) => [arn, status])).toEqual([[kept.arn, 'RUNNING']]);
});

withCli('a failed update without rollback stays as it is until cdk rollback', async cli => {
  cli.shop();
  await cli.run('deploy');
  const model = cli.runModel('screws');
  cli.sandbox.rekognition.createProject('taken');
  cli.shop(addTaken);
  await expect(cli.run('deploy', '--no-rollback')).rejects.toThrow('UPDATE_FAILED');
  expect(cli.statusOf('Shop')).toBe('UPDATE_FAILED');
  await cli.run('rollback');
  expect(cli.statusOf('Shop')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(model.status).toBe('RUNNING');
});

withCli('a failed creation without rollback stays as it is until cdk rollback, which keeps a model that existed before', async cli => {
  const { rekognition } = cli.sandbox;
  const model = rekognition.addVersion(rekognition.createProject('bolts'), 'v1', { status: 'RUNNING' });
  rekognition.createProject('taken');
  cli.shop(stack => addTaken(stack).node.addDependency(new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: model.arn })));
  await expect(cli.run('deploy', '--no-rollback', '--require-approval', 'never')).rejects.toThrow('CREATE_FAILED');
  expect(cli.statusOf('Shop')).toBe('CREATE_FAILED');
  await cli.run('rollback');
  expect(cli.statusOf('Shop')).toBe('ROLLBACK_COMPLETE');
  expect(model.status).toBe('RUNNING');
});

withCli('a hotswap deployment that is not modeled is rejected with the name of the operation, and changes nothing', async cli => {
  const returning = (value: number) => (stack: Stack) => {
    const code = join(cli.directory, `code-${value}`);
    mkdirSync(code);
    writeFileSync(join(code, 'index.js'), `exports.handler = async () => ${value};`);
    new Function(stack, 'Function', { code: Code.fromAsset(code), handler: 'index.handler', runtime: Runtime.NODEJS_22_X });
  };
  cli.shop(returning(1));
  await cli.run('deploy', '--require-approval', 'never');
  cli.shop(returning(2));
  await expect(cli.run('deploy', '--hotswap')).rejects.toThrow('does not know the operation UpdateFunctionCode of Lambda');
  expect(cli.statusOf('Shop')).toBe('CREATE_COMPLETE');
});

withCli('termination protection keeps a stack from being destroyed', async cli => {
  cli.shop(stack => { stack.terminationProtection = true; });
  await cli.run('deploy');
  await expect(cli.run('destroy', '--force')).rejects.toThrow('TerminationProtection');
  expect(cli.statusOf('Shop')).toBe('CREATE_COMPLETE');
});

withCli('a type and a property that are not modeled fail the change set together, with their names', async cli => {
  cli.shop((stack, project) => {
    new CfnResource(stack, 'Macro', { type: 'AWS::CloudFormation::Macro' });
    project.addPropertyOverride('Colour', 'red');
  });
  await expect(cli.run('deploy')).rejects
    .toThrow(/the sandbox, not AWS, refuses this template:[^]*not modeled:\s+Colour[^]*AWS::CloudFormation::Macro is not modeled/);
  expect([cli.statusOf('Shop'), ...cli.projects]).toEqual(['REVIEW_IN_PROGRESS']);
});
