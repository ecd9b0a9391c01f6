import { XMLBuilder } from 'fast-xml-parser';

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true });

/** [cited] AWS Query protocol: lists are `member` elements, timestamps are in ISO 8601. Undefined members are left out. */
export function xml(root: string, content: object, namespace: string): string {
  return document(root, { '@xmlns': namespace, ...members(content) as object });
}

/** [cited] S3's service model: lists are not wrapped; each item repeats the name of the member. */
export function flatXml(root: string, content: object): string {
  return document(root, texts(content) as object);
}

function document(root: string, content: object): string {
  // XML parsers read a bare carriage return as a line feed.
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: content })}`.replaceAll('\r', '&#13;');
}

function members(value: unknown): unknown {
  if (Array.isArray(value)) return { member: value.map(members) };
  return isStructure(value) ? mapValues(value, members) : text(value);
}

function texts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(texts);
  return isStructure(value) ? mapValues(value, texts) : text(value);
}

function isStructure(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

function mapValues(value: object, map: (member: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined).map(([name, member]) => [name, map(member)]));
}

function text(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
