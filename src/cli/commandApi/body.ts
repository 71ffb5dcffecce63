/** The body of a command: read as far as it may be long, and looked over before anything is made of it. */
import type { IncomingMessage } from 'node:http';
import { RequestRefused } from '../../inspector/server/refusal.ts';
import type { OperatorCommand } from '../../shell/operatorCommands.ts';
import type { BodyField, CommandPath } from './paths.ts';

/** @limit The longest body. @unit bytes */
export const longestBody = 16 * 1024;

const tooLong = (): RequestRefused =>
  new RequestRefused(413, 'tooLong', `A command has ${longestBody} bytes at most, and this body has more.`, {
    Connection: 'close',
  });

const unusable = (message: string): RequestRefused => new RequestRefused(422, 'unusable', message);

/** A form of a page can send other kinds of bodies to anybody; this one it cannot. @throws RequestRefused */
export const checkKind = ({ headers }: IncomingMessage): void => {
  const isJson = /^application\/json\s*(?:;\s*charset=(?:utf-8|"utf-8")\s*)?$/i.test(headers['content-type'] ?? '');
  const isPlain = /^(?:identity)?$/i.test(headers['content-encoding'] ?? '');
  if (isJson && isPlain) return;
  throw new RequestRefused(
    415,
    'notJson',
    'A command is JSON in UTF-8, not compressed: send it with "Content-Type: application/json".',
  );
};

/** The bytes of a body. @throws RequestRefused when there are too many */
export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? 0) > longestBody) throw tooLong();
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > longestBody) throw tooLong();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Of what the parser says nothing is told: it cites the body.
    throw unusable('The body is no JSON in UTF-8: send one object, such as {}.');
  }
};

const isOf = (value: unknown, { type, enum: among }: BodyField): boolean => {
  if (type === 'string') return typeof value === 'string' && (among === undefined || among.includes(value));
  if (type === 'array') return Array.isArray(value);
  return type === 'integer' ? Number.isSafeInteger(value) : typeof value === 'number' && Number.isFinite(value);
};

const wanted = ({ type, enum: among }: BodyField): string =>
  among === undefined
    ? { string: 'a text', number: 'a number', integer: 'a whole number', array: 'a list' }[type]
    : among.join(' or ');

const checkField = (name: string, value: unknown, { path, fields }: CommandPath): void => {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined)
    throw unusable(
      `${path} knows no field ${JSON.stringify(name.slice(0, 32))}: ${Object.keys(fields).length === 0 ? 'it takes none, so send {}' : `it takes ${Object.keys(fields).join(', ')}`}.`,
    );
  if (!isOf(value, field)) throw unusable(`The field ${name} of ${path} must be ${wanted(field)}.`);
};

/** The command that a body is. @throws RequestRefused */
export const commandOf = (bytes: Buffer, path: CommandPath): OperatorCommand => {
  const body = parsed(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw unusable('The body must be one JSON object, such as {}.');
  for (const [name, value] of Object.entries(body)) checkField(name, value, path);
  const missing = path.required.find((name) => !Object.hasOwn(body, name));
  if (missing !== undefined) throw unusable(`${path.path} needs the field ${missing}.`);
  return { ...(path.inItsWords?.({ ...body }) ?? body), ...path.command };
};
