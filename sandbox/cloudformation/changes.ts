import { isDeepStrictEqual } from 'node:util';
import { references } from './intrinsics';
import type { ParameterValues } from './parameters';
import type { ResourceType } from './resource-type';
import type { Stack } from './stack';
import type { Properties, Template } from './template';

/** What a new template is compared with, and how. */
interface Comparison {
  readonly stack: Stack;
  readonly template: Template;
  readonly values: ParameterValues;
  resourceType(type: string): ResourceType;
}

/**
 * The changes of a change set. [cited] API reference, ResourceChange and ResourceChangeDetail. If a property refers to another resource
 * that changes, its value is not known yet: the evaluation is Dynamic, and a replacement Conditional.
 */
export function changesOf(comparison: Comparison): object[] {
  const { stack, template } = comparison;
  const present = Object.values(stack.resources);
  const added = Object.entries(template.resources).filter(([logicalId]) => !stack.resources[logicalId])
    .map(([LogicalResourceId, { type }]) => ({ Action: 'Add', LogicalResourceId, ResourceType: type, Scope: [], Details: [] }));
  const removed = present.filter(({ logicalId }) => !template.resources[logicalId]).map(({ logicalId, physicalId, type, definition }) => ({
    Action: 'Remove',
    PolicyAction: definition.deletionPolicy === 'Delete' ? 'Delete' : 'Retain',
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Scope: [],
    Details: [],
  }));
  return [...added, ...modified(comparison), ...removed].map(change => ({ Type: 'Resource', ResourceChange: change }));
}

function modified(comparison: Comparison): object[] {
  const { stack, template, values } = comparison;
  const before = { ...stack.parameters, ...stack.fromSsm };
  const parameters = new Set(Object.keys(values).filter(name => values[name] !== before[name]));
  const touched = new Map<string, Detail[]>();
  // a resource that refers to a change changes too: repeat until nothing new is found.
  for (let found = true; found;) {
    found = false;
    for (const [logicalId, { properties }] of Object.entries(template.resources)) {
      const old = stack.resources[logicalId];
      if (!old) continue;
      const details = detailsOf(properties, old.definition.properties, name => parameters.has(name) ? 'Parameter' : touched.has(name) ? 'Resource' : undefined);
      if (details.length > (touched.get(logicalId)?.length ?? 0)) {
        touched.set(logicalId, details);
        found = true;
      }
    }
  }
  return [...touched].map(([logicalId, details]) => {
    const { physicalId, type } = stack.resources[logicalId];
    const recreates = ({ name }: Detail) => (comparison.resourceType(type).replacedBy ?? []).includes(name);
    const replacing = details.filter(recreates);
    return {
      Action: 'Modify',
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Replacement: replacing.length === 0 ? 'False' : replacing.some(({ cause }) => cause !== 'Resource') ? 'True' : 'Conditional',
      Scope: ['Properties'],
      Details: details.map(detail => ({
        Target: { Attribute: 'Properties', Name: detail.name, RequiresRecreation: recreates(detail) ? 'Always' : 'Never' },
        Evaluation: detail.cause === 'Resource' ? 'Dynamic' : 'Static',
        ChangeSource: detail.cause === 'Direct' ? 'DirectModification' : `${detail.cause}Reference`,
      })),
    };
  });
}

interface Detail {
  readonly name: string;
  readonly cause: 'Direct' | 'Parameter' | 'Resource';
}

function detailsOf(properties: Properties, old: Properties, causeOf: (name: string) => Detail['cause'] | undefined): Detail[] {
  return [...new Set([...Object.keys(properties), ...Object.keys(old)])].flatMap((name): Detail[] => {
    if (!isDeepStrictEqual(properties[name], old[name])) return [{ name, cause: 'Direct' }];
    const causes = new Set<Detail['cause']>();
    references(properties[name], target => {
      const cause = causeOf(target);
      if (cause) causes.add(cause);
    });
    return causes.size > 0 ? [{ name, cause: causes.has('Parameter') ? 'Parameter' : 'Resource' }] : [];
  });
}
