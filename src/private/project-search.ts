import { CfnResource, Stack, Tokenization } from 'aws-cdk-lib';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { IConstruct } from 'constructs';
import { assertAccount, otherAccount } from './account';
import { referenceIn } from './cdk-internals';
import { Evaluation } from './evaluation';

/**
 * The `CfnProject` that a reference leads to, in whatever stack of the app: the project itself, or
 * `Project.fromProjectArn` with its attribute `attrArn`, also in `Stack.consumeReference`. Other forms of an ARN cannot
 * be read before the app is complete.
 */
export function cfnProjectOf(project: IProjectRef): CfnProject | undefined {
  if (CfnProject.isCfnProject(project)) return project;
  const token = Tokenization.reverse(project.projectRef.projectArn, { failConcat: false });
  const target = referenceIn(token)?.target;
  return CfnProject.isCfnProject(target) ? target : undefined;
}

/** The same if the project is in the stack of `scope`, so that CloudFormation manages both together. */
export function ownProject(project: IProjectRef, scope: IConstruct): CfnProject | undefined {
  const resource = cfnProjectOf(project);
  return resource && Stack.of(resource) === Stack.of(scope) ? resource : undefined;
}

/** The projects of the app that a reference may lead to once the app is complete, whatever the form of its ARN. */
export function projectsBehind(project: IProjectRef, scope: IConstruct): CfnResource[] {
  const found = cfnProjectOf(project);
  if (found) return [found];
  const stack = Stack.of(scope);
  return new Evaluation(scope.node.root).projectsNamed(stack.resolve(project.projectRef.projectArn), stack);
}

/** Throws if a project cannot be in the account of the stack of `scope`, as far as both are known. */
export function assertProjectAccount(project: IProjectRef, scope: IConstruct): void {
  const found = cfnProjectOf(project);
  if (found) assertAccount(Stack.of(scope), found.stack.account, 'project', `the project ${found.node.path}`);
  else assertAccount(Stack.of(scope), project.env.account, 'project', JSON.stringify(project.projectRef.projectArn));
}

/** What is wrong with the account of a project once the app is complete, whatever the form of its ARN. */
export function accountProblems(project: IProjectRef, scope: IConstruct): string[] {
  const stack = Stack.of(scope);
  const found = projectsBehind(project, scope)
    .map(({ node, stack: { account } }) => ({ account, given: `the project ${node.path}` }));
  const values = new Evaluation(scope.node.root).valuesOf(stack.resolve(project.projectRef.projectArn), stack);
  const literals = values.flatMap(arn => {
    const [, account] = /^arn:[^:]+:rekognition:[^:]+:(\d{12}):/.exec(`${arn}`) ?? [];
    return account === undefined ? [] : [{ account, given: JSON.stringify(arn) }];
  });
  return (found.length > 0 ? found : literals)
    .flatMap(({ account, given }) => otherAccount(stack, account, 'project', given) ?? []);
}
