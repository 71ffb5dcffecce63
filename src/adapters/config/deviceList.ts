/**
 * Devices that stand in a file or behind an address: thousands of them, kept by another program.
 *
 * A row that cannot be used is told with its line and costs itself. What becomes of the others is for the caller to say: a start
 * goes on with the right ones, because a VEN that does not run loses every price; a change while it runs is refused whole, because
 * what runs already is better than a part.
 */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  deviceFault,
  deviceKindSchemas,
  deviceListSchema,
  deviceSchema,
  type DeviceListPlace,
} from '../../shell/settings/deviceKinds.ts';
import { describeIssue } from './configProblem.ts';
import { SourceError, valueOfSchema, type PlacedValue } from './configSources.ts';
import { deviceRowsOf, type DeviceRow } from './deviceRows.ts';

/** Devices as they were read, not checked against one another, and a sentence for each row that is left out. */
export interface DeviceList {
  readonly devices: readonly unknown[];
  readonly faults: readonly string[];
}

/** @limit The longest list. @unit bytes */
const longestListBytes = 64 * 1024 * 1024;

/** @limit How long an address may take to give its list. @unit ms */
const queryMs = 20_000;

const isAddress = (from: string): boolean => /^https?:\/\//i.test(from);

/** Asks an address once, in a process of its own: settings are read before anything else is there, and nothing waits for promises then. */
const askProgram = `const [url, token] = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
fetch(url, { redirect: 'error', signal: AbortSignal.timeout(${queryMs}), headers: { accept: 'application/json, text/csv', ...(token ? { authorization: 'Bearer ' + token } : {}) } })
  .then(async (answer) => { if (!answer.ok) throw new Error('it answered ' + answer.status); process.stdout.write(await answer.text()); })
  .catch((error) => { process.stderr.write(String(error.cause?.code ?? error.message)); process.exitCode = 1; });`;

const tokenOf = ({ tokenFile }: DeviceListPlace, base: string): string => {
  if (tokenFile === undefined) return '';
  try {
    return readFileSync(resolve(base, tokenFile), 'utf8').trim();
  } catch (error) {
    throw new SourceError(
      `The tokenFile of the list of devices cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
};

/** Where an address leads, without what may be a secret in it. */
const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : 'an address that is none');

/** What an address has answered, before its list was asked for: a text, or why it could not be had. */
export interface AskedList {
  readonly from: string;
  readonly tokenFile: string | undefined;
  readonly text: string | SourceError;
}

const notHad = ({ from }: DeviceListPlace, error: unknown, complaint: string): SourceError =>
  error instanceof SourceError
    ? error
    : new SourceError(
        `The list of devices at ${hostOf(from)} could not be had: ${complaint.trim() || 'it took too long, or was too long'}.`,
      );

const asking = { encoding: 'utf8', maxBuffer: longestListBytes, timeout: queryMs + 5_000 } as const;

const asked = (place: DeviceListPlace, base: string): string => {
  try {
    const input = JSON.stringify([place.from, tokenOf(place, base)]);
    return execFileSync(process.execPath, ['-e', askProgram], { ...asking, input, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    throw notHad(place, error, (error as { readonly stderr?: string }).stderr ?? '');
  }
};

/** Asks an address while everything else goes on; for whoever reads settings anew. Undefined where the list is no address's. */
export const askDeviceList = async ({
  value,
  directory = process.cwd(),
}: PlacedValue): Promise<AskedList | undefined> => {
  const place = deviceListSchema.safeParse(value).data;
  if (place === undefined || !isAddress(place.from)) return undefined;
  const { from, tokenFile } = place;
  try {
    const input = JSON.stringify([from, tokenOf(place, directory)]);
    const text = await new Promise<string>((resolved, failed) => {
      const child = execFile(process.execPath, ['-e', askProgram], asking, (error, stdout, stderr) =>
        error === null ? resolved(stdout) : failed(notHad(place, error, stderr)),
      );
      child.stdin?.on('error', () => undefined); // it has ended already, and says why
      child.stdin?.end(input);
    });
    return { from, tokenFile, text };
  } catch (error) {
    return { from, tokenFile, text: notHad(place, error, '') };
  }
};

/** What was asked already, unless another address was named since. */
const answered = (place: DeviceListPlace, base: string, ahead: AskedList | undefined): string => {
  if (ahead?.from !== place.from || ahead.tokenFile !== place.tokenFile) return asked(place, base);
  if (ahead.text instanceof SourceError) throw ahead.text;
  return ahead.text;
};

const textAt = (
  place: DeviceListPlace,
  base: string,
  ahead: AskedList | undefined,
): { readonly name: string; readonly text: string } => {
  if (isAddress(place.from))
    return { name: `the list of devices at ${hostOf(place.from)}`, text: answered(place, base, ahead) };
  const name = resolve(base, place.from);
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(name)) };
  } catch (error) {
    if (error instanceof TypeError)
      throw new SourceError(`The list of devices ${name} is no UTF-8 text: save it as "CSV UTF-8" or as JSON.`);
    throw new SourceError(
      `The list of devices ${name} cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
};

type RowFields = Readonly<Record<string, unknown>>;

/** The fields of a row of texts, as what the schema of its kind wants. */
const typed = (fields: RowFields): RowFields => {
  const kind = deviceKindSchemas.find(({ shape }) => shape.kind.value === fields['kind']);
  const shape = kind?.shape as Readonly<Record<string, Parameters<typeof valueOfSchema>[0]>> | undefined;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const schema = shape?.[name];
      return [name, typeof value === 'string' && schema !== undefined ? valueOfSchema(schema, value) : value];
    }),
  );
};

const rowFaults = (device: RowFields, index: number, all: readonly RowFields[], origin: string): readonly string[] => {
  const parsed = deviceSchema.safeParse(device);
  if (parsed.success) {
    const fault = deviceFault(parsed.data);
    return fault === null ? [] : [`${origin}: ${parsed.data.resourceID} ${fault}.`];
  }
  return parsed.error.issues.flatMap((issue) =>
    describeIssue({ ...issue, path: ['devices', index, ...issue.path] }, { devices: all }, () => origin).map((text) =>
      text.replaceAll(`devices[${index}].`, '').replaceAll(`devices[${index}]`, 'the device'),
    ),
  );
};

const capitalised = (text: string): string => text.replace(/^./, (first) => first.toUpperCase());

/** One sentence for a row: the first thing that is wrong with it is what is to be mended. */
const faultOf = (
  { place, fault }: DeviceRow,
  device: RowFields,
  index: number,
  all: readonly RowFields[],
  name: string,
  seen: ReadonlyMap<string, string>,
): string | null => {
  const origin = `${place} of ${name}`;
  if (fault !== null) return `${capitalised(origin)}: ${fault}.`;
  const before = seen.get(String(device['resourceID']));
  if (before !== undefined)
    return `${capitalised(origin)}: the resourceID "${String(device['resourceID'])}" stands in ${before} already, and each device is billed by itself.`;
  const [first] = rowFaults(device, index, all, origin);
  return first === undefined ? null : capitalised(first);
};

/** The devices of a list, and what of it cannot be used. */
const listOf = (rows: readonly DeviceRow[], each: RowFields, name: string): DeviceList => {
  const all = rows.map(({ fields, isText }) => (isText ? typed({ ...each, ...fields }) : { ...each, ...fields }));
  const seen = new Map<string, string>();
  const devices: unknown[] = [];
  const faults: string[] = [];
  rows.forEach((row, index) => {
    const device = all[index] ?? {};
    const fault = faultOf(row, device, index, all, name, seen);
    if (fault !== null) faults.push(fault);
    else {
      seen.set(String(device['resourceID']), row.place);
      devices.push(device);
    }
  });
  return { devices, faults };
};

/** Whether a value of the setting `devices` says where they are, rather than which. */
export const isDeviceListPlace = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads the list that a setting names; it lies beside the configuration file that does. `ahead`: what was asked for it already. @throws SourceError */
export const readDeviceList = (
  { value, origin, directory = process.cwd() }: PlacedValue,
  ahead?: AskedList,
): DeviceList => {
  const place = deviceListSchema.safeParse(value);
  if (!place.success)
    throw new SourceError(
      `${capitalised(origin)}: devices must be a list, or an object { from, each, tokenFile }: from is the path of a CSV or JSON file or an address, each holds what all devices have in common.`,
    );
  const { name, text } = textAt(place.data, directory, ahead);
  const list = listOf(deviceRowsOf(name, text), place.data.each ?? {}, name);
  if (list.devices.length > 0) return list;
  throw new SourceError(`${capitalised(name)} has no device that can be used. ${list.faults[0] ?? ''}`);
};
