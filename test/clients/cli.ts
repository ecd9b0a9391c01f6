import { deepStrictEqual, match, rejects } from 'assert';
import * as path from 'path';
import { Client, pythonPackages, run } from './client';
import { PYTHON } from '../support/virtual-environment';

export const cli: Client = {
  name: 'AWS CLI',
  toolchain: PYTHON,

  async check(account) {
    const aws = path.join(pythonPackages(), 'aws');
    let commands = 0;
    const rekognition = async (...args: string[]): Promise<any> => {
      commands++;
      const output = await run([aws, 'rekognition', ...args, '--output', 'json'], { env: account.environment });
      return output.trim() === '' ? undefined : JSON.parse(output);
    };
    const nameOf = (arn: string) => arn.split('/').at(-2);

    const { ProjectDescriptions: projects } = await rekognition('describe-projects', '--page-size', '2');
    deepStrictEqual(
      projects.map((project: any) => nameOf(project.ProjectArn)),
      ['birds', 'cats', 'dogs', 'fish', 'moss'],
    );
    const [birds, , , , moss]: string[] = projects.map((project: any) => project.ProjectArn);
    deepStrictEqual(
      (await rekognition('list-project-policies', '--project-arn', birds, '--page-size', '3')).ProjectPolicies.length,
      7,
    );
    deepStrictEqual(
      (await rekognition('describe-project-versions', '--project-arn', birds, '--page-size', '2'))
        .ProjectVersionDescriptions.length,
      5,
    );

    const { ProjectVersionArn: version } = await rekognition(
      'create-project-version',
      '--project-arn',
      moss,
      '--version-name',
      'cli',
      '--output-config',
      'S3Bucket=results,S3KeyPrefix=moss',
      '--tags',
      'team=moss',
    );
    const described = ['--project-arn', moss, '--version-names', 'cli'];
    await rekognition('wait', 'project-version-training-completed', ...described);
    deepStrictEqual(
      await rekognition('start-project-version', '--project-version-arn', version, '--min-inference-units', '1'),
      { Status: 'STARTING' },
    );
    await rekognition('wait', 'project-version-running', ...described);
    const { ProjectVersionDescriptions: [running] } = await rekognition('describe-project-versions', ...described);
    deepStrictEqual([running.Status, running.StatusMessage], ['RUNNING', 'The model is running.']);
    match(running.EvaluationResult.Summary.S3Object.Name, /^moss\/EvaluationResultSummary-moss-cli\.json$/);
    await rejects(rekognition('delete-project-version', '--project-version-arn', version), /ResourceInUseException/);

    await rekognition('stop-project-version', '--project-version-arn', version);
    deepStrictEqual(await rekognition('delete-project-version', '--project-version-arn', version), {
      Status: 'DELETING',
    });
    deepStrictEqual((await rekognition('describe-project-versions', ...described)).ProjectVersionDescriptions, []);
    account.checkWhatIsLeft();
    return `${commands} commands, waiters among them`;
  },
};
