/** The OpenAPI document, made of the table of paths. */
import { z } from 'zod';
import { apiPaths, type ApiPath } from './paths.ts';
import { streamEvents } from './entries.ts';
import { errorAnswer } from './shapes.ts';

type Json = Record<string, unknown>;

const schemaRef = (id: string): string => `#/components/schemas/${id}`;

/** Schemas that bear an id become components; every mention of one is a reference. */
class Components {
  readonly schemas: Json = {};

  /** A schema as JSON Schema, its named parts moved to the components. */
  add(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $defs = {},
      $schema: _dialect,
      ...own
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Json };
    for (const [id, definition] of Object.entries($defs)) this.schemas[id] ??= this.#moved(definition, id);
    const { id, ...moved } = this.#moved(own, typeof own['id'] === 'string' ? own['id'] : '') as Json & { id?: string };
    if (id === undefined) return moved;
    this.schemas[id] ??= moved;
    return { $ref: schemaRef(id) };
  }

  #moved(value: unknown, self: string): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#moved(each, self));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, inner]) => {
      if (name !== '$ref' || typeof inner !== 'string') return [name, this.#moved(inner, self)];
      return [name, inner === '#' ? schemaRef(self) : inner.replace('#/$defs/', '#/components/schemas/')];
    });
    return Object.fromEntries(entries);
  }
}

const queryParameters = (query: z.ZodObject | undefined, components: Components): Json[] =>
  Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...shape } = components.add(schema as z.ZodType, 'input');
    return {
      name,
      in: 'query',
      required: !(schema as z.ZodType).safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: Object.keys(shape).length === 0 ? {} : shape,
    };
  });

const partParameters = (parts: ApiPath['parts']): Json[] =>
  Object.entries(parts ?? {}).map(([name, description]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
  }));

const answerContent = ({ answer, contentType }: ApiPath, components: Components): Json =>
  contentType !== undefined
    ? { [contentType.split(';')[0] ?? contentType]: { schema: { type: 'string' } } }
    : { 'application/json': { schema: components.add(answer ?? z.unknown(), 'output') } };

const operation = (name: string, path: ApiPath, components: Components): Json => {
  const refusal = {
    description: 'Refused, in one sentence.',
    content: { 'application/json': { schema: components.add(errorAnswer, 'output') } },
  };
  return {
    operationId: name,
    summary: path.summary,
    parameters: [...partParameters(path.parts), ...queryParameters(path.query, components)],
    responses: {
      '200': { description: path.summary, content: answerContent(path, components) },
      // A failing check is an answer as well, and of the same shape.
      ...(path.failing === undefined
        ? {}
        : { '503': { description: path.failing, content: answerContent(path, components) } }),
      ...(path.unavailable === undefined ? {} : { '503': { ...refusal, description: path.unavailable } }),
      ...(path.atRest === undefined ? {} : { '503': { ...refusal, description: path.atRest } }),
      '4XX': refusal,
      default: refusal,
    },
  };
};

/** The whole document. */
export const openApiDocument = (): Json => {
  const components = new Components();
  const paths = Object.fromEntries(
    Object.entries(apiPaths).map(([name, path]) => [path.path, { get: operation(name, path, components) }]),
  );
  for (const event of Object.values(streamEvents)) components.add(event, 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'ter-ven inspector',
      version: 'v1',
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'What a VEN knows and has recorded, for its own page and for programs on the same machine. Everything is read-only. Instants are UTC milliseconds, names end in their units, energy and power are net with import positive and export negative, and money is exact decimal text in USD.',
    },
    servers: [
      { url: 'http://127.0.0.1:8462', description: 'Where `ven run --inspect` listens unless told otherwise.' },
    ],
    // On loopback nothing is asked for; at another address the token is.
    security: [{}, { token: [] }, { cookie: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The token that was printed, or VEN_INSPECT_TOKEN.' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'ven-inspector',
          description: 'The same, as a browser keeps it.',
        },
      },
      schemas: Object.fromEntries(Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
};
