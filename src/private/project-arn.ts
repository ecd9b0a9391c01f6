import { Fn, Token } from 'aws-cdk-lib';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';

// the pattern and lengths of https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProject.html
const PATTERN = /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.\-]{1,255}\/[0-9]+$/;
const MIN_LENGTH = 20;
const MAX_LENGTH = 2048;

/** Throws if this is not the ARN of a project, unless it is known at deployment only. */
export function assertProjectArn(arn: string): void {
  if (Token.isUnresolved(arn) || (arn.length >= MIN_LENGTH && arn.length <= MAX_LENGTH && PATTERN.test(arn))) return;
  throw new Error(`projectArn must be the ARN of a Rekognition project of ${MIN_LENGTH} to ${MAX_LENGTH} characters, `
    + `arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/CREATED, got: ${JSON.stringify(arn)}`);
}

/** The project's name as far as it is known at synthesis, else a token. */
export function projectNameOf(project: IProjectRef): string {
  return CfnProject.isCfnProject(project) ? project.projectName : project.projectRef.projectName;
}

/** Something in the project of an ARN (that of the project, or of one of its versions): `arn:...:project/NAME/` and a pattern. */
export function inProject(arn: string, pattern: string): string {
  const segments = Fn.split('/', arn);
  return `${Fn.select(0, segments)}/${Fn.select(1, segments)}/${pattern}`;
}
