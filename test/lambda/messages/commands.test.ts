import { commandsFor } from '../../../lambda/messages/commands';
import { PROJECT_ARN, REGION, VERSION_ARN } from '../../support/arns';

const DATASET_ARN = PROJECT_ARN.replace('/parts/', '/parts/dataset/train/');
const OPTIONS = { mode: 'DELETE', trainingBehavior: 'WAIT' } as const;
const command = (operation: string, option: string, arn: string) =>
  `aws rekognition ${operation} --region ${REGION} --${option} ${arn}`;

test('the commands for a project stop the models that run, and delete models, datasets and the project in that order', () => {
  const left = [{ arn: DATASET_ARN, status: 'CREATE_COMPLETE' }, { arn: VERSION_ARN, status: 'RUNNING' }];
  expect(commandsFor({ ...OPTIONS, arn: PROJECT_ARN }, left)).toEqual([
    command('stop-project-version', 'project-version-arn', VERSION_ARN),
    command('delete-project-version', 'project-version-arn', VERSION_ARN),
    command('delete-dataset', 'dataset-arn', DATASET_ARN),
    command('delete-project', 'project-arn', PROJECT_ARN),
  ]);
});

test('the commands for a project alone list its datasets, and then delete it', () => {
  expect(commandsFor({ ...OPTIONS, arn: PROJECT_ARN }, [{ arn: PROJECT_ARN, status: 'CREATED' }])).toEqual([
    expect.stringMatching(/^aws rekognition describe-projects .* --project-names parts --query /),
    command('delete-project', 'project-arn', PROJECT_ARN),
  ]);
});
