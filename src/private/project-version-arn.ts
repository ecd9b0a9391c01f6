import { Stack, Token } from 'aws-cdk-lib';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { assertAccount } from './account';
import { projectNameOf } from './project-arn';

// the pattern and lengths of https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProjectVersion.html
const NAME = '[a-zA-Z0-9_.\\-]{1,255}';
const PATTERN = new RegExp(`^arn:[a-z\\d-]+:rekognition:(?<region>[a-z\\d-]+):(?<account>\\d{12}):project/(?<projectName>${NAME})/version/${NAME}/[0-9]+$`);
const MIN_LENGTH = 20;
const MAX_LENGTH = 2048;

interface Parts {
  readonly region: string;
  readonly account: string;
  readonly projectName: string;
}

/** The ARN of a project version: a literal or a deploy-time value. */
export class ProjectVersionArn {
  /** Undefined for a deploy-time value. */
  private readonly parts?: Parts;

  constructor(private readonly arn: string) {
    if (Token.isUnresolved(arn)) return;
    const match = arn.length >= MIN_LENGTH && arn.length <= MAX_LENGTH ? PATTERN.exec(arn) : null;
    if (!match) {
      throw new Error(`projectVersionArn must be the ARN of a Rekognition project version of ${MIN_LENGTH} to ${MAX_LENGTH} characters, `
        + `arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/version/VERSION/CREATED, got: ${JSON.stringify(arn)}`);
    }
    this.parts = match.groups as unknown as Parts;
  }

  /** Throws if the version cannot be in this account, as far as both are known. */
  assertAccount(stack: Stack): void {
    if (this.parts) assertAccount(stack, this.parts.account, 'projectVersionArn', JSON.stringify(this.arn));
  }

  /** Throws if the version cannot belong to this project, as far as both are known. */
  assertProject(project: IProjectRef): void {
    const [problem] = this.differencesTo({ projectName: projectNameOf(project), ...project.env });
    if (problem !== undefined) throw new Error(problem);
  }

  /** What shows that the version cannot belong to a project, as far as both are known. */
  differencesTo(project: Partial<Parts>): string[] {
    const { parts } = this;
    if (!parts) return [];
    const names = { projectName: 'name', account: 'account', region: 'region' } as const;
    return (Object.keys(names) as (keyof Parts)[])
      .filter(name => project[name] !== undefined && !Token.isUnresolved(project[name]) && project[name] !== parts[name])
      .map(name => `project must be the one that the version belongs to: its ${names[name]} is ${JSON.stringify(project[name])}, `
        + `but ${JSON.stringify(parts[name])} in the version ${JSON.stringify(this.arn)}; `
        + 'pass the project of the version, or leave project out');
  }
}
