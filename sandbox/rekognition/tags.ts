import { notFound } from './errors';
import { Inventory } from './inventory';
import { Resource } from './model';

/** [cited] Service Authorization Reference: projects, versions and datasets have tags. */
function findResource({ resources }: Inventory, arn: string): Resource {
  const resource = resources.find(other => other.arn === arn);
  if (!resource) throw notFound(arn);
  return resource;
}

function changedResource(inventory: Inventory, arn: string): Resource {
  const resource = findResource(inventory, arn);
  resource.keepTags(inventory.clock.now());
  return resource;
}

export function tagResource(inventory: Inventory, input: any): object {
  const { tags } = changedResource(inventory, input.ResourceArn);
  for (const [key, value] of Object.entries<string>(input.Tags)) tags.set(key, value);
  return {};
}

export function untagResource(inventory: Inventory, input: any): object {
  const { tags } = changedResource(inventory, input.ResourceArn);
  for (const key of input.TagKeys) tags.delete(key);
  return {};
}

export function listTagsForResource(inventory: Inventory, input: any): object {
  return { Tags: Object.fromEntries(findResource(inventory, input.ResourceArn).tagsAt(inventory.tagReads.next())) };
}
