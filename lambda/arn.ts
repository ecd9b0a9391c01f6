/** The parts of a project's ARN that the handler needs. */
export interface ProjectArn {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly projectName: string;
}

/** The same of a project version's ARN. */
export interface ProjectVersionArn extends ProjectArn {
  readonly versionName: string;
}

const NAME = '[a-zA-Z0-9_.\\-]{1,255}';
const PROJECT = `arn:[a-z\\d-]+:rekognition:([a-z\\d-]+):(\\d{12}):project/(${NAME})`;

// the patterns of https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProjectVersion.html and API_DeleteProject.html.
// parsed by position: a project may itself be called "version".
const PROJECT_VERSION_ARN = new RegExp(`^${PROJECT}/version/(${NAME})/[0-9]+$`);
const PROJECT_ARN = new RegExp(`^${PROJECT}/[0-9]+$`);

export function parseProjectVersionArn(arn: unknown): ProjectVersionArn | undefined {
  const match = parse(arn, PROJECT_VERSION_ARN);
  return match && { ...parts(match), versionName: match[4] };
}

export function parseProjectArn(arn: unknown): ProjectArn | undefined {
  const match = parse(arn, PROJECT_ARN);
  return match && parts(match);
}

function parse(arn: unknown, pattern: RegExp): RegExpExecArray | undefined {
  return typeof arn === 'string' && arn.length <= 2048 ? pattern.exec(arn) ?? undefined : undefined;
}

function parts([arn, region, account, projectName]: RegExpExecArray): ProjectArn {
  return { arn, region, account, projectName };
}
