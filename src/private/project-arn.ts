import { Fn, IResolveContext, Lazy, Stack, Token } from 'aws-cdk-lib';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { IConstruct } from 'constructs';

// the pattern and lengths of https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProject.html
const PATTERN = /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.\-]{1,255}\/[0-9]+$/;
const MIN_LENGTH = 20;
const MAX_LENGTH = 2048;

/** Throws if a literal is not the ARN of a project. */
export function assertProjectArn(arn: string): void {
  if (Token.isUnresolved(arn) || (arn.length >= MIN_LENGTH && arn.length <= MAX_LENGTH && PATTERN.test(arn))) return;
  throw new Error(`projectArn must be the ARN of a Rekognition project of ${MIN_LENGTH} to ${MAX_LENGTH} characters, `
    + `arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/CREATED, got: ${JSON.stringify(arn)}`);
}

/** The name of a project, or a token if it is not known when the construct is created. */
export function projectNameOf(project: IProjectRef): string {
  return CfnProject.isCfnProject(project) ? project.projectName : project.projectRef.projectName;
}

/** Something in the project of an ARN (that of the project, or of one of its versions): `arn:...:project/NAME/` and a pattern. */
export function inProject(arn: string, pattern: string): string {
  return `${arnPart(arn, 0)}/${arnPart(arn, 1)}/${pattern}`;
}

/** A part of an ARN between slashes. A token is resolved only at synthesis. */
export function arnPart(arn: string, index: number): string {
  return Token.isUnresolved(arn) ? Lazy.uncachedString({ produce: context => partOf(arn, index, context) }) : arn.split('/')[index];
}

function partOf(arn: string, index: number, context: IResolveContext): string {
  const value = context.resolve(arn);
  const reference = dynamicReferenceIn(value);
  if (reference !== undefined) throw new Error(notSplit(reference));
  return typeof value === 'string' ? value.split('/')[index] ?? '' : Fn.select(index, Fn.split('/', arn));
}

/** The dynamic reference that an ARN resolves to at synthesis, if it is one. */
export function dynamicReference(scope: IConstruct, arn: string): string | undefined {
  return Token.isUnresolved(arn) ? dynamicReferenceIn(Stack.of(scope).resolve(arn)) : undefined;
}

function dynamicReferenceIn(value: unknown): string | undefined {
  return /\{\{resolve:.*?\}\}/.exec(JSON.stringify(value))?.[0];
}

/** CloudFormation applies `Fn::Split` to the text of a dynamic reference, before it resolves it. */
export function notSplit(reference: string): string {
  return `CloudFormation cannot split an ARN that is the dynamic reference ${reference}; `
    + 'use a parameter instead, such as StringParameter.valueForStringParameter without a version';
}
