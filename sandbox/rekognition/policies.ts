import { createHash } from 'crypto';
import { ServiceError } from '../service';
import { alreadyExists, invalidParameter, notFound } from './errors';
import { Inventory } from './inventory';
import { Project, ProjectPolicy } from './model';
import { page } from './pages';
import { isPolicyDocument } from './policy-document';
import { findProject } from './projects';

export function putProjectPolicy(inventory: Inventory, input: any): object {
  const project = findProject(inventory, input.ProjectArn);
  // [cited] API reference: "Only applies to Custom Labels projects". [assumed] the error's name.
  if (project.feature !== 'CUSTOM_LABELS') throw invalidParameter('Project policies are for Custom Labels.');
  if (!isPolicyDocument(input.PolicyDocument)) {
    // [cited] API reference, errors of PutProjectPolicy.
    throw new ServiceError('MalformedPolicyDocumentException', 'The format of the policy document is incorrect.');
  }
  const now = inventory.clock.now();
  const existing = project.policies.find(policy => policy.name === input.PolicyName);
  // [cited] API reference: each change makes a new revision, and an update names the revision it replaces.
  const revisionId = createHash('md5').update(`${project.arn} ${input.PolicyName} ${now} ${existing?.revisionId}`).digest('hex');
  if (!existing) {
    if (input.PolicyRevisionId) throw invalidRevision();
    project.policies.push({ name: input.PolicyName, createdAt: now, revisionId, document: input.PolicyDocument, updatedAt: now });
  } else {
    // [cited] API reference, errors of PutProjectPolicy.
    if (!input.PolicyRevisionId) throw alreadyExists(`The project has a policy ${input.PolicyName}.`);
    checkRevision(existing, input.PolicyRevisionId);
    Object.assign(existing, { revisionId, document: input.PolicyDocument, updatedAt: now });
  }
  return { PolicyRevisionId: revisionId };
}

export function listProjectPolicies(inventory: Inventory, input: any): object {
  const project = findProject(inventory, input.ProjectArn);
  const { items, nextToken } = page({
    items: project.policies,
    keyOf: policy => project.policies.indexOf(policy),
    of: ['ListProjectPolicies', project.arn],
    defaultSize: 5,
    lastToken: inventory.settings.lastPageToken,
  }, input);
  return { ProjectPolicies: items.map(policy => describe(project, policy)), NextToken: nextToken };
}

export function deleteProjectPolicy(inventory: Inventory, input: any): object {
  const project = findProject(inventory, input.ProjectArn);
  const index = project.policies.findIndex(policy => policy.name === input.PolicyName);
  if (index < 0) throw notFound(input.PolicyName);
  if (input.PolicyRevisionId) checkRevision(project.policies[index], input.PolicyRevisionId);
  project.policies.splice(index, 1);
  return {};
}

function describe(project: Project, policy: ProjectPolicy): object {
  return {
    ProjectArn: project.arn,
    PolicyName: policy.name,
    PolicyRevisionId: policy.revisionId,
    PolicyDocument: policy.document,
    CreationTimestamp: new Date(policy.createdAt),
    LastUpdatedTimestamp: new Date(policy.updatedAt),
  };
}

function checkRevision(policy: ProjectPolicy, revisionId: string): void {
  if (policy.revisionId !== revisionId) throw invalidRevision();
}

/** [cited] API reference, errors of PutProjectPolicy and DeleteProjectPolicy. */
function invalidRevision(): ServiceError {
  return new ServiceError('InvalidPolicyRevisionIdException', 'The supplied revision id for the project policy is invalid.');
}
