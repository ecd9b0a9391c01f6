import { parse, Tags } from 'yaml';
import { ServiceError } from '../service';

/** [cited] User Guide, intrinsic function reference: those with a short form in YAML. */
const SHORT_FORMS = [
  'Ref', 'Condition', 'Base64', 'Cidr', 'FindInMap', 'GetAtt', 'GetAZs', 'GetStackOutput', 'ImportValue', 'Join', 'Select',
  'Split', 'Sub', 'And', 'Equals', 'If', 'Not', 'Or',
];

const customTags: Tags = SHORT_FORMS.flatMap(name => {
  const full = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  return [undefined, 'seq', 'map'].map(collection => ({
    tag: `!${name}`,
    collection: collection as 'seq' | 'map',
    resolve: (value: any) => ({ [full]: typeof value === 'string' ? value : value.toJSON() }),
  }));
});

/** Reads a template's text, which is JSON or YAML. */
export function readTemplateText(text: string): object {
  // [cited] the text of the error, as reported by users.
  const malformed = (format: string, why: unknown) => new ServiceError('ValidationError', `Template format error: ${format} not well-formed. (${(why as Error).message})`);
  let template: unknown;
  try {
    template = text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text, { customTags });
  } catch (error) {
    throw malformed(text.trimStart().startsWith('{') ? 'JSON' : 'YAML', error);
  }
  // [cited] as above.
  if (typeof template !== 'object' || template === null) throw new ServiceError('ValidationError', 'Template format error: unsupported structure.');
  return template;
}
