import { ServiceError } from '../service';
import { limitExceeded, notFound } from './errors';
import { Inventory } from './inventory';
import { Resource } from './model';

/** [cited] Tagging AWS Resources user guide, "Tag naming limits and requirements". The service model allows 200 in a request. */
const TAGS_PER_RESOURCE = 50;

type Tags = { readonly [key: string]: string };

/** [assumed] the error's name: the only error about a limit that all create operations have in common. */
export function checkNewTags(tags: Tags = {}): void {
  if (Object.keys(tags).length > TAGS_PER_RESOURCE) throw limitExceeded(TOO_MANY_TAGS);
}

export function setTags(resource: Resource, tags: Tags = {}): void {
  for (const [key, value] of Object.entries(tags)) resource.tags.set(key, value);
}

// [assumed] the text.
const TOO_MANY_TAGS = `A resource can have ${TAGS_PER_RESOURCE} tags.`;

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
  const { tags } = findResource(inventory, input.ResourceArn);
  // [cited] API reference, errors of TagResource.
  if (new Set([...tags.keys(), ...Object.keys(input.Tags)]).size > TAGS_PER_RESOURCE) throw new ServiceError('ServiceQuotaExceededException', TOO_MANY_TAGS);
  setTags(changedResource(inventory, input.ResourceArn), input.Tags);
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
