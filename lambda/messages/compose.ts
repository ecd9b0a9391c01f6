import { bytesInJson, clean, MAX_BYTES, shorten } from '../failure';

/** The stable names of what can go wrong. Each is a heading in docs/troubleshooting.md. */
export type Id =
  | 'ambiguous'
  | 'bug'
  | 'copying'
  | 'denied'
  | 'failed-call'
  | 'invalid'
  | 'not-available'
  | 'not-confirmed'
  | 'not-found'
  | 'other-account'
  | 'permission-removed'
  | 'recreated'
  | 'restarted'
  | 'retained'
  | 'slow'
  | 'training'
  | 'unclear'
  | 'unknown-status'
  | 'unreachable';

/** A message before it is fitted into the bytes that it may have. */
export interface Content {
  readonly id: Id;
  /** The sentences, in which at most this many names are listed. */
  readonly text: (names: number) => string;
  /** How many names there are, and how many of them must not be left out without a command that lists them. */
  readonly names?: number;
  readonly telling?: number;
  /** Complete commands, in order, to be run one after the other. */
  readonly commands?: readonly string[];
  /** The command that lists what the message has no room for. */
  readonly list?: string;
}

const MAX_NAMES = 20;

/**
 * The message: the sentences, the id in brackets, the log group and the commands. If it is too long, it lists fewer
 * names, then omits the log group, then commands from the last on, but never cuts one: the command that lists
 * everything replaces them.
 */
export function compose(
  { id, text, names = 0, telling = 0, commands = [], list }: Content,
  maxBytes = MAX_BYTES,
): string {
  const render = (named: number, hasLog: boolean, count: number) => {
    const isShort = count < commands.length || named < Math.min(telling, names);
    const shown = [...commands.slice(0, count), ...(isShort && list ? [list] : [])];
    const log = process.env.AWS_LAMBDA_LOG_GROUP_NAME;
    // by number, so that nothing sticks to a command, and it is clear where it ends.
    const numbered = shown.map((command, index) => ` (${index + 1}) ${command}`).join('');
    return clean(`${text(named)} [${id}]${hasLog && log ? ` Log group: ${log}` : ''}${numbered}`);
  };
  const most = Math.min(names, MAX_NAMES);
  const few = Math.min(most, Math.max(telling, 1));
  const range = (from: number, to: number) =>
    Array.from({ length: Math.max(0, from - to + 1) }, (_, index) => from - index);
  const attempts: [number, boolean, number][] = [
    ...range(most, few).map((named): [number, boolean, number] => [named, true, commands.length]),
    [few, false, commands.length],
    ...range(commands.length - 1, 1).map((count): [number, boolean, number] => [few, false, count]),
    ...range(few, 0).map((named): [number, boolean, number] => [named, false, 0]),
  ];
  const fitting = attempts.find(attempt => bytesInJson(render(...attempt)) <= maxBytes);
  return fitting ? render(...fitting) : shorten(render(0, false, 0), maxBytes);
}

/** Words of somebody else inside of a message, which have no room for more. */
export function quote(text: string): string {
  return shorten(text, 300).replace(/\.+$/, match => match.length === 3 ? match : '');
}
