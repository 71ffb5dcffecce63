/** The document of the API as others' tools read it, and answers that it describes, 503 included. */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, it } from 'vitest';
import { apiPaths } from '../../../src/inspector/api/paths.ts';
import { openApiDocument } from '../../../src/inspector/api/openapi.ts';
import { errorAnswer } from '../../../src/inspector/api/shapes.ts';
import { openMemoryEventLog } from '../../../src/store/memory/memoryEventLog.ts';
import { atRest, inspecting } from '../support/inspecting.ts';

it('a linter of others finds no error in it', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({
    source: JSON.stringify(openApiDocument()),
    absoluteRef: '/openapi.json',
    config,
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});

interface Described {
  readonly paths: Readonly<
    Record<string, { readonly get: { readonly responses: Readonly<Record<string, { readonly content: object }>> } }>
  >;
}

it('an unhealthy answer is described, and is of the shape of a healthy one; so is a refusal', async () => {
  const { get } = await inspecting(atRest(openMemoryEventLog()));
  const unhealthy = await get('/healthz');
  expect(unhealthy.status).toBe(503);
  expect(apiPaths.health.answer.safeParse(unhealthy.json()).success).toBe(true);
  const { responses } = (openApiDocument() as unknown as Described).paths['/healthz']?.get ?? { responses: {} };
  expect(responses['503']?.content).toEqual(responses['200']?.content);
  const refused = await get('/api/v1/entries/99');
  expect(refused.status).toBe(404);
  expect(errorAnswer.safeParse(refused.json()).success).toBe(true);
});
