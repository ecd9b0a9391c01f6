import { ServiceError } from '../service';
import type { ParameterValues } from './parameters';
import type { CloudFormation, DeployOptions } from './service';
import type { Stack } from './stack';
import { parseTemplate, Template } from './template';
import { readTemplateText } from './template-text';

/** The template of a request. [cited] CreateChangeSet: in the body, in S3, or the current template of the stack. */
export function givenTemplate(service: CloudFormation, input: any, stack?: Stack): Template {
  const { TemplateBody: body, TemplateURL: url, UsePreviousTemplate: previous } = input;
  if (previous === 'true' && stack?.template) return stack.template;
  const text = body ?? (url && service.assets.uploadedTemplate(url));
  if (text === undefined) {
    throw new ServiceError('ValidationError', url ? `S3 error: The specified key does not exist: ${url}` : 'Either Template URL or Template Body must be specified.');
  }
  return parseTemplate(readTemplateText(text), text);
}

export function givenParameters({ Parameters: given }: any, stack?: Stack): ParameterValues {
  return Object.fromEntries((given || []).map(({ ParameterKey: name, ParameterValue: value, UsePreviousValue: previous }: any) =>
    [name, previous === 'true' ? stack?.parameters[name] : value]));
}

/** What a request that deploys says about a rollback. */
export function givenForRollback(
  { DisableRollback: disabled, RetainExceptOnCreate: retains }: any,
): Pick<DeployOptions, 'disableRollback' | 'retainExceptOnCreate'> {
  return { ...disabled && { disableRollback: disabled === 'true' }, retainExceptOnCreate: retains === 'true' };
}
