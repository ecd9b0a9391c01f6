import type { DeployPlan, OwnProjectPlan, ProjectTeardownPlan, VersionTeardownPlan } from './plan';

/** The key of the tag that `ProjectTeardown` puts on a project of the same stack. */
export const OWNER_TAG = 'cdk-rekognition-teardown:owner';

export const VERSION_TEARDOWN = 'Custom::RekognitionProjectVersionTeardown';
export const PROJECT_TEARDOWN = 'Custom::RekognitionProjectTeardown';

/** Resolves the indexes and names in a plan to ARNs. */
export interface Arns {
  version(index: number): string;
  projectOf(versionIndex: number): string;
  project(name: string): string;
}

type Resources = { [logicalId: string]: object };

/** The template of a stack, and of its nested stack if it has one. */
export interface Rendered {
  readonly root: object;
  readonly nested?: object;
}

/** Renders the template that a CDK app with these constructs would synthesize, without the provider and the policies. */
export function render(plan: DeployPlan, revision: number, arns: Arns): Rendered {
  const resources = resourcesOf(plan, false, arns);
  const inner = resourcesOf(plan, true, arns);
  // the revision makes sure that no update is empty.
  const root: Resources = { Anchor: { Type: 'Test::Anchor', Properties: { Revision: revision } }, ...resources };
  const isNested = Object.keys(inner).length > 0;
  if (isNested) {
    root[plan.nestedStack.id] = {
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL: `https://assets.test/${revision}.json`, Parameters: { RootStackId: { Ref: 'AWS::StackId' } } },
      ...policies(plan.nestedStack.retain),
    };
  }
  if (plan.fails !== 'no') {
    root[`Failing${revision}`] = { Type: 'Test::Failing', Properties: {}, DependsOn: plan.fails === 'late' ? Object.keys(root) : [] };
  }
  return {
    root: { Resources: root },
    nested: isNested ? { Parameters: { RootStackId: { Type: 'String' } }, Resources: inner } : undefined,
  };
}

function resourcesOf({ versions, project, own }: DeployPlan, nested: boolean, arns: Arns): Resources {
  return {
    ...Object.fromEntries(versions.filter(teardown => teardown.nested === nested).map(teardown => [teardown.id, versionTeardown(teardown, arns)])),
    ...project?.nested === nested && { [project.id]: projectTeardown(project, arns) },
    ...own?.nested === nested && ownProject(own),
  };
}

function versionTeardown(plan: VersionTeardownPlan, arns: Arns): object {
  return custom(VERSION_TEARDOWN, plan, {
    ProjectVersionArn: arns.version(plan.version),
    ...plan.withProject && { ProjectArn: arns.projectOf(plan.version) },
    Trigger: plan.trigger,
  });
}

function projectTeardown(plan: ProjectTeardownPlan, arns: Arns): object {
  return custom(PROJECT_TEARDOWN, plan, { ProjectArn: arns.project(plan.project), DeleteProject: plan.deleteProject ? 'true' : 'false' });
}

function ownProject({ name, nested, retain, teardown }: OwnProjectPlan): Resources {
  return {
    Project: {
      Type: 'AWS::Rekognition::Project',
      Properties: { ProjectName: name, ...teardown && { Tags: [{ Key: OWNER_TAG, Value: teardown.id }] } },
      ...policies(retain),
    },
    ...teardown && {
      [teardown.id]: custom(PROJECT_TEARDOWN, { ...teardown, nested, retain: false }, {
        ProjectArn: { 'Fn::GetAtt': ['Project', 'Arn'] }, DeleteProject: 'false', OwnerTag: OWNER_TAG,
      }),
    },
  };
}

/** Mirrors `defineTeardown` of src/private/teardown-resource.ts. */
function custom(type: string, { mode, training, nested, retain }: Omit<ProjectTeardownPlan, 'id' | 'project' | 'deleteProject'>, properties: object): object {
  return {
    Type: type,
    Properties: {
      ServiceToken: 'framework-onEvent',
      ServiceTimeout: '3600',
      ...properties,
      Mode: mode,
      TrainingBehavior: training,
      RootStackId: { Ref: nested ? 'RootStackId' : 'AWS::StackId' },
    },
    ...policies(retain),
  };
}

function policies(retain: boolean): object {
  const policy = retain ? 'Retain' : 'Delete';
  return { DeletionPolicy: policy, UpdateReplacePolicy: policy };
}
