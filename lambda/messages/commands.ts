import { mayBeBilled, mostTellingFirst, projectNameOf } from './remaining';
import type { Left, Target } from '../model';

/*
 * Commands that work as they are printed, in bash and with any release of the AWS CLI.
 */

/** What to run by hand in order to do what a teardown could not do. */
export function commandsFor({ arn, mode }: Target, left: readonly Left[]): string[] {
  const sorted = mostTellingFirst(left);
  const stops = sorted.filter(mayBeBilled).map(one => command('stop-project-version', 'project-version-arn', one.arn));
  if (mode === 'STOP') return stops;
  const deletes = sorted
    .map(one => one.arn)
    .flatMap(one =>
      one.includes('/version/')
        ? [command('delete-project-version', 'project-version-arn', one)]
        : one.includes('/dataset/')
          ? [command('delete-dataset', 'dataset-arn', one)]
          : [],
    );
  if (arn.includes('/version/')) return [...stops, ...deletes];
  const datasets = left.some(one => one.arn.includes('/dataset/')) ? [] : [listDatasets(arn)];
  return [...stops, ...deletes, ...datasets, command('delete-project', 'project-arn', arn)];
}

/**
 * Lists all versions of a project, each with its status. Undefined for a version, whose project the ARN does not tell.
 */
export function listVersions(arn: string): string | undefined {
  return arn.includes('/version/')
    ? undefined
    : `${command('describe-project-versions', 'project-arn', arn)} `
      + '--query \'ProjectVersionDescriptions[].[Status,ProjectVersionArn]\' --output text';
}

function listDatasets(projectArn: string): string {
  const names = `aws rekognition describe-projects --region ${projectArn.split(':')[3]} --project-names `
    + projectNameOf(projectArn);
  return `${names} --query 'ProjectDescriptions[].Datasets[].DatasetArn' --output text`;
}

function command(operation: string, option: string, arn: string): string {
  return `aws rekognition ${operation} --region ${arn.split(':')[3]} --${option} ${arn}`;
}
