/** Reads what a request asks for: path, parts and query. */
import type { z } from 'zod';
import { apiPaths, type ApiName, type ApiPath } from '../api/paths.ts';
import { RequestRefused } from './refusal.ts';

/** A path that was recognised. */
export interface Recognised {
  readonly name: ApiName;
  readonly parts: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly name: ApiName;
  readonly pattern: RegExp;
}

/** Fixed paths go before those with parts. */
const patterns: readonly Pattern[] = (Object.entries(apiPaths) as [ApiName, ApiPath][])
  .sort(([, a], [, b]) => Object.keys(a.parts ?? {}).length - Object.keys(b.parts ?? {}).length)
  .map(([name, { path }]) => ({
    name,
    pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  }));

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestRefused(
      400,
      'badPath',
      'The path cannot be read: it holds a percent sign that begins no character.',
    );
  }
};

/** The path of the API that is asked for; null when it is none of them. */
export const recognise = (pathname: string): Recognised | null => {
  for (const { name, pattern } of patterns) {
    const found = pattern.exec(pathname);
    if (found !== null)
      return {
        name,
        parts: Object.fromEntries(Object.entries(found.groups ?? {}).map(([part, text]) => [part, decoded(text)])),
      };
  }
  return null;
};

const given = (query: URLSearchParams): Record<string, string | string[]> =>
  Object.fromEntries(
    [...new Set(query.keys())]
      .map((name) => [name, query.getAll(name)] as const)
      .map(([name, values]) => [name, values.length === 1 ? (values[0] as string) : values]),
  );

/** What the query asks for. @throws RequestRefused that says which parameter is wrong, and why */
export const understood = <Query extends z.ZodObject>(schema: Query, query: URLSearchParams): z.output<Query> => {
  const names = given(query);
  delete names['token'];
  const unknown = Object.keys(names).find((name) => !(name in schema.shape));
  if (unknown !== undefined) {
    const known = Object.keys(schema.shape);
    throw new RequestRefused(
      400,
      'unknownParameter',
      `There is no parameter "${unknown.slice(0, 40)}" here: ${known.length === 0 ? 'this path takes none' : `use ${known.join(', ')}`}.`,
    );
  }
  const result = schema.safeParse(names);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = String(issue?.path[0] ?? '');
  const text = [names[name]].flat().join(', ').slice(0, 60);
  throw new RequestRefused(
    400,
    'badParameter',
    `The parameter ${name}=${text} cannot be used: ${issue?.message ?? 'it is invalid'}. /api/v1/openapi.json says what may be given.`,
  );
};
