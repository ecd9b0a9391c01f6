/** The parts of a project version's ARN that the handler needs. */
export interface ProjectVersionArn {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly projectName: string;
  readonly versionName: string;
}

const NAME = '[a-zA-Z0-9_.\\-]{1,255}';
const PROJECT = `arn:[a-z\\d-]+:rekognition:([a-z\\d-]+):(\\d{12}):project/(${NAME})`;

// the pattern of https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProjectVersion.html.
// parsed by position: a project may itself be called "version".
const PROJECT_VERSION_ARN = new RegExp(`^${PROJECT}/version/(${NAME})/[0-9]+$`);
const PROJECT_ARN = new RegExp(`^${PROJECT}/[0-9]+$`);

export function parseProjectVersionArn(arn: unknown): ProjectVersionArn | undefined {
  const match = typeof arn === 'string' && arn.length <= 2048 && PROJECT_VERSION_ARN.exec(arn);
  if (!match) return undefined;
  const [, region, account, projectName, versionName] = match;
  return { arn: match[0], region, account, projectName, versionName };
}

/** Whether this is the ARN of a project that can hold the version: same region, account and name. */
export function isProjectOf(projectArn: string, version: ProjectVersionArn): boolean {
  const match = PROJECT_ARN.exec(projectArn);
  return match !== null && match[1] === version.region && match[2] === version.account && match[3] === version.projectName;
}
