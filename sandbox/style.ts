import { styleText } from 'util';

/** Colors a text. */
export type Style = (style: Parameters<typeof styleText>[0], text: string) => string;

/** Colors on a terminal, plain text elsewhere. */
export const style: Style = (process.stdout.isTTY || process.env.FORCE_COLOR) && !process.env.NO_COLOR ? styleText : (_, text) => text;

/** The color of a status of CloudFormation or Rekognition. */
export function statusStyle(status: string): Parameters<typeof styleText>[0] {
  if (/FAILED|ROLLBACK/.test(status)) return 'red';
  if (/^(RUNNING|STARTING|TRAINING_IN_PROGRESS)$/.test(status)) return 'magenta';
  return /COMPLETE$|^gone$|^STOPPED$/.test(status) ? 'green' : 'yellow';
}
