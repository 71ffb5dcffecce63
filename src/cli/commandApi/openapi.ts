/** The OpenAPI document of commands, made of the table of their paths. */
import { commandPaths, type CommandPath } from './paths.ts';

type Json = Record<string, unknown>;

const refusals: Readonly<Record<string, string>> = {
  '401': 'The token is missing or wrong.',
  '403': 'The request comes from a page.',
  '404': 'There is nothing at this path.',
  '405': 'Only POST is taken.',
  '413': 'The body is longer than 16384 bytes.',
  '415': 'The body is no application/json.',
  '421': 'The Host header names no address of this server.',
  '422': 'The command cannot be carried out: why, in one sentence.',
  '429': 'The device was told ten things within a minute; Retry-After says when to come again.',
  '503': 'The command was not recorded: the agent is stopping, or its log cannot be written.',
};

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'The reason in one word, for programs.' },
    detail: { type: 'string', description: 'The reason in one sentence.' },
  },
};

const granted = {
  type: 'object',
  required: ['position'],
  properties: { position: { type: 'integer', description: 'Where in the log the command stands.' } },
};

const operation = (name: string, { summary, fields, required }: CommandPath): Json => ({
  operationId: name,
  summary,
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          additionalProperties: false,
          ...(required.length === 0 ? {} : { required }),
          properties: fields,
        },
      },
    },
  },
  responses: {
    '200': {
      description: 'It is recorded, and on disk.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Granted' } } },
    },
    ...Object.fromEntries(
      Object.entries(refusals).map(([status, description]) => [
        status,
        {
          description,
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
    ),
  },
});

/** The whole document. */
export const commandsDocument = (): Json => ({
  openapi: '3.1.0',
  info: {
    title: 'ter-ven commands',
    version: 'v1',
    license: { name: 'MIT', identifier: 'MIT' },
    description:
      'What a VEN may be told by programs, on a port of its own with a token of its own. What is answered with 200 is recorded; overrides and wishes lapse by themselves. How often something may be told is counted together with what comes over MQTT.',
  },
  servers: [{ url: 'http://127.0.0.1:8321', description: 'Where the setting commands listens unless told otherwise.' }],
  security: [{ token: [] }],
  paths: Object.fromEntries(
    Object.entries(commandPaths).map(([name, path]) => [path.path, { post: operation(name, path) }]),
  ),
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'The token of the file that commands.tokenFile names.' },
    },
    schemas: { Granted: granted, Problem: problem },
  },
});
